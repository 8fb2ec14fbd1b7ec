"""The placement of a pod: what its class adds. The chart's expression is files/placement.cel."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from scripts.admission.classes import Class, Classes, Object

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
UNITS = {
    "n": Decimal(10) ** -9,
    "u": Decimal(10) ** -6,
    "m": Decimal(10) ** -3,
    "": Decimal(1),
    **{unit: Decimal(10) ** (3 * power) for power, unit in enumerate("kMGTPE", 1)},
    **{f"{unit}i": Decimal(2) ** (10 * power) for power, unit in enumerate("KMGTPE", 1)},
}


def mutated(
    pod: Mapping[str, Any], table: Classes, *, user: str = "", groups: list[str] | None = None
) -> Object:
    """Return a pod that is created, with the placement of the class in its label."""
    found = table.class_of(pod)
    if found is None or table.is_exempt(user, groups or []):
        return copy(pod)
    return placed(pod, found)


def placed(pod: Mapping[str, Any], its: Class) -> Object:
    """Return a pod with the placement of a class; what the pod already has stays as it is."""
    made = copy(pod)
    spec = made["spec"]
    missing = [one for one in its.tolerations if not tolerates(spec, one)]
    if its.tolerations:
        spec["tolerations"] = [*(spec.get("tolerations") or []), *map(_short, missing)]
    if its.node_selector:
        spec["nodeSelector"] = its.node_selector | (spec.get("nodeSelector") or {})
    if its.required or its.preferred:
        _require(spec.setdefault("affinity", {}).setdefault("nodeAffinity", {}), its)
    if its.priority_class_name and not spec.get("priorityClassName"):
        spec["priorityClassName"] = its.priority_class_name
        spec.pop("priority", None)
        spec.pop("preemptionPolicy", None)
    if its.runtime_class_name and not spec.get("runtimeClassName"):
        spec["runtimeClassName"] = its.runtime_class_name
    if its.requests and spec.get("containers"):
        _raise(spec["containers"][0].setdefault("resources", {}), its.requests)
    if its.annotations:
        own = made["metadata"].get("annotations") or {}
        made["metadata"]["annotations"] = its.annotations | own
    return made


def tolerates(spec: Mapping[str, Any], taint: Mapping[str, str]) -> bool:
    """Whether tolerations of a pod cover one of a class, for any time."""
    return any(_covers(one, taint) for one in spec.get("tolerations") or [])


def has_requirement(term: Mapping[str, Any], requirement: Mapping[str, Any]) -> bool:
    """Whether a term of node affinity has a requirement, with its values in the same order."""
    return any(
        (one["key"], one["operator"], one.get("values") or [])
        == (requirement["key"], requirement["operator"], requirement["values"])
        for one in term.get("matchExpressions") or []
    )


def is_empty(term: Mapping[str, Any]) -> bool:
    """Whether a term is empty: it matches no node."""
    return not (term.get("matchExpressions") or term.get("matchFields"))


def terms_of(spec: Mapping[str, Any]) -> list[Object]:
    """The terms of a pod's required node affinity, which are alternatives."""
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    return (affinity.get(REQUIRED) or {}).get("nodeSelectorTerms") or []


def copy(value: Any) -> Any:
    """A copy of JSON, in a third of the time that copy.deepcopy takes."""
    if isinstance(value, dict):
        return {key: copy(inner) for key, inner in value.items()}
    return [copy(inner) for inner in value] if isinstance(value, list) else value


@lru_cache(1024)
def amount(quantity: str) -> Decimal:
    """A quantity of Kubernetes as a number; 1E3 has an exponent, and 1E a unit."""
    number = quantity.rstrip("numkKMGTPEi")
    return Decimal(number) * UNITS[quantity.removeprefix(number)]


def _covers(one: Mapping[str, Any], taint: Mapping[str, str]) -> bool:
    if (one.get("effect") or "") not in ("", taint["effect"]) or "tolerationSeconds" in one:
        return False
    operator = one.get("operator") or "Equal"
    if operator == "Exists":
        return (one.get("key") or "") in ("", taint["key"])
    same = (one.get("key") or "", one.get("value") or "") == (taint["key"], taint["value"])
    return operator == taint["operator"] == "Equal" and same


def _require(affinity: Object, its: Class) -> None:
    """Add requirements to each alternative, and preferences to those of the pod."""
    if its.required:
        terms = affinity.setdefault(REQUIRED, {}).setdefault("nodeSelectorTerms", [])
        if not terms:
            terms.append({"matchExpressions": [_short(one) for one in its.required]})
        for term in terms:
            missing = [one for one in its.required if not has_requirement(term, one)]
            if missing and not is_empty(term):
                own = term.get("matchExpressions") or []
                term["matchExpressions"] = [*own, *map(_short, missing)]
    if its.preferred:
        terms = affinity.setdefault(PREFERRED, [])
        terms += [copy(one) for one in its.preferred if one not in terms]


def _raise(resources: Object, floors: Mapping[str, str]) -> None:
    """Raise requests to the floors of a class, and limits that are below them."""
    requests = resources.setdefault("requests", {})
    limits = resources.get("limits") or {}
    for name, floor in floors.items():
        if name not in requests or amount(requests[name]) < amount(floor):
            requests[name] = floor
        if name in limits and amount(limits[name]) < amount(floor):
            limits[name] = floor


def _short(one: Mapping[str, Any]) -> Object:
    """An entry as the API server stores it: without empty texts and lists."""
    return {key: value for key, value in one.items() if value}
