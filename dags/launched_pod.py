"""Shared code of the Dags that launch pods; it contains no Dag (see .airflowignore)."""

import os
from typing import Any

from airflow import __version__

# Any image with bash and Python works. The image of Airflow is already on the node.
IMAGE = os.environ.get("EXAMPLE_POD_IMAGE", f"apache/airflow:{__version__}")

# The namespace in which tasks may launch pods; tasks of KubernetesExecutor run there.
NAMESPACE = os.environ.get("EXAMPLE_POD_NAMESPACE")

# The ServiceAccount that may launch pods. Other tasks run with an account that has no token.
LAUNCHER = "airflow-pod-launcher"


def manifest(name: str, program: str) -> dict[str, Any]:
    """A complete pod that runs a Python program and satisfies Pod Security `restricted`."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": {"example": name}},
        "spec": {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "restartPolicy": "Never",
            "securityContext": {
                "runAsGroup": 0,
                "runAsNonRoot": True,
                "runAsUser": 50000,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": "base",
                    "image": IMAGE,
                    "command": ["python", "-c", program],
                    "resources": {
                        "requests": {"cpu": "50m", "memory": "32Mi"},
                        "limits": {"memory": "64Mi"},
                    },
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                        "readOnlyRootFilesystem": True,
                    },
                }
            ],
        },
    }


def launcher() -> dict[str, Any]:
    """The executor_config of a task that launches pods."""
    from kubernetes.client import models as k8s

    pod = k8s.V1Pod(
        spec=k8s.V1PodSpec(
            automount_service_account_token=True,
            containers=[k8s.V1Container(name="base")],
            service_account_name=LAUNCHER,
        )
    )
    return {"pod_override": pod}
