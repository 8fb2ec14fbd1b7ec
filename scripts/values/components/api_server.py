"""The api-server: UI, REST API and the execution API."""

from pydantic import Field

from scripts.values.blocks import Block, Object, Resources, Text, resources
from scripts.values.component import Component
from scripts.values.exposure import HttpRoute, IngressRule, NetworkPolicy, Service
from scripts.values.pods import HttpProbe, ReplicatedDeployment
from scripts.values.scaling import Hpa, cpu


class ApiServer(ReplicatedDeployment):
    """Api-server, which serves the UI, the REST API and the execution API of task pods."""

    resources: Resources = resources("500m", "512Mi", "1Gi")
    """Requests and limits of the api-server; its CPU request keeps it responsive in task bursts."""
    strategy: Object | None = Field(default=None, examples=[{"type": "Recreate"}])
    """Update strategy of the Deployment; unset: a new pod is ready before an old one stops."""
    termination_grace_period_seconds: int | None = 60
    """Seconds between SIGTERM and SIGKILL, in which open requests finish."""
    container_lifecycle_hooks: Object | None = Field(
        default=None, examples=[{"preStop": {"sleep": {"seconds": 15}}}]
    )
    """Lifecycle hooks; unset means a pause of 5 s before SIGTERM, for load balancers to react."""
    allow_pod_log_reading: bool = True
    """Allow the api-server to read the logs of running task pods from Kubernetes.

    With `logs.persistence.enabled`, it reads the files on the volume instead.
    """
    api_server_config: str | None = Field(default=None, examples=["AUTH_ROLE_PUBLIC = 'Viewer'\n"])
    """Text of webserver_config.py, which configures the FAB auth manager, through `tpl`."""
    api_server_config_config_map_name: str | None = Field(
        default=None, examples=["airflow-webserver-config"]
    )
    """Name of an existing ConfigMap with the key webserver_config.py."""
    config_map_annotations: Text = {}
    """Annotations of the ConfigMap that the chart creates from apiServerConfig."""
    hpa: Hpa = Hpa(metrics=[cpu(50)])
    """HorizontalPodAutoscaler of the api-server."""
    service: Service = Service()
    """Service of the api-server."""
    network_policy: NetworkPolicy = NetworkPolicy()
    """Additions to the NetworkPolicy of the api-server."""
    http_route: HttpRoute = HttpRoute()
    """HTTPRoute of the api-server, for the Gateway API."""
    startup_probe: HttpProbe = HttpProbe(
        period_seconds=1, timeout_seconds=10, failure_threshold=180
    )
    """Startup probe, which holds back the other probes until the api-server answers."""
    readiness_probe: HttpProbe = HttpProbe(period_seconds=5, timeout_seconds=5, failure_threshold=3)
    """Readiness probe, which takes a pod that does not answer out of the Service."""
    liveness_probe: HttpProbe = HttpProbe(
        period_seconds=15, timeout_seconds=10, failure_threshold=8
    )
    """Liveness probe; it allows two minutes, as a full connection pool alone takes 30 s."""


class Ports(Block):
    """Port of the api-server."""

    api_server: int = 8080
    """TCP port on which the api-server listens."""


class Ingress(Block):
    """Ingress of the api-server."""

    api_server: IngressRule = IngressRule()
    """Ingress of the api-server."""


COMPONENT = Component(
    key="apiServer",
    values=ApiServer,
    ports=Ports,
    ingress=Ingress,
)
