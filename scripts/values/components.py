"""The blocks of the components: each states only what it has beside the common settings."""

from typing import Any, Literal

from pydantic import Field

from scripts.values.blocks import (
    Block,
    Cidr,
    Claim,
    CommandProbe,
    Environment,
    HttpProbe,
    Image,
    Job,
    Named,
    Object,
    PodSettings,
    SecurityContexts,
    ServiceAccount,
    Text,
    Workload,
)


def resources(cpu: str, memory: str, limit: str) -> dict[str, Any]:
    """Requests and a memory limit; CPU has no limit, as requests already share it out."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": limit}}


class Service(Block):
    """How a component is reached."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    """ClusterIP, NodePort or LoadBalancer."""
    annotations: Text = {}
    """Annotations of the Service."""
    ports: list[Object] = []
    """Ports (name, port, targetPort, nodePort, protocol); empty means the component's own."""
    load_balancer_ip: str | None = Field(default=None, alias="loadBalancerIP")
    """The address of a load balancer."""
    load_balancer_source_ranges: list[Cidr] = []
    """Who may reach a load balancer."""


class Ingress(Block):
    """Who may call a component from outside the release."""

    from_: list[Object] = []
    """NetworkPolicyPeers; empty means nobody."""
    ports: list[Object] = []
    """NetworkPolicyPorts; empty means the component's own port."""

    model_config = {**Block.model_config, "alias_generator": lambda name: name.rstrip("_")}


class NetworkPolicy(Block):
    """The part of a component's policy that an installer adds."""

    ingress: Ingress = Ingress()
    """Callers from outside the release."""


