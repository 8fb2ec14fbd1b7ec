"""Task pods: an allowed one, and others that differ from it in one field."""

import copy
from typing import Any

CONTAINER = {
    "name": "base",
    "image": "none",
    "resources": {
        "requests": {"cpu": "10m", "memory": "16Mi"},
        "limits": {"cpu": "100m", "memory": "32Mi"},
    },
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
}
LEGAL = {
    "metadata": {
        "name": "test-task",
        "labels": {"tier": "airflow", "component": "worker", "release": "airflow"},
    },
    "spec": {
        "containers": [CONTAINER],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 50000,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    },
}


def pod(labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """Return the allowed pod with other labels and other fields of its spec."""
    made = copy.deepcopy(LEGAL)
    made["metadata"]["labels"].update(labels or {})
    made["spec"].update(spec)
    return made


def container(**fields: Any) -> dict[str, Any]:
    return {"containers": [{**CONTAINER, **fields}]}


def init(**fields: Any) -> dict[str, Any]:
    return {"initContainers": [{**CONTAINER, "name": "init", **fields}]}


def volume(**source: Any) -> dict[str, Any]:
    return {"volumes": [{"name": "v", **source}]}


def launched_pod(labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """Return a pod as a task launches it: without a name and without the labels of a task."""
    made = pod(**spec)
    return {**made, "metadata": {"generateName": "attack-", "labels": labels or {}}}
