"""The Job that migrates the database."""

from scripts.values.blocks import Resources, resources
from scripts.values.component import MOVED_OF_ALL, Component
from scripts.values.pods import Job, Waiting


class MigrateDatabaseJob(Job, Waiting):
    """Migrations of the database: a Job without TTL, whose name contains a hash of its pod."""

    resources: Resources = resources("100m", "256Mi", "1Gi")
    """Requests and limits of the migrations."""
    use_helm_hooks: bool = False
    """Run the Job as a Helm hook; true is refused, since a hook deadlocks with `--wait`."""


COMPONENT = Component(key="migrateDatabaseJob", values=MigrateDatabaseJob, moved=MOVED_OF_ALL)
