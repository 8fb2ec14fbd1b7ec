"""The dag-processor."""

from pydantic import Field

from scripts.values.blocks import Object, Resources, resources
from scripts.values.component import Component
from scripts.values.pods import CommandProbe, LogGroomer, ReplicatedDeployment


class DagProcessor(ReplicatedDeployment):
    """Dag-processor, which parses Dag files and so runs the code of Dag authors."""

    resources: Resources = resources("100m", "256Mi", "1Gi")
    """Requests and limits of the dag-processor."""
    strategy: Object | None = Field(default=None, examples=[{"type": "Recreate"}])
    """Update strategy; unset: all new pods start at once, and half of the old ones stop first."""
    termination_grace_period_seconds: int | None = 60
    """Seconds between SIGTERM and SIGKILL, in which the file that is being parsed finishes."""
    dag_bundle_config_list: list[Object] = [
        {
            "name": "dags-folder",
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {},
        }
    ]
    """Dag bundles, the sources of Dags: a list of {name, classpath, kwargs}."""
    liveness_probe: CommandProbe = CommandProbe(
        initial_delay_seconds=30, period_seconds=60, timeout_seconds=20, failure_threshold=5
    )
    """Liveness probe, which restarts the dag-processor when its heartbeat is too old."""
    log_groomer_sidecar: LogGroomer = LogGroomer()
    """Sidecar that deletes old logs; needed only where logs stay on a volume."""


COMPONENT = Component(key="dagProcessor", values=DagProcessor)
