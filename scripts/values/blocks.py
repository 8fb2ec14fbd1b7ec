"""What every block of values is made of."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

# As Kubernetes has it: the rendered object is checked against Kubernetes' own schemas instead.
Object = dict[str, Any]
Text = dict[str, str]
# Named things (volumes, containers, …): a list, or a map keyed by name that merges across layers.
Named = list[Object] | dict[str, Object | None]
# Environment variables: a list of EnvVar, or a map of name to a value or {value, valueFrom}.
Environment = list[Object] | dict[str, str | int | float | bool | Object | None]
# A network; what looks like none would be refused by Kubernetes only.
Cidr = Annotated[str, Field(pattern=r"^[0-9a-fA-F.:]+/[0-9]{1,3}$")]
PullPolicy = Literal["Always", "IfNotPresent", "Never"]


class Block(BaseModel):
    """A closed map of values: an unknown key is an error that names the key."""

    model_config = ConfigDict(
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )


class SecurityContexts(Block):
    """Fields laid over the restricted defaults."""

    pod: Object = {}
    """PodSecurityContext fields, merged over the restricted default."""
    container: Object = {}
    """SecurityContext fields of the containers, merged over the restricted default."""


class ContainerSecurityContext(Block):
    """Fields laid over the restricted default of one container."""

    container: Object = {}
    """SecurityContext fields, merged over the restricted default."""


class ServiceAccount(Block):
    """The identity of a component's pods."""

    create: bool = True
    """Make the ServiceAccount; if false, `name` (or `default`) is used as it is."""
    name: str | None = None
    """Another name than the computed one."""
    annotations: Text = {}
    """Annotations of the ServiceAccount, such as an IAM role for IRSA."""
    automount_service_account_token: bool | None = None
    """Whether pods get a token; when unset, only those that call the Kubernetes API do."""


class Disruption(Block):
    """A PodDisruptionBudget."""

    enabled: bool = False
    """Make a PodDisruptionBudget."""
    config: Object = {"maxUnavailable": 1}
    """Its spec, as Kubernetes has it; `minAvailable: 1` on one replica blocks node drains."""


class Probe(Block):
    """When a container counts as started or healthy."""

    enabled: bool = True
    """Render the probe."""
    initial_delay_seconds: int | None = None
    """Seconds before the first probe."""
    period_seconds: int | None = None
    """Seconds between probes."""
    timeout_seconds: int | None = None
    """Seconds after which one probe has failed."""
    failure_threshold: int | None = None
    """Failures in a row that count."""


class HttpProbe(Probe):
    """A probe by HTTP."""

    scheme: Literal["HTTP", "HTTPS"] = "HTTP"
    """HTTP or HTTPS."""


class CommandProbe(Probe):
    """A probe that another command may replace."""

    command: list[str] | None = None
    """A command instead of the cheap probe of the chart."""


class WaitForMigrations(Block):
    """The init container that waits until the database fits the image."""

    enabled: bool = True
    """Wait for the migrations before the component starts."""
    env: Environment = {}
    """Further environment variables of the init container."""
    security_contexts: ContainerSecurityContext = ContainerSecurityContext()
    """Its security context."""


class Placement(Block):
    """Where pods may run; a key that is not empty wins over the global one."""

    node_selector: Text | None = None
    """Labels that a node must have."""
    affinity: Object | None = None
    """Affinity, as Kubernetes has it."""
    tolerations: list[Object] | None = None
    """Taints that the pods tolerate."""
    topology_spread_constraints: list[Object] | None = None
    """How pods spread over zones and nodes."""
    priority_class_name: str | None = None
    """The PriorityClass of the pods."""
    scheduler_name: str | None = None
    """The Kubernetes scheduler that places the pods."""
    runtime_class_name: str | None = None
    """The RuntimeClass of the pods."""
    host_aliases: list[Object] | None = None
    """Lines of the pods' hosts file."""


class PodSettings(Placement):
    """What an installer may turn on any pod."""

    command: list[str] | None = None
    """Replaces the image's entrypoint."""
    args: list[str] | None = None
    """Replaces the component's arguments."""
    env: Environment = {}
    """Environment variables of the main container; they win over the global ones."""
    resources: Object = {}
    """Requests and limits of the main container."""
    labels: Text = {}
    """Labels of the pods and of the objects beside the workload."""
    security_contexts: SecurityContexts = SecurityContexts()
    """Fields laid over the restricted security contexts."""
    container_lifecycle_hooks: Object | None = None
    """Lifecycle hooks of the main container."""
    extra_containers: Named = {}
    """Containers beside the main one; without a securityContext they get the chart's."""
    extra_init_containers: Named = {}
    """Init containers after the chart's own; without a securityContext they get the chart's."""
    extra_volumes: Named = {}
    """Volumes of the pods."""
    extra_volume_mounts: Named = {}
    """Mounts of the main container."""
    service_account: ServiceAccount = ServiceAccount()
    """The identity of the pods."""
    termination_grace_period_seconds: int | None = None
    """Seconds between the request to stop and the end."""
    pod: Object = {}
    """Any PodSpec field, as Kubernetes has it, merged over the rendered one last."""


class Workload(PodSettings):
    """A component that runs all the time."""

    enabled: bool | None = True
    """Run the component; null, as the official chart has it in one place, means true."""
    replicas: int = Field(default=1, ge=0)
    """How many pods."""
    annotations: Text = {}
    """Annotations of the Deployment."""
    pod_annotations: Text = {}
    """Annotations of the pods."""
    strategy: Object | None = None
    """The Deployment's strategy."""
    revision_history_limit: int | None = None
    """Old ReplicaSets that are kept."""
    pod_disruption_budget: Disruption = Disruption()
    """The PodDisruptionBudget."""
    wait_for_migrations: WaitForMigrations = WaitForMigrations()
    """The wait for the migrations."""
    safe_to_evict: bool = True
    """Whether autoscalers may move the pods."""


class Job(PodSettings):
    """A component that ends."""

    enabled: bool = True
    """Run the Job."""
    annotations: Text = {}
    """Annotations of the pods."""
    job_annotations: Text = {}
    """Annotations of the Job."""
    restart_policy: Literal["Never", "OnFailure"] = "OnFailure"
    """OnFailure or Never."""


class Image(Block):
    """A container image."""

    repository: str | None = None
    """Registry and name."""
    tag: str | None = None
    """The tag."""
    digest: str | None = None
    """The digest (`sha256:…`); it wins over the tag."""
    pull_policy: PullPolicy = "IfNotPresent"
    """Always, Never or IfNotPresent."""


class Claim(Block):
    """A PersistentVolumeClaim that somebody asked for."""

    enabled: bool = False
    """Use a claim instead of a volume that dies with the pod."""
    existing_claim: str | None = None
    """A claim that is there already."""
    size: str = "10Gi"
    """The size of the claim."""
    storage_class_name: str | None = None
    """The StorageClass; `-` renders an empty one."""
    annotations: Text = {}
    """Annotations of the claim."""
