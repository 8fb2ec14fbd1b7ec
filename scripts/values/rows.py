"""The rows of the chart's data files, checked when they are read.

These files are written by hand and list the parts of the chart; values.yaml, the schema and
docs/values.md are generated from them and from the model in this package. The head of each file
explains its fields.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from scripts.errors import Refusal
from scripts.paths import CHART
from scripts.yaml_files import read, short

R = TypeVar("R", bound="Row")
Kind = Literal["Deployment", "StatefulSet", "Job", "CronJob", "TaskPod", "LaunchedPod"]
# Part of the name of an object.
Label = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]


class Row(BaseModel):
    """A closed, immutable map: an unknown field is an error that names it."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        use_attribute_docstrings=True,
    )


class RoleRule(Row):
    """A rule of a Role, as Kubernetes has it."""

    api_groups: list[str]
    """API groups; the core group is an empty text."""
    resources: list[str]
    """Resources, for example `pods/log`."""
    verbs: list[str]
    """Verbs that are allowed."""
    resource_names: list[str] | None = None
    """Names of objects; unset: all of them."""


class Role(Row):
    """A Role of a component's ServiceAccount in the namespaces of tasks."""

    when: str
    """Condition, as in `calls`."""
    rules: list[RoleRule] = []
    """Rules, as Kubernetes defines them."""
    rules_of: str | None = None
    """Dotted path of the value with the rules, instead of `rules`."""


class ComponentRow(Row):
    """A component: its facts that hold in every installation."""

    key: str
    """Key of the component's block in values."""
    kind: Kind
    """Kind of its workload; TaskPod: the pod of a task, LaunchedPod: a pod that a task launches."""
    label: Label | None = None
    """Its label `component` and the name of its objects, if they are not the component's name."""
    executor: str | None = None
    """Executor that needs it; with others it is off."""
    account: Label | None = None
    """Suffix of its ServiceAccount, if it is not the component's name."""
    namespace: Literal["release", "tasks"]
    """Namespace of its pods: that of the release, or those of tasks."""
    replicated: bool = False
    """It can run several pods: the block has `replicas` and `podDisruptionBudget`."""
    sets: str | None = None
    """Dotted path of the block of values with sets of it, each a workload of its own."""
    serves: int | str | None = None
    """Port for callers: a number, or a key of `ports` in values."""
    protocol: Literal["UDP"] | None = None
    """Protocol of this port, if it is not TCP."""
    stands_for: str | None = None
    """Callee whose callers call this component, too; instead of it, when it is a component."""
    health: str | None = None
    """Name of the component in the response of /api/v2/monitor/health."""
    reads_dags: bool | str = False
    """Its pods mount the Dags; a text: with executors whose names contain it."""
    launches_pods: bool = False
    """It creates pods in the namespaces of tasks."""
    named: Literal["release"] | None = None
    """`release`: the names of its objects begin with the release's name, not the full name."""
    external: str | None = None
    """Block of networkPolicies with its addresses, used when the component is disabled."""
    calls: dict[str, str] = {}
    """Callees (components, `kubernetes`, `internet`, destinations) and the condition of each."""
    roles: dict[str, Role] = {}
    """Roles of its ServiceAccount in the namespaces of tasks, by name."""
    ui: bool = False
    """People reach the UI on its Service."""
    migrates: bool = False
    """It migrates the database."""
    notes: bool = False
    """Its template file defines lines for NOTES.txt."""
    refusals: bool = False
    """It has checks of its values in templates/refusals/components."""
    cloud: list[str] = []
    """Sets of AWS permissions of its IAM role."""


class GeneratedKey(Row):
    """A key of a Secret, and how the chart's Job generates it."""

    generate: Literal["fernet", "token"] | None = None
    """Kind of random text."""
    text: str | None = None
    """Template of the content; `{password}` or `{quotedPassword}` is that of the row `password`."""
    password: str | None = None
    """Row whose password the template contains."""


class SecretValues(Row):
    """Dotted paths of the values of a secret."""

    name: str | None = None
    """Value with the name of an existing Secret."""
    text: str | None = None
    """Value that contains the secret itself."""
    command: str | None = None
    """Value with a command that prints the secret."""
    annotations: str | None = None
    """Value with the annotations of the Secret that the chart creates."""


