"""The triggerer."""

from pydantic import Field

from scripts.values.blocks import Block, Object, Resources, resources, unset
from scripts.values.component import Component
from scripts.values.pods import CommandProbe, ReplicatedDeployment, WithClaims
from scripts.values.scaling import Keda


class Workload(ReplicatedDeployment, WithClaims):
    """Triggerers, which run the triggers of deferred tasks."""

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


class Triggers(Block):
    """Triggers of a triggerer."""

    queues: list[str] | None = Field(default=None, examples=[["large"]])
    """Queues of tasks whose triggers run here, with `config.triggerer.queues_enabled`.

    Unset means those without a queue."""
    team: str | None = Field(default=None, examples=["payments"])
    """Team whose triggers run here, with `config.core.multi_team`; unset: those without a team."""


class TriggererSet(Triggers, unset(Workload)):  # type: ignore[misc]
    """A set of triggerers; what it leaves unset is that of `triggerer`."""

    name: str | None = Field(default=None, pattern="^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
    """Name of the set, in a list of sets."""


class Triggerer(Triggers, Workload):
    """Triggerer; `sets` are further ones for some of the triggers."""

    enable_default: bool = True
    """Run the default set, beside those of `sets`."""
    sets: list[TriggererSet] | dict[str, TriggererSet | None] | None = Field(
        default=None, examples=[{"payments": {"team": "payments"}}]
    )
    """Sets of triggerers, as a map by name or a list; each overrides these values."""


class Ports(Block):
    """Port of the triggerer."""

    triggerer_logs: int = 8794
    """TCP port on which the triggerer serves the logs of its triggers to the api-server."""


COMPONENT = Component(key="triggerer", values=Triggerer, ports=Ports)
