"""The Job that migrates the database."""

from scripts.values.blocks import Resources, resources
from scripts.values.component import Component
from scripts.values.pods import AirflowJob


class MigrateDatabaseJob(AirflowJob):
    """Migrations of the database: a Job without TTL, whose name contains a hash of its pod."""

    resources: Resources = resources("100m", "256Mi", "1Gi")
    """Requests and limits of the migrations."""


COMPONENT = Component(key="migrateDatabaseJob", values=MigrateDatabaseJob)
