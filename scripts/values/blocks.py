"""The types that values are made of, and the blocks that several topics use."""

from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.alias_generators import to_camel

# Fields as Kubernetes defines them: the rendered object is checked against Kubernetes' own schemas.
Object = dict[str, Any]
Text = dict[str, str]
Scalar = str | int | float | bool
# Named things (volumes, containers, …): a list, or a map keyed by name that merges across layers.
Named = list[Object] | dict[str, Object | None]
# Environment variables: a list of EnvVar, or a map of name to a value or {value, valueFrom}.
Environment = list[Object] | dict[str, Scalar | Object | None]
# Requests and limits by resource, extended resources included. Helm may keep a null of a values
# file, which removes an entry; Kubernetes accepts numbers as well as strings such as 250m.
Resources = dict[
    Literal["limits", "requests", "claims"],
    dict[str, str | int | float | None] | list[Object] | None,
]
# A network; one in another notation would be refused only by Kubernetes.
Cidr = Annotated[str, Field(pattern=r"^[0-9a-fA-F.:]+/[0-9]{1,3}$")]
PullPolicy = Literal["Always", "IfNotPresent", "Never"]

# Types that have a definition of their own in values.schema.json, by the definition's name.
DEFINITIONS: dict[str, Any] = {
    "StringMap": Text,
    "ScalarMap": dict[str, Scalar],
    "StringList": list[str],
    "IntegerList": list[int],
    "ObjectList": list[Object],
    "ListOrMapOfObjects": Named,
    "EnvironmentVariables": Environment,
    "Resources": Resources,
    "Cidr": Cidr,
    "CidrList": list[Cidr],
}


class Block(BaseModel):
    """A closed map of values: an unknown key is an error that names the key."""

    model_config = ConfigDict(
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )


B = TypeVar("B", bound=Block)


def narrowed(block: type[B], **kinds: Any) -> type[B]:
    """A copy of a block in which some fields have a narrower type, or another block as default."""
    fields: dict[str, Any] = {}
    for name, field in block.model_fields.items():
        default, kind = field.default, kinds.get(name, field.rebuild_annotation())
        if isinstance(kind, Block):
            default, kind = kind, type(kind)
        fields[name] = (
            kind,
            Field(
                default=default,
                alias=field.alias,
                description=field.description,
                examples=field.examples,
            ),
        )
    return create_model(block.__name__, __base__=block.__base__, __doc__=block.__doc__, **fields)


@cache
def unset(block: type[Block]) -> type[Block]:
    """A copy of a block in which every value is unset, for a layer over values of that block."""
    fields: dict[str, Any] = {}
    for name, field in block.model_fields.items():
        kind = field.rebuild_annotation()
        if isinstance(field.default, Block):
            kind = unset(type(field.default))
        fields[name] = (
            kind | None,
            Field(
                default=None,
                alias=field.alias,
                description=field.description,
                examples=field.examples,
            ),
        )
    name = f"Unset{block.__name__}"
    return create_model(name, __base__=Block, __doc__=block.__doc__, **fields)


def resources(cpu: str, memory: str, limit: str) -> Resources:
    """Requests and a memory limit; CPU has no limit, since requests already distribute it."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": limit}}


class Image(Block):
    """A container image."""

    repository: str | None = Field(default=None, examples=["registry.example.com/data/airflow"])
    """Registry and name of the image, without a tag."""
    tag: str | None = Field(default=None, examples=["3.3.2-python3.12"])
    """Tag of the image."""
    digest: str | None = Field(default=None, examples=[f"sha256:{'0123456789abcdef' * 4}"])
    """Digest of the image (`sha256:…`); it wins over the tag."""
    pull_policy: PullPolicy = "IfNotPresent"
    """Pull policy of the image: Always, Never or IfNotPresent."""


class Claim(Block):
    """A PersistentVolumeClaim, which is not created by default."""

    enabled: bool = False
    """Use a PersistentVolumeClaim, which outlives the pods; if false, an emptyDir is used."""
    existing_claim: str | None = Field(default=None, examples=["airflow-files"])
    """Name of an existing PersistentVolumeClaim to use instead of a new one."""
    size: str = "10Gi"
    """Size of the PersistentVolumeClaim, as a Kubernetes quantity."""
    storage_class_name: str | None = Field(default=None, examples=["gp3"])
    """StorageClass of the claim; unset means the cluster's default, `-` means an empty name."""
    annotations: Text = {}
    """Annotations of the PersistentVolumeClaim."""
