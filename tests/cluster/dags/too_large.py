"""Tasks whose pods can never start."""

from airflow.sdk import dag, task


@dag(schedule=None)
def too_large() -> None:
    from kubernetes.client import models as k8s

    def task_with(name: str, labels: dict[str, str], **resources: dict[str, str]) -> None:
        base = k8s.V1Container(name="base", resources=k8s.V1ResourceRequirements(**resources))
        pod = k8s.V1Pod(
            metadata=k8s.V1ObjectMeta(labels=labels), spec=k8s.V1PodSpec(containers=[base])
        )
        config = {"pod_override": pod}

        @task(task_id=name, retries=0, executor="KubernetesExecutor", executor_config=config)
        def start() -> None:
            """Never run."""

        start()

    task_with("above_the_quota", {}, requests={"cpu": "1000"})
    task_with("above_the_node", {}, requests={"ephemeral-storage": "10Ti"})
    task_with("above_its_limit", {}, requests={"memory": "2Gi"}, limits={"memory": "1Gi"})
    task_with("refused_by_admission", {"component": "scheduler"})


too_large()
