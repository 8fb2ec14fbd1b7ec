"""The scheduler."""

from pydantic import Field

from scripts.values.blocks import Object, Resources, resources
from scripts.values.component import Component
from scripts.values.pods import CallerAccount, CommandProbe, LogGroomer, ReplicatedDeployment


class Scheduler(ReplicatedDeployment):
    """Scheduler, which decides which tasks run and creates a pod for each task."""

    service_account: CallerAccount = CallerAccount()
    """ServiceAccount of the scheduler."""
    resources: Resources = resources("250m", "512Mi", "1Gi")
    """Requests and limits of the scheduler."""
    termination_grace_period_seconds: int | None = 60
    """Seconds between SIGTERM and SIGKILL; with KubernetesExecutor the scheduler needs about 21."""
    update_strategy: Object | None = Field(default=None, examples=[{"type": "OnDelete"}])
    """Update strategy with LocalExecutor and `workers.persistence`, when it is a StatefulSet."""
    startup_probe: CommandProbe = CommandProbe(
        period_seconds=1, timeout_seconds=5, failure_threshold=180
    )
    """Startup probe, which waits until the scheduler's health server answers."""
    liveness_probe: CommandProbe = CommandProbe(
        period_seconds=30, timeout_seconds=10, failure_threshold=5
    )
    """Liveness probe, which restarts the scheduler when its health server reports a failure."""
    log_groomer_sidecar: LogGroomer = LogGroomer()
    """Sidecar that deletes old logs; needed only where logs stay on a volume."""


COMPONENT = Component(key="scheduler", values=Scheduler)
