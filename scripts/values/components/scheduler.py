"""The scheduler."""

from scripts.values.blocks import Resources, resources
from scripts.values.component import Component
from scripts.values.pods import CommandProbe, ReplicatedDeployment


class Scheduler(ReplicatedDeployment):
    """Scheduler, which decides which tasks run and creates a pod for each task."""

    resources: Resources = resources("250m", "512Mi", "1Gi")
    """Requests and limits of the scheduler."""
    termination_grace_period_seconds: int | None = 60
    """Seconds between SIGTERM and SIGKILL; with KubernetesExecutor the scheduler needs about 21."""
    startup_probe: CommandProbe = CommandProbe(
        period_seconds=1, timeout_seconds=5, failure_threshold=180
    )
    """Startup probe, which waits until the scheduler's health server answers."""
    liveness_probe: CommandProbe = CommandProbe(
        period_seconds=30, timeout_seconds=10, failure_threshold=5
    )
    """Liveness probe, which restarts the scheduler when its health server reports a failure."""


COMPONENT = Component(key="scheduler", values=Scheduler)
