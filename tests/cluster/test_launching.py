"""Dags launch pods and Jobs as they are, in a namespace with a quota and default requests."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from scripts.workshop.airflow_api import Run
from tests.cluster.airflow import Airflow
from tests.cluster.more_dags import more_dag
from tests.cluster.pod_watch import Watch
from tests.cluster.second_release import second_release
from tests.cluster.task_pods import container, pod

VALUES = Path(__file__).parent / "launching.yaml"
HEALTHY_SECONDS, RUN_SECONDS = 600, 900
QUOTA = {"requests.cpu": "1", "requests.memory": "4Gi", "pods": "20"}
TASKS = ["job", "job_deferred", "memory_limit", "memory_request", "pod", "pod_deferred"]


@pytest.fixture(scope="module")
def launching(airflow: Airflow) -> Iterator[Airflow]:
    """A second release whose tasks have a quota, as those of Terraform do."""
    with second_release(airflow, "launching", VALUES, "airflow") as second:
        quota = client.V1ResourceQuota(
            metadata=client.V1ObjectMeta(name="airflow"),
            spec=client.V1ResourceQuotaSpec(hard=QUOTA),
        )
        second.tasks.core.create_namespaced_resource_quota(second.tasks.name, quota)
        second.wait_until_healthy(HEALTHY_SECONDS)
        yield second


@pytest.fixture(scope="module")
def ended(launching: Airflow) -> Iterator[tuple[Run, Watch]]:
    """The run of the Dag, and the pods that it had."""
    with more_dag(launching, "launching") as dag, Watch(launching.tasks) as pods:
        run = launching.start(dag)
        launching.wait_for_end([run], RUN_SECONDS)
        yield run, pods


@pytest.mark.slow
def test_tasks_launch_pods_and_jobs_without_executor_config(
    launching: Airflow, ended: tuple[Run, Watch]
) -> None:
    run, _ = ended
    launching.check_success([run])
    assert sorted(task.task for task in launching.api.tasks(run)) == TASKS


@pytest.mark.slow
def test_every_task_has_the_account_of_launchers(ended: tuple[Run, Watch]) -> None:
    _, pods = ended
    tasks = pods.pods(dag_id="launching", kubernetes_executor="True")
    assert {one.spec.service_account_name for one in tasks} == {"airflow-pod-launcher"}
    assert {one.spec.automount_service_account_token for one in tasks} == {False}


@pytest.mark.slow
def test_a_container_larger_than_the_largest_is_refused_when_it_is_created(
    launching: Airflow,
) -> None:
    large = pod(**container(resources={"requests": {"cpu": "3"}, "limits": {"cpu": "3"}}))
    with pytest.raises(ApiException) as refused:
        launching.tasks.core.create_namespaced_pod(launching.tasks.name, large, dry_run="All")
    assert refused.value.status == 403
    message = json.loads(refused.value.body)["message"]
    assert "maximum cpu usage per Container is 2, but limit is 3" in message


@pytest.mark.parametrize(
    "resources", [{}, {"requests": {"memory": "300Mi"}}, {"limits": {"memory": "300Mi"}}]
)
def test_the_quota_takes_a_pod_that_states_less_than_cpu_and_memory(
    airflow: Airflow, resources: dict[str, dict[str, str]]
) -> None:
    """In the release that `make up` installs, the LimitRange is Terraform's."""
    made = pod(**container(resources=resources))
    taken = airflow.tasks.core.create_namespaced_pod(airflow.tasks.name, made, dry_run="All")
    stated = taken.spec.containers[0].resources
    assert stated.requests.keys() == {"cpu", "memory"}
    assert "memory" in stated.limits
