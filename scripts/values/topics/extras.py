"""Further objects: quotas, priority classes, ConfigMaps, Secrets and anything else."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Object, Text


class PriorityClass(Block):
    """A PriorityClass."""

    name: str
    """Name of the PriorityClass, after the release's name and a dash."""
    value: int
    """Priority of the pods; pods with a higher number are scheduled first."""
    preemption_policy: Literal["Never", "PreemptLowerPriority"] | None = None
    """Preemption policy: Never or PreemptLowerPriority."""


class ExtraConfigMap(Block):
    """A ConfigMap to create."""

    labels: Text = {}
    """Labels of the object."""
    annotations: Text = {}
    """Annotations of the object."""
    data: str | Object = {}
    """Data of the object: a map, or a string of YAML, through `tpl`."""
    use_helm_hooks: bool = False
    """Create the object by a Helm hook instead of as an object of the release; true is refused."""


class ExtraSecret(ExtraConfigMap):
    """A Secret to create (refused in prod)."""

    type: str = "Opaque"
    """Type of the Secret."""
    string_data: str | Object = {}
    """Data that is not base64: a map, or a string of YAML, through `tpl`."""


class Extras(Block):
    """Further objects."""

    limits: list[Object] = Field(
        default=[], examples=[[{"type": "Container", "defaultRequest": {"cpu": "50m"}}]]
    )
    """LimitRange items for the namespace of the release; `tasks.limits` has those of tasks."""
    quotas: Object = Field(default={}, examples=[{"pods": "200", "requests.memory": "200Gi"}])
    """ResourceQuota (`hard`) for the namespace of the release; another namespace of tasks has
    none, unless Terraform (module `release`) or `extraObjects` creates it."""
    priority_classes: list[PriorityClass] = Field(
        default=[],
        examples=[[{"name": "important", "value": 1000, "preemptionPolicy": "Never"}]],
    )
    """PriorityClasses to create, each as {name, value, preemptionPolicy}."""
    extra_secrets: dict[str, ExtraSecret] = Field(
        default={}, examples=[{"airflow-smtp": {"stringData": {"password": "secret"}}}]
    )
    """Secrets to create, by name (type, labels, annotations, data, stringData); refused in prod."""
    extra_config_maps: dict[str, ExtraConfigMap] = Field(
        default={}, examples=[{"airflow-variables": {"data": {"REGION": "eu-central-1"}}}]
    )
    """ConfigMaps to create, by name (labels, annotations, data)."""
    extra_objects: dict[str, str | Object] = Field(
        default={},
        examples=[
            {
                "monitor": {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": "{{ .Release.Name }}-monitor"},
                }
            }
        ],
    )
    """Kubernetes objects of any kind to create, by any name: maps, or strings, through `tpl`."""