class SecretRow(Row):
    """A secret of the platform."""

    name: Label
    """Suffix of its Secret, and its name in the values that list secrets."""
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
    """Key in the Secret."""
    variable: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    """Environment variable of its readers; a secret without one is mounted as a file."""
    readers: list[str]
    """Components that may read it."""
    values: SecretValues
    """Values of the secret."""
    text: str | None = None
    """Template of the Secret's content, if it differs from the text in values."""
    when: str | None = None
    """Switch in values; the secret is needed only when it is on."""
    executor: str | None = None
    """Executor that needs it; with others the secret does not exist."""
    type: str | None = None
    """Type of the Secret; unset means Opaque."""
    optional: bool = False
    """Its readers can do without it."""
    only: dict[str, str] = {}
    """Readers that read it with some executors, and a part of the names of these."""
    instead: dict[str, str] = {}
    """Readers that read it only when another secret is missing, with that secret."""
    data: dict[str, str] = {}
    """Keys of the Secret that the chart makes of other values, and the template of each."""
    pooled: bool = False
    """Its content differs with PgBouncer: the Job makes it under another name then."""
    generate: dict[str, GeneratedKey] = {}
    """Keys of the Secret, and how the Job generates each one; empty: it cannot."""
    stored: Literal["fernet", "token", "databaseUrl"] | None = None
    """Kind of value that Terraform generates and stores in Secrets Manager; unset means none."""


class AskerRow(Row):
    """A setting that makes components call a destination."""

    option: str | None = None
    """Option of airflow.cfg, `section.key`."""
    variable: str | None = None
    """Environment variable."""
    text: str | None = None
    """Path of a text in values."""
    when: str | None = None
    """Switch in values: nothing is read while it is off."""
    is_: Literal["on"] | None = Field(default=None, alias="is")
    """`on`: the option must be true; otherwise it must be set."""
    unless: str | None = None
    """Option that leads elsewhere: nothing is called while it is set."""
    has: str | None = None
    """Pattern that the text must contain."""
    has_not: str | None = None
    """Pattern that the text must not contain."""
    url: str | None = None
    """Pattern of a URL in the text, whose host and port are called."""
    host: str | None = None
    """Option with the host."""
    port: str | None = None
    """Option with the port."""
    protocol: Literal["TCP", "UDP"] = "TCP"
    """Protocol of the port."""
    usual_port: int | None = None
    """Port when no option states one."""
    opens: int | None = None
    """Port that is open to any address when no setting names a port or an address."""
    any_host: bool = False
    """No option needs to name the host, as with an agent on each node."""
    inside: bool = False
    """The host is in the cluster or a private network, whatever its name."""
    warns: bool = False
    """The chart warns instead of refusing."""


def component_rows(chart: Path = CHART) -> dict[str, ComponentRow]:
    """Return the components of a chart by name, in the order of the file."""
    file = chart / "files" / "components.yaml"
    rows = read(file).data
    return {name: _row(ComponentRow, row, f"{short(file)}: {name}") for name, row in rows.items()}


def secret_rows(chart: Path = CHART) -> list[SecretRow]:
    """Return the secrets of a chart, in the order of the file."""
    file = chart / "files" / "secrets.yaml"
    rows = enumerate(read(file, list).data, start=1)
    return [_row(SecretRow, row, f"{short(file)}: {_name_of(row, number)}") for number, row in rows]


def asker_rows(chart: Path = CHART) -> dict[str, list[AskerRow]]:
    """Return the settings that make components call a destination, by destination."""
    file = chart / "files" / "destinations.yaml"
    return {
        place: [_row(AskerRow, row, f"{short(file)}: {place}") for row in rows]
        for place, rows in read(file).data.items()
    }


def _name_of(row: Any, number: int) -> str:
    return row.get("name", f"row {number}") if isinstance(row, dict) else f"row {number}"


def replicated_keys(chart: Path = CHART) -> list[str]:
    """Return the values keys of the components that can run several pods."""
    return [row.key for row in component_rows(chart).values() if row.replicated]


def _row(model: type[R], row: Any, place: str) -> R:
    """Return a row as its model; raise Refusal with file and field if it is not valid."""
    try:
        return model.model_validate(row)
    except ValidationError as wrong:
        raise Refusal("\n".join(f"{place}{problem}" for problem in _problems(wrong))) from wrong


def _problems(wrong: ValidationError) -> Iterator[str]:
    """Each problem of a row: the path of its field, and the message."""
    for error in wrong.errors():
        path = "".join(f".{part}" for part in error["loc"])
        unknown = error["type"] == "extra_forbidden"
        yield f"{path}: " + ("unknown field; correct it or remove it." if unknown else error["msg"])
