"""An api-server with the execution API only."""

from pydantic import Field

from scripts.values.blocks import Object, Resources, resources
from scripts.values.component import Component
from scripts.values.pods import HttpProbe, ReplicatedDeployment
from scripts.values.scaling import Hpa, cpu


class ExecutionHttpProbe(HttpProbe):
    """Probe of the execution API."""

    path: str | None = Field(default=None, pattern="^/", examples=["/execution/health"])
    """URL path of the probe's request, with that of config.api.base_url; unset: its health."""


class ApiServerExecution(ReplicatedDeployment):
    """Api-server for tasks alone, so that requests of people do not slow down tasks."""

    enabled: bool = False
    """Run the component, and let tasks call it."""
    resources: Resources = resources("500m", "512Mi", "1Gi")
    """Requests and limits of the api-server for tasks."""
    strategy: Object | None = Field(default=None, examples=[{"type": "Recreate"}])
    """Update strategy of the Deployment; unset: a new pod is ready before an old one stops."""
    termination_grace_period_seconds: int | None = 60
    """Seconds between SIGTERM and SIGKILL, in which open requests finish."""
    hpa: Hpa = Hpa(metrics=[cpu(50)])
    """HorizontalPodAutoscaler of the api-server for tasks."""
    startup_probe: ExecutionHttpProbe = ExecutionHttpProbe(
        period_seconds=1, timeout_seconds=10, failure_threshold=180
    )
    """Startup probe, which holds back the other probes until the execution API answers."""
    readiness_probe: ExecutionHttpProbe = ExecutionHttpProbe(
        period_seconds=5, timeout_seconds=5, failure_threshold=3
    )
    """Readiness probe, which takes a pod that does not answer out of the Service."""
    liveness_probe: ExecutionHttpProbe = ExecutionHttpProbe(
        period_seconds=15, timeout_seconds=10, failure_threshold=8
    )
    """Liveness probe; it allows two minutes, as a full connection pool alone takes 30 s."""


COMPONENT = Component(key="apiServerExecution", values=ApiServerExecution)