class ApiServer(Workload):
    """The api-server: UI, REST API and the execution API that task pods call."""

    resources: Object = resources("500m", "512Mi", "1Gi")
    """Requests and limits; the CPU request is what keeps it answering in a burst of tasks."""
    strategy: Object | None = {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    """The Deployment's strategy: a new pod is ready before an old one goes."""
    termination_grace_period_seconds: int | None = 60
    """Seconds for open requests to end."""
    container_lifecycle_hooks: Object | None = None
    """Lifecycle hooks; unset, a pause of 5 s lets load balancers forget the pod before it stops."""
    allow_pod_log_reading: bool = True
    """Let the api-server read the logs of running task pods."""
    api_server_config: str | None = None
    """The text of webserver_config.py, through `tpl`."""
    api_server_config_config_map_name: str | None = None
    """A ConfigMap of yours with the key webserver_config.py."""
    config_map_annotations: Text = {}
    """Annotations of the chart's ConfigMap with webserver_config.py."""
    service: Service = Service()
    """The Service."""
    network_policy: NetworkPolicy = NetworkPolicy()
    """Callers from outside the release."""
    startup_probe: HttpProbe = HttpProbe(
        period_seconds=1, timeout_seconds=10, failure_threshold=180
    )
    """Until it answers once."""
    readiness_probe: HttpProbe = HttpProbe(period_seconds=5, timeout_seconds=5, failure_threshold=3)
    """Whether it gets requests."""
    liveness_probe: HttpProbe = HttpProbe(
        period_seconds=15, timeout_seconds=10, failure_threshold=8
    )
    """Whether it is restarted; a full connection pool alone stalls it for 30 s."""


class Scheduler(Workload):
    """The scheduler: decides what runs and asks Kubernetes for a pod per task."""

    resources: Object = resources("250m", "512Mi", "1Gi")
    """Requests and limits."""
    termination_grace_period_seconds: int | None = 60
    """Seconds to stop; with KubernetesExecutor it needs about 21."""
    startup_probe: CommandProbe = CommandProbe(
        period_seconds=1, timeout_seconds=5, failure_threshold=180
    )
    """Until its health server answers once."""
    liveness_probe: CommandProbe = CommandProbe(
        period_seconds=30, timeout_seconds=10, failure_threshold=5
    )
    """Whether it is restarted."""


class DagProcessor(Workload):
    """The dag-processor: parses Dag files, which are other people's code."""

    resources: Object = resources("100m", "256Mi", "1Gi")
    """Requests and limits."""
    strategy: Object | None = {"rollingUpdate": {"maxSurge": "100%", "maxUnavailable": "50%"}}
    """The Deployment's strategy."""
    termination_grace_period_seconds: int | None = 60
    """Seconds to stop."""
    dag_bundle_config_list: list[Object] = [
        {
            "name": "dags-folder",
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {},
        }
    ]
    """Where Dags come from, one entry a bundle (name, classpath, kwargs)."""
    liveness_probe: CommandProbe = CommandProbe(
        initial_delay_seconds=30, period_seconds=60, timeout_seconds=20, failure_threshold=5
    )
    """Whether it is restarted: its heartbeat in the database."""


class Triggerer(Workload):
    """The triggerer: waits for deferred tasks."""

    resources: Object = resources("100m", "384Mi", "1Gi")
    """Requests and limits."""
    strategy: Object | None = {"rollingUpdate": {"maxSurge": "100%", "maxUnavailable": "50%"}}
    """The Deployment's strategy."""
    termination_grace_period_seconds: int | None = 60
    """Seconds to stop."""
    liveness_probe: CommandProbe = CommandProbe(
        initial_delay_seconds=30, period_seconds=60, timeout_seconds=20, failure_threshold=5
    )
    """Whether it is restarted: its heartbeat in the database."""


class KubernetesWorkers(PodSettings):
    """What differs for KubernetesExecutor pods; what is unset or empty is taken from `workers`."""

    env: Environment | None = None  # type: ignore[assignment]
    """Environment variables."""
    resources: Object | None = None  # type: ignore[assignment]
    """Requests and limits."""
    labels: Text | None = None  # type: ignore[assignment]
    """Labels."""
    pod_annotations: Text | None = None
    """Annotations of the pods."""
    security_contexts: SecurityContexts | None = None  # type: ignore[assignment]
    """Security contexts."""
    extra_containers: Named | None = None  # type: ignore[assignment]
    """Containers beside the main one."""
    extra_init_containers: Named | None = None  # type: ignore[assignment]
    """Init containers."""
    extra_volumes: Named | None = None  # type: ignore[assignment]
    """Volumes."""
    extra_volume_mounts: Named | None = None  # type: ignore[assignment]
    """Mounts."""
    service_account: ServiceAccount | None = None  # type: ignore[assignment]
    """The identity of the pods."""
    pod: Object | None = None  # type: ignore[assignment]
    """Any PodSpec field."""
    safe_to_evict: bool | None = None
    """Whether autoscalers may evict a running task."""


class Workers(PodSettings):
    """Task pods."""

    resources: Object = resources("100m", "256Mi", "1Gi")
    """Requests and limits of the container `base`; a task needs about 250 MiB of its own."""
    termination_grace_period_seconds: int | None = 600
    """Seconds that a running task is given to end when its pod is deleted."""
    pod_annotations: Text = {}
    """Annotations of the pods."""
    safe_to_evict: bool = False
    """Whether autoscalers may evict a running task."""
    kubernetes: KubernetesWorkers = KubernetesWorkers()
    """What differs for KubernetesExecutor pods."""


class MigrateDatabaseJob(Job):
    """The Job that migrates the database: plain, without TTL, named by what it runs."""

    resources: Object = resources("100m", "256Mi", "1Gi")
    """Requests and limits."""
    use_helm_hooks: bool = False
    """Refused when true: as a hook it deadlocks with `--wait`, which Terraform uses too."""


class DefaultUser(Block):
    """The first user."""

    role: str = "Admin"
    """The role."""
    username: str = "admin"
    """The name to log in with."""
    email: str = "admin@example.com"
    """The mail address."""
    first_name: str = "admin"
    """The first name."""
    last_name: str = "user"
    """The last name."""
    password: str | None = None
    """The password as text (refused in prod); unset, one is generated in the cluster."""
    password_secret_name: str | None = None
    """A Secret of yours with the key `password`."""


class CreateUserJob(Job):
    """The Job that makes the first user; off, since nobody should get a user unasked."""

    enabled: bool = False
    """Make a first user."""
    resources: Object = resources("50m", "256Mi", "1Gi")
    """Requests and limits."""
    default_user: DefaultUser = DefaultUser()
    """Who it is."""
    use_helm_hooks: bool = False
    """Refused when true, as for migrations."""


class CreateSecretsJob(Job):
    """The Job that creates missing secrets inside the cluster and never overwrites one."""

    resources: Object = resources("50m", "64Mi", "256Mi")
    """Requests and limits."""


class PostgresqlAuth(Block):
    """The database's user."""

    username: str | None = "airflow"
    """The user that owns the database."""
    database: str | None = "airflow"
    """The database."""
    existing_secret: str | None = None
    """A Secret of yours with the key `password`; unset, one is generated in the cluster."""


class Postgresql(PodSettings):
    """A PostgreSQL pod, for environments that may lose it; prod has an external database."""

    enabled: bool = True
    """Run a database in the release."""
    image: Image = Image(repository="postgres", tag="17.6-bookworm")
    """The public `postgres` image, or one with its contract."""
    auth: PostgresqlAuth = PostgresqlAuth()
    """The database and its user."""
    annotations: Text = {}
    """Annotations of the StatefulSet."""
    pod_annotations: Text = {}
    """Annotations of the pods."""
    resources: Object = resources("100m", "128Mi", "1Gi")
    """Requests and limits."""
    persistence: Claim = Claim()
    """Where the data lies; without a claim it dies with the pod."""
    security_contexts: SecurityContexts = SecurityContexts(
        pod={"runAsUser": 999, "runAsGroup": 999, "fsGroup": 999}
    )
    """Fields laid over the restricted security contexts; 999 is the image's own user."""
    config: dict[str, str | int | float | bool] = {
        "max_connections": 200,
        "shared_buffers": "64MB",
    }
    """Settings of the server."""
    startup_probe: CommandProbe = CommandProbe(
        period_seconds=1, timeout_seconds=5, failure_threshold=120
    )
    """Until it accepts connections."""
    readiness_probe: CommandProbe = CommandProbe(
        period_seconds=10, timeout_seconds=5, failure_threshold=3
    )
    """Whether it gets connections."""
    liveness_probe: CommandProbe = CommandProbe(
        period_seconds=30, timeout_seconds=10, failure_threshold=5
    )
    """Whether it is restarted."""
