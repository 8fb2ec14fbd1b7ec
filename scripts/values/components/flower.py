"""Flower."""

from pydantic import Field

from scripts.values.blocks import Block, Resources, Text, resources
from scripts.values.component import Component
from scripts.values.exposure import IngressRule, NetworkPolicy, Service
from scripts.values.pods import HttpProbe, OptionalDeployment


class Flower(OptionalDeployment):
    """Flower, a UI of Celery workers; with other executors it does not run."""

    resources: Resources = resources("50m", "256Mi", "512Mi")
    """Requests and limits of Flower."""
    username: str | None = Field(default=None, examples=["operator"])
    """User of Flower, together with flower.password."""
    password: str | None = None
    """Password of the user as text (refused in prod)."""
    secret_name: str | None = Field(default=None, examples=["airflow-flower"])
    """Name of an existing Secret whose key `basicAuth` holds `user:password`."""
    secret_annotations: Text = {}
    """Annotations of the Secret that the chart creates from flower.password."""
    service: Service = Service()
    """Service of Flower."""
    network_policy: NetworkPolicy = NetworkPolicy()
    """Additions to the NetworkPolicy of Flower."""
    startup_probe: HttpProbe = HttpProbe(period_seconds=2, timeout_seconds=20, failure_threshold=90)
    """Startup probe, which waits until Flower answers."""
    readiness_probe: HttpProbe = HttpProbe(
        period_seconds=10, timeout_seconds=5, failure_threshold=3
    )
    """Readiness probe, which takes a Flower that does not answer out of the Service."""
    liveness_probe: HttpProbe = HttpProbe(
        period_seconds=30, timeout_seconds=10, failure_threshold=5
    )
    """Liveness probe, which restarts a Flower that does not answer."""


class Ports(Block):
    """Port of Flower."""

    flower_ui: int = Field(default=5555, alias="flowerUI")
    """TCP port of Flower."""


class Ingresses(Block):
    """Ingress of Flower."""

    flower: IngressRule = IngressRule()
    """Ingress of Flower."""


COMPONENT = Component(key="flower", values=Flower, ports=Ports, ingress=Ingresses)
