"""The dag-processor."""

from pydantic import Field

from scripts.values.blocks import Block, Object, Resources, resources, unset
from scripts.values.component import Component
from scripts.values.pods import CommandProbe, LogGroomer, ReplicatedDeployment


class Workload(ReplicatedDeployment):
    """Dag-processors, which parse Dag files and so run the code of Dag authors."""

    resources: Resources = resources("100m", "256Mi", "1Gi")
    """Requests and limits of the dag-processor."""
    strategy: Object | None = Field(default=None, examples=[{"type": "Recreate"}])
    """Update strategy; unset: all new pods start at once, and half of the old ones stop first."""
    termination_grace_period_seconds: int | None = 60
    """Seconds between SIGTERM and SIGKILL, in which the file that is being parsed finishes."""
    liveness_probe: CommandProbe = CommandProbe(
        initial_delay_seconds=30, period_seconds=60, timeout_seconds=20, failure_threshold=5
    )
    """Liveness probe, which restarts the dag-processor when its heartbeat is too old."""
    log_groomer_sidecar: LogGroomer = LogGroomer()
    """Sidecar that deletes old logs; needed only where logs stay on a volume."""


class Bundles(Block):
    """Bundles of a dag-processor."""

    bundles: list[str] | None = Field(default=None, examples=[["flows"]])
    """Names of the bundles to parse; unset in the default set: those that no other set has."""


class DagProcessorSet(Bundles, unset(Workload)):  # type: ignore[misc]
    """A set of dag-processors; what it leaves unset is that of `dagProcessor`."""

    name: str | None = Field(default=None, pattern="^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
    """Name of the set, in a list of sets."""


class DagProcessor(Bundles, Workload):
    """Dag-processor; `sets` are further ones for some of the bundles."""

    dag_bundle_config_list: list[Object] = [
        {
            "name": "dags-folder",
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {},
        }
    ]
    """Dag bundles, the sources of Dags: a list of {name, classpath, kwargs}."""
    enable_default: bool = True
    """Run the default set, beside those of `sets`."""
    sets: list[DagProcessorSet] | dict[str, DagProcessorSet | None] | None = Field(
        default=None, examples=[{"payments": {"bundles": ["payments"], "replicas": 2}}]
    )
    """Sets of dag-processors, as a map by name or a list; each overrides these values."""


COMPONENT = Component(key="dagProcessor", values=DagProcessor)
