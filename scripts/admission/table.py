"""The table of classes and teams, in the form that placement and verdict read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.values.admission import AdmissionValues, Preferred

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


@dataclass(frozen=True)
class Table:
    """The values of a release of charts/admission."""

    values: AdmissionValues
    classes: Mapping[str, Class]
    team_of: Mapping[str, str]

    @property
    def contact(self) -> str:
        return f" Help: {self.values.contact}" if self.values.contact else ""

    def class_of(self, pod: Mapping[str, Any]) -> Class | None:
        """The class in the label of a pod; None without the label and for unknown classes."""
        labels = pod["metadata"].get("labels") or {}
        return self.classes.get(labels.get(self.values.labels.class_, ""))

    def is_exempt(self, user: str, groups: list[str]) -> bool:
        """Whether the pods of a user are neither changed nor refused."""
        exempt = self.values.exempt
        return user in exempt.users or bool({*groups} & {*exempt.groups})


def read(values: Mapping[str, Any]) -> Table:
    """Return the table of values; those that are unset have the defaults of the chart."""
    known = AdmissionValues.model_validate(values)
    team_of = {
        namespace: name for name, team in known.teams.items() for namespace in team.namespaces
    }
    classes = {
        name: Class(
            tolerations=[one.model_dump(by_alias=True) for one in row.tolerations],
            required=[one.model_dump(by_alias=True) for one in row.node_affinity.required],
            preferred=[_preferred(one) for one in row.node_affinity.preferred],
            node_selector=row.node_selector,
            priority_class_name=row.priority_class_name,
            runtime_class_name=row.runtime_class_name,
            requests={str(key): amount for key, amount in row.requests.items()},
            annotations=row.annotations,
        )
        for name, row in known.classes.items()
    }
    return Table(known, classes, team_of)


def _preferred(row: Preferred) -> Object:
    """A preferred term as the API server stores it: without empty values."""
    term = row.model_dump(by_alias=True)
    for one in term["preference"]["matchExpressions"]:
        if not one["values"]:
            del one["values"]
    return term
