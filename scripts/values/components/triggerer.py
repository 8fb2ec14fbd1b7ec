"""The triggerer."""

from pydantic import Field

from scripts.values.blocks import Block, Object, Resources, resources
from scripts.values.component import Component
from scripts.values.pods import CommandProbe, ReplicatedDeployment, WithClaims
from scripts.values.scaling import Keda


class Triggerer(ReplicatedDeployment, WithClaims):
    """Triggerer, which runs the triggers of deferred tasks."""

    resources: Resources = resources("100m", "384Mi", "1Gi")
    """Requests and limits of the triggerer."""
    keda: Keda = Keda()
    """ScaledObject of the triggerer, for KEDA."""
    strategy: Object | None = Field(default=None, examples=[{"type": "Recreate"}])
    """Update strategy; unset: all new pods start at once, and half of the old ones stop first."""
    termination_grace_period_seconds: int | None = 60
    """Seconds between SIGTERM and SIGKILL, in which running triggers stop."""
    liveness_probe: CommandProbe = CommandProbe(
        initial_delay_seconds=30, period_seconds=60, timeout_seconds=20, failure_threshold=5
    )
    """Liveness probe, which restarts the triggerer when its heartbeat is too old."""


class Ports(Block):
    """Port of the triggerer."""

    triggerer_logs: int = 8794
    """TCP port on which the triggerer serves the logs of its triggers to the api-server."""


COMPONENT = Component(key="triggerer", values=Triggerer, ports=Ports)
