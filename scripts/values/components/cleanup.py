"""The CronJob that deletes pods of tasks."""

from scripts.values.blocks import Resources, resources
from scripts.values.component import Component
from scripts.values.pods import CallerAccount, CronJob


class Cleanup(CronJob):
    """CronJob that deletes pods that tasks have finished, or that wait for half an hour."""

    schedule: str = "*/15 * * * *"
    """Times at which pods are deleted, in the notation of cron, through `tpl`."""
    service_account: CallerAccount = CallerAccount()
    """ServiceAccount of the CronJob."""
    resources: Resources = resources("50m", "256Mi", "512Mi")
    """Requests and limits of the CronJob that deletes pods."""


COMPONENT = Component(key="cleanup", values=Cleanup)
