"""The components by name, as people know them: values key, label, object, container, account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Component:
    """One of them; its string is the label `component`."""

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
        """Whether `enabled` turns it off; a task's pod is no object of its own."""
        return self.kind != "Pod"


def _same(key: str, label: str, kind: str = "Deployment") -> Component:
    return Component(key, label, kind, f"airflow-{label}", label, f"airflow-{label}")


API_SERVER = _same("apiServer", "api-server")
SCHEDULER = _same("scheduler", "scheduler")
DAG_PROCESSOR = _same("dagProcessor", "dag-processor")
TRIGGERER = _same("triggerer", "triggerer")
WORKER = Component("workers", "worker", "Pod", "placeholder-name", "base", "airflow-worker")
MIGRATIONS = Component(
    "migrateDatabaseJob",
    "run-airflow-migrations",
    "Job",
    "airflow-run-airflow-migrations",
    "run-airflow-migrations",
    "airflow-migrate-database-job",
)
CREATE_USER = Component(
    "createUserJob",
    "create-user-job",
    "Job",
    "airflow-create-user",
    "create-user",
    "airflow-create-user-job",
)
CREATE_SECRETS = _same("createSecretsJob", "create-secrets", "Job")
POSTGRESQL = _same("postgresql", "postgresql", "StatefulSet")

DEPLOYMENTS = (API_SERVER, SCHEDULER, DAG_PROCESSOR, TRIGGERER)
JOBS = (MIGRATIONS, CREATE_USER, CREATE_SECRETS)
COMPONENTS = (*DEPLOYMENTS, WORKER, *JOBS, POSTGRESQL)
# Those that run the image of Airflow with its configuration.
CONFIGURED = (*DEPLOYMENTS, WORKER, MIGRATIONS, CREATE_USER)
AIRFLOW = (*CONFIGURED, CREATE_SECRETS)

# The security context of every container, under what values say.
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}

# All components at once: the user's Job is off by default.
ALL_ON: Mapping[str, Any] = {"createUserJob": {"enabled": True}}


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
