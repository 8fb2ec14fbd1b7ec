"""Three tasks that hold their pods for the seconds of the conf; the test's quota fits one."""

import time

from airflow.sdk import dag, get_current_context, task


@dag(schedule=None)
def over_quota() -> None:
    from kubernetes.client import models as k8s

    requests = k8s.V1ResourceRequirements(requests={"cpu": "60m"})
    base = k8s.V1Container(name="base", resources=requests)
    pod = k8s.V1Pod(spec=k8s.V1PodSpec(containers=[base]))

    @task(retries=0, executor_config={"pod_override": pod})
    def hold(_: int) -> None:
        time.sleep(get_current_context()["dag_run"].conf["seconds"])

    hold.expand(_=[1, 2, 3])


over_quota()
