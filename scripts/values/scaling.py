"""Autoscaling of a component."""

from pydantic import Field

from scripts.values.blocks import Block, Object, Text


def cpu(percent: int) -> Object:
    """A metric of an HPA: use of CPU, in percent of the pods' requests."""
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


class Hpa(Block):
    """HorizontalPodAutoscaler of a component, which then sets the number of pods."""

    enabled: bool = False
    """Create a HorizontalPodAutoscaler; `replicas` has no effect then."""
    min_replica_count: int = Field(default=1, ge=0)
    """Least number of pods."""
    max_replica_count: int = Field(default=5, ge=1)
    """Greatest number of pods."""
    metrics: list[Object] = [cpu(80)]
    """Metrics that decide, as Kubernetes defines them."""
    behavior: Object | None = Field(
        default=None, examples=[{"scaleDown": {"stabilizationWindowSeconds": 300}}]
    )
    """Behavior of scaling up and down, as Kubernetes defines it."""


class Keda(Block):
    """ScaledObject of a component, for KEDA, which then sets the number of pods."""

    enabled: bool = False
    """Create a ScaledObject; the cluster needs KEDA, and `replicas` has no effect then."""
    namespace_labels: Text = Field(default={}, examples=[{"kubernetes.io/metadata.name": "keda"}])
    """Labels of the namespace of KEDA's operator, whose queries reach the database."""
    polling_interval: int = 5
    """Seconds between two queries."""
    cooldown_period: int = 30
    """Seconds without work until the last pod stops."""
    min_replica_count: int = Field(default=0, ge=0)
    """Least number of pods."""
    max_replica_count: int = Field(default=10, ge=1)
    """Greatest number of pods."""
    advanced: Object | None = Field(
        default=None,
        examples=[{"horizontalPodAutoscalerConfig": {"behavior": {"scaleDown": {}}}}],
    )
    """Field `advanced` of the ScaledObject, as KEDA defines it."""
    query: str | None = Field(default=None, examples=["SELECT 1"])
    """SQL query for the number of pods; unset: the work at hand, divided by what a pod can do."""
    use_pgbouncer: bool = True
    """Send the queries through PgBouncer, when it runs.

    With data.metadataSecretName, KEDA reads its key `connection`, or `kedaConnection` if false.
    """
