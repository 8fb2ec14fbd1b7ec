"""The table of classes and teams, in the form that placement and verdict read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.admission.classes import Class, Classes, Object
from scripts.values.admission import AdmissionValues, Preferred


@dataclass(frozen=True, kw_only=True)
class Table(Classes):
    """The values of a release of charts/admission."""

    values: AdmissionValues
    team_of: Mapping[str, str]

    @property
    def contact(self) -> str:
        return f" Help: {self.values.contact}" if self.values.contact else ""


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
    return Table(
        label=known.labels.class_,
        classes=classes,
        users=frozenset(known.exempt.users),
        groups=frozenset(known.exempt.groups),
        values=known,
        team_of=team_of,
    )


def _preferred(row: Preferred) -> Object:
    """A preferred term as the API server stores it: without empty values."""
    term = row.model_dump(by_alias=True)
    for one in term["preference"]["matchExpressions"]:
        if not one["values"]:
            del one["values"]
    return term
