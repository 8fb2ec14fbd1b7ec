"""The verdict about a pod: sentences of broken rules. The chart's are in files/rules.yaml."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.admission.placement import has_requirement, is_empty, terms_of, tolerates
from scripts.admission.table import Class, Object, Table


@dataclass(frozen=True)
class Request:
    """A request to the API server; `may_use` answers for a ServiceAccount and a class."""

    namespace: str
    pod: Mapping[str, Any]
    # The pod before an update; None for a creation.
    before: Mapping[str, Any] | None = None
    user: str = "author"
    groups: list[str] = field(default_factory=list)
    may_use: Callable[[str, str], bool] = lambda account, name: True

    def label(self, key: str) -> str:
        return _labels(self.pod).get(key, "")

    def judges(self, key: str) -> bool:
        """Whether a label is judged: it is there, and was absent before."""
        return key in _labels(self.pod) and key not in _labels(self.before)


def verdict(request: Request, table: Table) -> list[str]:
    """Return the sentences of broken rules, in order; the author of a pod reads the first."""
    if table.is_exempt(request.user, request.groups):
        return []
    found = [*_changes(request, table), *_ownership(request, table), *_class(request, table)]
    return [sentence + table.contact for sentence in found]


def _changes(request: Request, table: Table) -> Iterator[str]:
    labels, now, before = table.values.labels, _labels(request.pod), _labels(request.before)
    changed = [
        key
        for key in (labels.team, labels.cost_center, labels.class_)
        if key in before and now.get(key) != before[key]
    ]
    if changed:
        yield (
            f"Label '{changed[0]}' must stay '{before[changed[0]]}':"
            " create a new pod to use another value."
        )


def _ownership(request: Request, table: Table) -> Iterator[str]:
    labels, required, now = table.values.labels, table.values.required_labels, _labels(request.pod)
    namespace, is_new = request.namespace, request.before is None
    owner = table.team_of.get(namespace, "")
    centers = table.values.teams[owner].cost_centers if owner else []
    known = f"one of {_quoted(centers)}, the cost centers of team '{owner}'."
    if is_new and not owner:
        yield (
            f"Namespace '{namespace}' is not in the table of teams:"
            " run the pod in a namespace of your team."
        )
    if is_new and required.team and labels.team not in now:
        yield (
            f"Label '{labels.team}' is missing: set it to '{owner}', the team of namespace"
            f" '{namespace}'."
        )
    if request.judges(labels.team) and request.label(labels.team) != owner:
        yield (
            f"Label '{labels.team}' is '{request.label(labels.team)}', but namespace '{namespace}'"
            f" belongs to '{owner}': set the label to this value."
        )
    if is_new and required.cost_center and labels.cost_center not in now:
        yield f"Label '{labels.cost_center}' is missing: set it to {known}"
    if request.judges(labels.cost_center) and request.label(labels.cost_center) not in centers:
        given = request.label(labels.cost_center)
        yield f"Label '{labels.cost_center}' is '{given}': set it to {known}"


def _class(request: Request, table: Table) -> Iterator[str]:
    label = table.values.labels.class_
    if not request.judges(label):
        return
    name, spec = request.label(label), request.pod["spec"]
    owner = table.team_of.get(request.namespace, "")
    classes = table.values.teams[owner].classes if owner else []
    account = spec.get("serviceAccountName") or "default"
    its = table.classes.get(name, Class())
    begin = f"Label '{label}' is '{name}'"
    if name not in classes:
        yield (
            f"{begin}: set it to one of {_quoted(classes)}, the classes of team '{owner}'."
            if classes
            else f"{begin}: remove it, since team '{owner}' has no classes."
        )
    if table.values.permissions.enabled and not request.may_use(account, name):
        yield (
            f"{begin}, which the ServiceAccount '{account}' must not use: run the pod as a"
            " ServiceAccount that may, such as one of the team's list."
        )
    selector = spec.get("nodeSelector") or {}
    for one in its.demands:
        given = selector.get(one["key"])
        if one["operator"] == "In" and given is not None and given not in one["values"]:
            yield (
                f"{begin}, whose nodes must have {one['key']} In {_quoted(one['values'])}, but the"
                f" pod's nodeSelector demands '{given}':"
                " remove it from the nodeSelector."
            )
            break
    if clash := _contradiction(spec, its):
        same = " and ".join(_words(one) for one in its.demands if one["key"] == clash["key"])
        yield (
            f"{begin}, whose nodes must have {same}, but the pod's node affinity demands"
            f" {_words(clash)}: remove it from the affinity."
        )
    runtime = spec.get("runtimeClassName") or ""
    if runtime and its.runtime_class_name not in ("", runtime):
        yield (
            f"{begin}, whose runtimeClassName is '{its.runtime_class_name}', but the pod's is"
            f" '{runtime}': remove it from the pod."
        )
    if not is_placed(spec, its):
        yield (
            f"{begin}, but the pod lacks the tolerations, the node affinity or the"
            " runtimeClassName of this class: create a new pod with the label."
        )


def is_placed(spec: Mapping[str, Any], its: Class) -> bool:
    """Whether a pod has the tolerations, the requirements and the runtime of a class."""
    selector, terms = spec.get("nodeSelector") or {}, terms_of(spec)
    return (
        all(tolerates(spec, one) for one in its.tolerations)
        and all(selector.get(key) == value for key, value in its.node_selector.items())
        and its.runtime_class_name in ("", spec.get("runtimeClassName") or "")
        and bool(terms or not its.required)
        and all(
            is_empty(term) or all(has_requirement(term, one) for one in its.required)
            for term in terms
        )
    )


def _contradiction(spec: Mapping[str, Any], its: Class) -> Object | None:
    """The first requirement that contradicts a class, if every alternative has such a one."""
    clashes = [
        [one for one in term.get("matchExpressions") or [] if _clashes(one, its.demands)]
        for term in terms_of(spec)
    ]
    return clashes[0][0] if clashes and all(clashes) else None


def _clashes(one: Mapping[str, Any], demands: list[Object]) -> bool:
    values, operator = one.get("values") or [], one["operator"]
    for demand in (demand for demand in demands if demand["key"] == one["key"]):
        wanted = demand["values"] if demand["operator"] == "In" else None
        if wanted is not None and operator == "In" and not {*wanted} & {*values}:
            return True
        if wanted is not None and operator == "NotIn" and {*wanted} <= {*values}:
            return True
        if demand["operator"] in ("In", "Exists") and operator == "DoesNotExist":
            return True
    return False


def _words(one: Mapping[str, Any]) -> str:
    return f"{one['key']} {one['operator']} {_quoted(one.get('values') or [])}"


def _quoted(words: list[str]) -> str:
    return "'" + "', '".join(words) + "'"


def _labels(pod: Mapping[str, Any] | None) -> Mapping[str, str]:
    return (pod or {}).get("metadata", {}).get("labels") or {}
