"""The example Dags on real pods: each succeeds, with the pods that its file describes."""

import pytest

from tests.cluster.airflow import Airflow
from tests.cluster.examples import DAGS, Examples
from tests.cluster.namespace import Pod

# Task, attempt, and a text that occurs only in its log.
LOG_LINES = [
    ("plain_tasks", "load", 1, "3 orders are worth 105.49 euros"),
    ("pod_manifest", "launch", 1, "the answer is 42"),
    ("pod_manifest_deferrable", "launch", 1, "the answer is 42"),
    ("retry_once", "flaky", 1, "the other system does not answer"),
    ("shell_levels", "level_3_task_2", 1, "done"),
]


@pytest.mark.parametrize("dag", DAGS)
def test_each_example_runs_to_success(airflow: Airflow, examples: Examples, dag: str) -> None:
    airflow.check_success([examples.runs[dag]])


@pytest.mark.parametrize(("dag", "task", "attempt", "line"), LOG_LINES)
def test_logs_are_readable_after_the_pod_is_deleted(
    airflow: Airflow, examples: Examples, dag: str, task: str, attempt: int, line: str
) -> None:
    run = examples.runs[dag]
    instance = next(one for one in airflow.api.tasks(run) if one.task == task)
    assert line in airflow.api.log(run, instance, attempt)


@pytest.mark.parametrize("dag", DAGS)
def test_every_task_has_a_log(airflow: Airflow, examples: Examples, dag: str) -> None:
    run = examples.runs[dag]
    logs = {task: airflow.api.log(run, task) for task in airflow.api.tasks(run)}
    assert logs
    assert [task for task, log in logs.items() if not log or "Could not read" in log] == []


def test_tasks_pass_values_to_each_other(airflow: Airflow, examples: Examples) -> None:
    total = airflow.api.xcom(examples.runs["plain_tasks"], "transform")
    assert total == {"orders": 3, "cents": 10549}


def test_a_failed_task_is_retried_in_another_pod(airflow: Airflow, examples: Examples) -> None:
    tasks = airflow.api.tasks(examples.runs["retry_once"])
    assert [task.try_number for task in tasks] == [2]
    tries = [pod.metadata.labels["try_number"] for pod in examples.task_pods("retry_once")]
    assert sorted(tries) == ["1", "2"]


def test_executor_config_changes_the_pod_of_its_task(airflow: Airflow, examples: Examples) -> None:
    (pod,) = examples.task_pods("executor_config")
    base = pod.spec.containers[0]
    assert pod.metadata.labels["example"] == "executor-config"
    assert base.resources.requests == {"cpu": "100m", "memory": "320Mi"}
    assert base.resources.limits["memory"] == "640Mi"
    assert "example.org/batch" in [toleration.key for toleration in pod.spec.tolerations]
    assert [one.name for one in pod.spec.init_containers if one.restart_policy == "Always"] == [
        "log"
    ]
    assert "shared" in [volume.name for volume in pod.spec.volumes if volume.empty_dir]
    assert "/shared" in [mount.mount_path for mount in base.volume_mounts]
    assert airflow.api.xcom(examples.runs["executor_config"], "report") == 3


def test_executor_config_keeps_the_fields_of_the_charts_pod_template(examples: Examples) -> None:
    (pod,) = examples.task_pods("executor_config")
    (plain, *_) = examples.task_pods("plain_tasks")
    for task in (pod, plain):
        assert task.spec.service_account_name == "airflow-worker"
        assert task.spec.automount_service_account_token is False
        assert task.metadata.annotations["karpenter.sh/do-not-disrupt"] == "true"
        assert task.spec.containers[0].security_context.read_only_root_filesystem is True


@pytest.mark.parametrize("dag", ["pod_manifest", "pod_manifest_deferrable"])
def test_a_manifest_is_applied_unchanged(examples: Examples, dag: str) -> None:
    (pod,) = examples.launched_pods(dag)
    container = pod.spec.containers[0]
    assert pod.metadata.labels["example"] == dag.replace("_", "-")
    assert pod.spec.automount_service_account_token is False
    assert pod.spec.service_account_name == "default"
    assert pod.spec.security_context.run_as_user == 50000
    assert container.command[:2] == ["python", "-c"]
    assert container.resources.limits["memory"] == "64Mi"
    assert container.security_context.capabilities.drop == ["ALL"]
    assert phase_of(pod) == "Succeeded"


@pytest.mark.parametrize("dag", ["pod_manifest", "pod_manifest_deferrable"])
def test_a_task_that_launches_pods_uses_the_account_that_may(examples: Examples, dag: str) -> None:
    accounts = {pod.spec.service_account_name for pod in examples.task_pods(dag)}
    assert accounts == {"airflow-pod-launcher"}


def test_a_deferred_task_waits_without_a_pod(examples: Examples) -> None:
    first, second = sorted(
        examples.task_pods("pod_manifest_deferrable"), key=lambda pod: pod.status.start_time
    )
    (launched,) = examples.launched_pods("pod_manifest_deferrable")
    ended = launched.status.container_statuses[0].state.terminated.finished_at
    assert first.metadata.uid != second.metadata.uid
    assert second.status.start_time >= ended


@pytest.mark.slow
def test_a_burst_of_sixty_tasks_needs_no_second_try(airflow: Airflow) -> None:
    tasks = airflow.api.tasks(airflow.run("burst", timeout=900))
    assert len(tasks) == 60
    assert [task for task in tasks if task.try_number != 1] == []


def phase_of(pod: Pod) -> str:
    """Return whether a pod succeeded; its last event is the end of the container or of the pod."""
    ends = [status.state.terminated for status in pod.status.container_statuses]
    return "Succeeded" if all(end and end.exit_code == 0 for end in ends) else pod.status.phase
