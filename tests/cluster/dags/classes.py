"""Tasks and pods with a class of charts/admission, as values of one label."""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import dag, task
from kubernetes.client import models as k8s
from launched_pod import launcher, manifest

RETRIES = {"retries": 0}


@dag(schedule=None, default_args=RETRIES)
def classes() -> None:
    def task_with(name: str, labels: dict[str, str]) -> None:
        metadata = k8s.V1ObjectMeta(labels=labels)
        config = {"pod_override": k8s.V1Pod(metadata=metadata)}

        @task(task_id=name, executor="KubernetesExecutor", executor_config=config)
        def start() -> None:
            """Its pod is all that matters."""

        start()

    def pod_with(name: str, labels: dict[str, str], **more: Any) -> None:
        template = manifest(f"classes-{name}".replace("_", "-"), "print('launched')")
        template["metadata"]["labels"] = labels
        KubernetesPodOperator(
            task_id=name, pod_template_dict=template, executor_config=launcher(), **more
        )

    own = {"team": "payments", "workload-class": "spark"}
    task_with("task_without_a_class", {})
    task_with("task_of_a_class", {"workload-class": "spark"})
    task_with("task_of_a_class_of_others", {"workload-class": "gpu"})
    pod_with("pod_of_a_class", own)
    pod_with("deferred_pod_of_a_class", own, deferrable=True)
    pod_with("pod_without_a_team", {"workload-class": "spark"})
    pod_with("pod_of_another_team", {**own, "team": "search"})


classes()
