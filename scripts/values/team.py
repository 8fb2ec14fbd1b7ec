"""The values that a team may set in its own file: the boundary between platform and team.

It is stricter than the chart's model: types are exact (no `"3"` for 3), quantities and labels are
checked here and not by Kubernetes later, and nothing may be null.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag

from scripts.values.blocks import Block


def text(pattern: str, must: str) -> Any:
    """A string that matches a pattern; `must` is the end of the sentence that refuses others."""
    more = {"must": must, "patternErrorMessage": f"must {must}"}
    return Field(pattern=pattern, json_schema_extra=more)


LABEL = r"^(([A-Za-z0-9][A-Za-z0-9_.-]{0,61})?[A-Za-z0-9])?$"
LABEL_KEY = r"^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$"

Cpu = Annotated[
    Annotated[str, Field(pattern=r"^([1-9][0-9]*m|[0-9]+([.][0-9]{1,3})?)$")]
    | Annotated[float, Field(ge=0.001)],
    Field(json_schema_extra={"must": "be an amount of CPU, such as 250m or 2"}),
]
# A number without a unit counts bytes, and `m` thousandths of a byte: both are mistakes.
Memory = Annotated[
    str,
    text(
        r"^[1-9][0-9]*([.][0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)$",
        "be an amount of memory, such as 512Mi or 2Gi",
    ),
]
EnvName = Annotated[str, Field(pattern=r"^[A-Za-z_.-][A-Za-z0-9_.-]*$")]
LabelKey = Annotated[str, Field(pattern=LABEL_KEY)]
LabelValue = Annotated[
    str, text(LABEL, "be a label value: at most 63 letters, digits, dashes, dots and underscores")
]
Name = Annotated[str, text(r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", "be the name of an object")]
Key = Annotated[str, text(r"^[A-Za-z0-9._-]+$", "be a key: letters, digits, -, _ and dots")]


class Strict(Block):
    """A block whose values have exactly the types of the model."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class KeyReference(Strict):
    """A key of a Secret or of a ConfigMap in the namespace of the pod."""

    name: Name
    """Name of the Secret or ConfigMap."""
    key: Key
    """Key in it."""
    optional: bool = False
    """Start the container even when the key is missing."""


class FieldReference(Strict):
    """A field of the pod."""

    field_path: Annotated[str, text(r"^(metadata|spec|status)[.].+$", "be a field of the pod")]
    """Path of the field, for example `metadata.name`."""
    api_version: Literal["v1"] = "v1"
    """Version of the API that the path refers to."""


class ResourceReference(Strict):
    """A request or a limit of a container."""

    resource: Literal["limits.cpu", "limits.memory", "requests.cpu", "requests.memory"]
    """The request or limit."""
    container_name: Name = Field(default=None)
    """Container; the variable's own one when unset."""
    divisor: str = Field(default=None)
    """Unit of the result, for example `1Mi`."""


class ValueSource(Strict):
    """The source of a variable's value."""

    secret_key_ref: KeyReference = Field(default=None)
    """Key of a Secret."""
    config_map_key_ref: KeyReference = Field(default=None)
    """Key of a ConfigMap."""
    field_ref: FieldReference = Field(default=None)
    """Field of the pod."""
    resource_field_ref: ResourceReference = Field(default=None)
    """Request or limit of a container."""


class Variable(Strict):
    """An environment variable that is more than a plain value."""

    value: str = Field(default=None)
    """Value as text."""
    value_from: ValueSource = Field(default=None)
    """Source of the value, for example a key of a Secret."""


def _form(value: object) -> str:
    return "map" if isinstance(value, dict | Variable) else "plain"


EnvValue = Annotated[
    Annotated[str | int | float | bool, Tag("plain")] | Annotated[Variable, Tag("map")],
    Discriminator(_form),
    Field(
        json_schema_extra={"must": "be a string, a number, true, false, or a map with valueFrom"},
    ),
]
Env = Annotated[
    dict[EnvName, EnvValue],
    Field(
        json_schema_extra={
            "must": "be a map of names to values (`NAME: value`)",
            "keysMust": "be the name of a variable: letters, digits and underscores",
        }
    ),
]
NodeSelector = Annotated[
    dict[LabelKey, LabelValue],
    Field(json_schema_extra={"keysMust": "be the key of a label, such as example.com/pool"}),
]
Opened = Annotated[
    dict[str, bool],
    Field(json_schema_extra={"must": "be a map of destination names to true or false"}),
]


class Quantities(Strict):
    """Amounts of CPU and memory, in Kubernetes' notation."""

    cpu: Cpu = Field(default=None)
    """CPU cores, for example `250m` or `2`."""
    memory: Memory = Field(default=None)
    """Memory, for example `512Mi`."""


class Resources(Strict):
    """Requests and limits."""

    requests: Quantities = Quantities()
    """Amounts that the node reserves."""
    limits: Quantities = Quantities()
    """Highest amounts that the container may use."""


