"""Tasks whose pods cannot start yet, can never start, or wait in vain."""

from collections.abc import Callable, Iterator

import pytest
from kubernetes import client

from scripts.workshop.airflow_api import Run
from tests.cluster.airflow import Airflow
from tests.cluster.more_dags import more_dag
from tests.cluster.namespace import Pod
from tests.cluster.waiting import stays_true, wait_until

QUOTA = "test-room"
WATCHED_SECONDS = 30
# Two tasks, each tried after 2, 4, 8 and 16 seconds at most, and the first tries.
MOST_TRIES = 10
# The same, and what the scheduler writes anyway.
MOST_LINES = 60
# The scheduler looks at waiting pods every 10 seconds.
REMOVED_SECONDS = 60


@pytest.fixture
def room_for_one(airflow: Airflow) -> Iterator[None]:
    """A quota with room for one task of the Dag `over_quota`."""
    core, namespace = airflow.tasks.core, airflow.tasks.name
    quota = {"metadata": {"name": QUOTA}, "spec": {"hard": {"requests.cpu": "100m"}}}
    core.create_namespaced_resource_quota(namespace, quota)
    wait_until(
        lambda: core.read_namespaced_resource_quota(QUOTA, namespace).status.used,
        60,
        "the quota is not counted",
    )
    yield
    core.delete_namespaced_resource_quota(QUOTA, namespace)


@pytest.mark.usefixtures("room_for_one")
def test_tasks_over_the_quota_are_tried_seldom_and_start_when_there_is_room(
    airflow: Airflow,
) -> None:
    with more_dag(airflow, "over_quota") as dag:
        run = airflow.api.trigger(dag, {"seconds": WATCHED_SECONDS + 30})
        wait_until(lambda: queued(airflow, run) == 2, 180, "no task is over the quota")
        stays_true(
            lambda: queued(airflow, run) == 2, WATCHED_SECONDS, "a task over the quota did not wait"
        )
        lines = log(airflow, WATCHED_SECONDS).splitlines()
        tries = [line for line in lines if "exceeded quota" in line]
        assert 2 <= len(tries) <= MOST_TRIES
        assert len(lines) <= MOST_LINES, "\n".join(lines)
        waiting = next(task for task in airflow.api.tasks(run) if task.state == "queued")
        assert "pod waits" in airflow.api.log(run, waiting)
        airflow.wait_for_end([run], 600)
        airflow.check_success([run])
        assert {task.try_number for task in airflow.api.tasks(run)} == {1}


REASONS = {
    "above_the_quota": "the quota airflow allows requests.cpu=",
    "above_the_node": "No node is large enough for what the pod requests of ephemeral-storage",
    "above_its_limit": "must be less than or equal to memory limit",
    "refused_by_admission": "Task pods must not use the label of an Airflow component",
}


def test_a_task_whose_pod_can_never_start_fails_with_the_reason(airflow: Airflow) -> None:
    with more_dag(airflow, "too_large") as dag:
        run = airflow.api.trigger(dag)
        airflow.wait_for_end([run], 120)
        logs = {task.task: airflow.api.log(run, task) for task in airflow.api.tasks(run)}
        assert {task: reason in logs[task] for task, reason in REASONS.items()} == dict.fromkeys(
            REASONS, True
        ), logs
        events = airflow.api.get("/eventLogs", dag_id=dag, event="pod cannot start")
        assert {one["task_id"] for one in events["event_logs"]} == set(REASONS)
        assert task_pods(airflow, dag) == []


def fail_and_delete(airflow: Airflow, run: Run) -> None:
    """Airflow refuses to delete a run that has not ended."""
    airflow.api.fail(run)
    airflow.api.delete(run)


ENDS: dict[str, Callable[[Airflow, Run], None]] = {
    "the task is marked failed": lambda airflow, run: airflow.api.fail_task(run, "wait"),
    "the run is marked failed": lambda airflow, run: airflow.api.fail(run),
    "the task is cleared": lambda airflow, run: airflow.api.clear(run, "wait"),
    "the run is deleted": fail_and_delete,
}


@pytest.fixture(scope="module")
def never_placed(airflow: Airflow) -> Iterator[str]:
    with more_dag(airflow, "never_placed") as dag:
        yield dag


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_pod_that_waits_is_removed_with_its_task(
    airflow: Airflow, never_placed: str, end: Callable[[Airflow, Run], None]
) -> None:
    run = airflow.api.trigger(never_placed)
    wait_until(lambda: task_pods(airflow, never_placed, run), 120, "no pod waits")
    (pod,) = task_pods(airflow, never_placed, run)
    end(airflow, run)
    wait_until(lambda: gone(airflow, pod), REMOVED_SECONDS, f"{pod.metadata.name} still waits")


def log(airflow: Airflow, seconds: int) -> str:
    """The last lines of the scheduler."""
    pod = airflow.main.ready_pod("scheduler")
    return str(
        airflow.main.core.read_namespaced_pod_log(
            pod.metadata.name, airflow.main.name, container="scheduler", since_seconds=seconds
        )
    )


def queued(airflow: Airflow, run: Run) -> int:
    return [task.state for task in airflow.api.tasks(run)].count("queued")


def task_pods(airflow: Airflow, dag: str, run: Run | None = None) -> list[Pod]:
    pods = airflow.tasks.pods(dag_id=dag)
    return [pod for pod in pods if not run or pod.metadata.annotations["run_id"] == run.id]


def gone(airflow: Airflow, pod: Pod) -> bool:
    try:
        found = airflow.tasks.core.read_namespaced_pod(pod.metadata.name, airflow.tasks.name)
    except client.ApiException as error:
        return bool(error.status == 404)
    return bool(found.metadata.uid != pod.metadata.uid)
