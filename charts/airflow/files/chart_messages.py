"""Reads what Kubernetes says about a pod that it refuses or cannot place.

Kubernetes states these facts in sentences only. Nothing is concluded from a sentence in another
form: the task waits.
"""

import json
import re

from kubernetes.utils.quantity import parse_quantity

QUOTA = re.compile(
    r"exceeded quota: (?P<name>[^,]+), requested: (?P<requested>.*?), used: .*?, "
    r"limited: (?P<limits>.*)"
)
# The quota is new, and its controller has not counted yet.
UNCOUNTED = "status unknown for quota"
PLACING = re.compile(
    r"0/\d+ nodes are available: (?P<reasons>.*?)\.\s.*preemption: (?P<preemption>.*)"
)


def reason(error: object) -> str | None:
    """The sentence in an error of the Kubernetes API, or the text of any other error."""
    if error is None:
        return None
    try:
        body = json.loads(getattr(error, "body", None) or "null")
    except (TypeError, ValueError):
        body = None
    if isinstance(body, dict) and body.get("message"):
        return str(body["message"])
    return str(getattr(error, "__cause__", None) or error)


def above_quota(message: str) -> str | None:
    """Why a pod can never start, if it requests more than the quota allows in all."""
    found = QUOTA.search(message)
    if not found:
        return None
    limits = _amounts(found["limits"])
    for resource, amount in _amounts(found["requested"]).items():
        if _is_larger(amount, limits.get(resource, amount)):
            return (
                f"The pod needs {resource}={amount}, but the quota {found['name']} allows "
                f"{resource}={limits[resource]} in all: request less, or raise the quota."
            )
    return None


def above_nodes(message: str) -> str | None:
    """Why a pod fits no node of the cluster, not even an empty one.

    Every node has too little of a resource, and evicting pods would help on none of them.
    """
    found = PLACING.search(message)
    if not found or "No preemption victims" in found["preemption"]:
        return None
    if "Preemption is not helpful" not in found["preemption"]:
        return None
    reasons = found["reasons"].split(", ")
    lacking = [
        one[1] for one in (re.fullmatch(r"\d+ Insufficient (\S+)", r) for r in reasons) if one
    ]
    if len(lacking) < len(reasons):
        return None
    return (
        f"No node is large enough for what the pod requests of {' and '.join(lacking)}: request "
        f"less, or add larger nodes. Kubernetes says: {message}"
    )


def _is_larger(amount: str, limit: str) -> bool:
    try:
        larger, smaller = parse_quantity(amount), parse_quantity(limit)
    except ValueError:
        return False
    return larger.is_finite() and smaller.is_finite() and larger > smaller


def _amounts(text: str) -> dict[str, str]:
    return dict(one.split("=", 1) for one in text.split(",") if "=" in one)
