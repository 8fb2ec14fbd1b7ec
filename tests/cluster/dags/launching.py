"""Tasks that launch pods and Jobs and say nothing of accounts, requests or limits."""

import os
from typing import Any

from airflow.providers.cncf.kubernetes.operators.job import KubernetesJobOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import dag, task
from kubernetes.client import models as k8s

LAUNCHED: dict[str, Any] = {
    "image": os.environ["EXAMPLE_POD_IMAGE"],
    "cmds": ["python", "-c", "print('launched')"],
    "security_context": {
        "runAsNonRoot": True,
        "runAsUser": 50000,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
    "container_security_context": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    },
}
JOB: dict[str, Any] = {
    **LAUNCHED,
    "backoff_limit": 0,
    "discover_pods_retry_number": 20,
    "in_cluster": True,
    "job_poll_interval": 2,
    "parallelism": 1,
    "wait_until_job_complete": True,
}


def stating(**resources: dict[str, str]) -> dict[str, k8s.V1Pod]:
    """The executor_config of a task whose pod states these resources and no others."""
    base = k8s.V1Container(name="base", resources=k8s.V1ResourceRequirements(**resources))
    return {"pod_override": k8s.V1Pod(spec=k8s.V1PodSpec(containers=[base]))}


@dag(schedule=None)
def launching() -> None:
    KubernetesPodOperator(task_id="pod", name="pod", **LAUNCHED)
    KubernetesPodOperator(task_id="pod_deferred", name="pod-deferred", deferrable=True, **LAUNCHED)
    KubernetesJobOperator(task_id="job", name="job", **JOB)
    KubernetesJobOperator(task_id="job_deferred", name="job-deferred", deferrable=True, **JOB)

    @task(executor_config=stating(requests={"memory": "300Mi"}))
    def memory_request() -> None:
        print("alone")

    @task(executor_config=stating(limits={"memory": "600Mi"}))
    def memory_limit() -> None:
        print("alone")

    memory_request()
    memory_limit()


launching()
