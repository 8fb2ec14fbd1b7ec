"""Classes of pods; the image of the webhook has this module, so it needs no other packages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]


@dataclass(frozen=True)
class Class:
    """The placement of a class; `demands` are its requirements on nodes, with `node_selector`."""

    tolerations: list[Object] = field(default_factory=list)
    required: list[Object] = field(default_factory=list)
    preferred: list[Object] = field(default_factory=list)
    node_selector: dict[str, str] = field(default_factory=dict)
    priority_class_name: str = ""
    runtime_class_name: str = ""
    requests: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)

    @property
    def demands(self) -> list[Object]:
        selected = [
            {"key": key, "operator": "In", "values": [value]}
            for key, value in sorted(self.node_selector.items())
        ]
        return [*self.required, *selected]


@dataclass(frozen=True, kw_only=True)
class Classes:
    """Classes by name, the label of pods that names one, and users whose pods do not change."""

    label: str
    classes: Mapping[str, Class]
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def class_of(self, pod: Mapping[str, Any]) -> Class | None:
        """The class in the label of a pod; None without the label and for unknown classes."""
        labels = pod["metadata"].get("labels") or {}
        return self.classes.get(labels.get(self.label, ""))

    def is_exempt(self, user: str, groups: list[str]) -> bool:
        """Whether the pods of a user are neither changed nor refused."""
        return user in self.users or not self.groups.isdisjoint(groups)


def rendered_classes(table: Mapping[str, Any]) -> Classes:
    """Return the classes of a table in the form in which the chart renders it."""
    return Classes(
        label=table["label"],
        users=frozenset(table["exempt"]["users"]),
        groups=frozenset(table["exempt"]["groups"]),
        classes={
            name: Class(
                tolerations=row["tolerations"],
                required=row["required"],
                preferred=row["preferred"],
                node_selector=row["nodeSelector"],
                priority_class_name=row["priorityClassName"],
                runtime_class_name=row["runtimeClassName"],
                requests=row["requests"],
                annotations=row["annotations"],
            )
            for name, row in table["classes"].items()
        },
    )
