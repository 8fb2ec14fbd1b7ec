"""The Job that creates missing secrets."""

from scripts.values.blocks import Resources, resources
from scripts.values.component import Component
from scripts.values.pods import Job


class CreateSecretsJob(Job):
    """Job that creates missing Secrets inside the cluster; it never overwrites one."""

    resources: Resources = resources("50m", "64Mi", "256Mi")
    """Requests and limits of the Job that creates missing Secrets."""


COMPONENT = Component(key="createSecretsJob", values=CreateSecretsJob)