class TeamComponent(Strict):
    """Settings of a component that a team may change."""

    replicas: int = Field(default=1, ge=1, le=5)
    """Number of pods, 1 to 5."""
    resources: Resources = Resources()
    """Requests and limits."""
    env: Env = {}
    """Environment variables of the component."""


class Toleration(Strict):
    """A taint that task pods tolerate, as Kubernetes defines it."""

    key: Annotated[str, text(LABEL_KEY, "be the key of a taint")] = Field(default=None)
    """Key of the taint."""
    operator: Literal["Equal", "Exists"] = "Equal"
    """Equal or Exists."""
    value: LabelValue = Field(default=None)
    """Value of the taint, for the operator Equal."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = Field(default=None)
    """NoSchedule, PreferNoSchedule or NoExecute; all of them when unset."""
    toleration_seconds: int = Field(default=None, ge=0)
    """Seconds for which a NoExecute taint is tolerated."""


class TeamTaskLabels(Strict):
    """Labels of task pods that a team may set."""

    workload_class: LabelValue = Field(default=None, alias="workload-class")
    """Class of nodes for tasks that name none, where `charts/admission` is installed."""


class TeamWorkers(Strict):
    """Settings of task pods that a team may change."""

    labels: TeamTaskLabels = TeamTaskLabels()
    """Labels of task pods."""
    resources: Resources = Resources()
    """Requests and limits."""
    env: Env = {}
    """Environment variables of task pods."""
    node_selector: NodeSelector = {}
    """Labels that a node must have."""
    tolerations: list[Toleration] = []
    """Taints that task pods tolerate."""
    termination_grace_period_seconds: int = Field(default=600, ge=30, le=21600)
    """Seconds for a running task to end when its pod is stopped, 30 to 21,600."""


class TeamEgress(Strict):
    """Destinations outside that a team opens, by the names that the environment gives them."""

    worker: Opened = {}
    """Destinations of tasks: name, true."""
    triggerer: Opened = {}
    """Destinations of the triggerer: name, true."""


class TeamNetworkPolicies(Strict):
    """Network policies, as far as a team may change them."""

    egress: TeamEgress = TeamEgress()
    """Destinations outside that a team opens."""


class TeamImage(Strict):
    """The team's image of Airflow."""

    repository: Annotated[
        str,
        text(
            r"^([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$",
            "be a repository without tag or digest, such as registry.example.com/airflow",
        ),
    ] = Field(default=None)
    """Registry and name."""
    tag: Annotated[
        str,
        text(r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", "be a tag, such as 3.3.2-finance-7"),
    ] = Field(default=None)
    """Tag of the image."""
    digest: Annotated[
        str, text(r"^sha256:[0-9a-f]{64}$", "be sha256: and 64 hexadecimal digits")
    ] = Field(default=None)
    """Digest of the image (`sha256:…`); it wins over the tag."""


class TeamImages(Strict):
    """The team's images."""

    airflow: TeamImage = TeamImage()
    """Image of Airflow with the team's packages."""


class TeamPodLauncher(Strict):
    """The ServiceAccount `<release>-pod-launcher` of allowPodLaunching."""

    every_task: bool = False
    """Give it to every task, so that Dags launch pods without `executor_config`."""
    spark_applications: bool = False
    """Let it create SparkApplications."""


class TeamSpark(Strict):
    """Spark drivers and executors of the team."""

    enabled: bool = False
    """Let tasks submit to Spark, with drivers and executors in the namespace of tasks."""


class TeamTasks(Strict):
    """Rights of tasks."""

    pod_launcher: TeamPodLauncher = TeamPodLauncher()
    """The ServiceAccount `<release>-pod-launcher` of allowPodLaunching."""
    spark: TeamSpark = TeamSpark()
    """Spark drivers and executors of the team."""


class TeamValues(Strict):
    """A file environments/ENVIRONMENT/teams/TEAM.yaml."""

    team: str
    """Name of the team; it must be the name of the file."""
    images: TeamImages = TeamImages()
    """The team's images."""
    executor: Literal["KubernetesExecutor"] = "KubernetesExecutor"
    """Executor of tasks."""
    env: Env = {}
    """Environment variables of all Airflow containers, including task pods."""
    allow_pod_launching: bool = False
    """Let tasks that use the ServiceAccount `<release>-pod-launcher` launch pods."""
    allow_job_launching: bool = False
    """Let them launch Jobs, too."""
    tasks: TeamTasks = TeamTasks()
    """Rights of tasks."""
    api_server: TeamComponent = TeamComponent()
    """The api-server."""
    scheduler: TeamComponent = TeamComponent()
    """The scheduler."""
    dag_processor: TeamComponent = TeamComponent()
    """The dag-processor."""
    triggerer: TeamComponent = TeamComponent()
    """The triggerer."""
    workers: TeamWorkers = TeamWorkers()
    """Task pods."""
    network_policies: TeamNetworkPolicies = TeamNetworkPolicies()
    """Network policies."""
