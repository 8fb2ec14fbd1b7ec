"""The components of the chart, from its list, with the names that users of the official chart know.

Names of objects, containers and accounts are expectations: written here once more, not read from a
render.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.chart.tables import TABLES


@dataclass(frozen=True)
class Component:
    """A component; its string is the label `component`."""

    key: str
    label: str
    kind: str
    name: str
    container: str
    account: str

    def __str__(self) -> str:
        return self.label

    @property
    def switchable(self) -> bool:
        """True if `enabled` disables it; the pod of a task is not an object of its own."""
        return self.kind != "TaskPod"


# Containers whose name is not that of their component.
CONTAINERS = {"worker": "base", "create-user-job": "create-user"}
# Components that do not run Airflow, and one that does without its configuration.
NOT_AIRFLOW = {"otel-collector", "pgbouncer", "postgresql", "statsd"}
NOT_CONFIGURED = {*NOT_AIRFLOW, "create-secrets"}


def _component(label: str, row: Mapping[str, Any]) -> Component:
    container = CONTAINERS.get(label, label)
    account = f"airflow-{row.get('account', label)}"
    names = {"TaskPod": "placeholder-name", "CronJob": account}
    name = names.get(row["kind"], f"airflow-{container}")
    return Component(row["key"], label, row["kind"], name, container, account)


# A pod that a task launches is not rendered.
COMPONENTS = tuple(
    _component(label, row)
    for label, row in TABLES.components.items()
    if row["kind"] != "LaunchedPod"
)
PIPELINE = {"receivers": ["otlp"], "exporters": ["debug"]}
TRACES = {"exporters": {"debug": {}}, "service": {"pipelines": {"traces": PIPELINE}}}
# All components at once: these are off by default.
ALL_ON: Mapping[str, Any] = {
    "apiServerExecution": {"enabled": True},
    "createUserJob": {"enabled": True},
    "syncMetadataJob": {"enabled": True},
    "cleanup": {"enabled": True},
    "databaseCleanup": {"enabled": True},
    "otelCollector": {"enabled": True, "metrics": False, "traces": True, "config": TRACES},
    "pgbouncer": {"enabled": True},
    "statsd": {"enabled": True},
}

# The Deployments of Airflow itself that every release runs.
DEPLOYMENTS = tuple(
    one
    for one in COMPONENTS
    if one.kind == "Deployment" and one.label not in NOT_AIRFLOW and one.key not in ALL_ON
)
JOBS = tuple(one for one in COMPONENTS if one.kind == "Job")
CRON_JOBS = tuple(one for one in COMPONENTS if one.kind == "CronJob")
AIRFLOW = tuple(one for one in COMPONENTS if one.label not in NOT_AIRFLOW)
# Those that run the image of Airflow with its configuration.
CONFIGURED = tuple(one for one in COMPONENTS if one.label not in NOT_CONFIGURED)
WORKER = next(one for one in COMPONENTS if one.label == "worker")

# The default security context of every container.
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def everywhere(
    settings: Mapping[str, Any], components: tuple[Component, ...] = COMPONENTS
) -> dict[str, Any]:
    """Return values that give the same settings to several components."""
    return {
        **{key: dict(block) for key, block in ALL_ON.items()},
        **{
            component.key: {**ALL_ON.get(component.key, {}), **settings} for component in components
        },
    }
