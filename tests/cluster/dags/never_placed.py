"""A task whose pod waits for a node that does not exist."""

from airflow.sdk import dag, task


@dag(schedule=None)
def never_placed() -> None:
    from kubernetes.client import models as k8s

    spec = k8s.V1PodSpec(
        containers=[k8s.V1Container(name="base")], node_selector={"example.org/never": "true"}
    )

    @task(retries=0, executor_config={"pod_override": k8s.V1Pod(spec=spec)})
    def wait() -> None:
        """Never run."""

    wait()


never_placed()
