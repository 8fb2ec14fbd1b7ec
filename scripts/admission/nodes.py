"""Nodes that fit a pod, by its nodeSelector, its required node affinity and its tolerations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.admission.placement import is_empty, terms_of


@dataclass(frozen=True)
class Node:
    """A node with labels and taints (`key`, `value`, `effect`)."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Mapping[str, str], ...] = ()


def fits(spec: Mapping[str, Any], node: Node) -> bool:
    """Whether the scheduler may bind a pod to a node, as far as labels and taints decide it."""
    selector = spec.get("nodeSelector") or {}
    terms = terms_of(spec)
    return (
        all(node.labels.get(key) == value for key, value in selector.items())
        and (not terms or any(_matches(term, node) for term in terms))
        and all(
            taint["effect"] == "PreferNoSchedule"
            or any(_tolerates(one, taint) for one in spec.get("tolerations") or [])
            for taint in node.taints
        )
    )


def feasible(spec: Mapping[str, Any], nodes: Iterable[Node]) -> set[str]:
    """The names of the nodes that fit a pod."""
    return {node.name for node in nodes if fits(spec, node)}


def satisfies(labels: Mapping[str, str], one: Mapping[str, Any]) -> bool:
    """Whether labels of a node meet a requirement."""
    value, values = labels.get(one["key"]), one.get("values") or []
    match one["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    if value is None or not value.lstrip("-").isdigit():
        return False
    return int(value) > int(values[0]) if one["operator"] == "Gt" else int(value) < int(values[0])


def _matches(term: Mapping[str, Any], node: Node) -> bool:
    fields = {"metadata.name": node.name}
    return not is_empty(term) and (
        all(satisfies(node.labels, one) for one in term.get("matchExpressions") or [])
        and all(satisfies(fields, one) for one in term.get("matchFields") or [])
    )


def _tolerates(one: Mapping[str, Any], taint: Mapping[str, str]) -> bool:
    if (one.get("effect") or "") not in ("", taint["effect"]):
        return False
    if (one.get("operator") or "Equal") == "Exists":
        return (one.get("key") or "") in ("", taint["key"])
    return (one.get("key"), one.get("value") or "") == (taint["key"], taint.get("value", ""))
