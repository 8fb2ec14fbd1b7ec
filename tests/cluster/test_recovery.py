"""Airflow recovers from deleted pods and a lost database without losing a task."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from scripts.workshop.airflow_api import Run
from tests.cluster.airflow import COMPONENTS, DATABASE, Airflow
from tests.cluster.examples import Examples
from tests.cluster.more_dags import more_dag
from tests.cluster.namespace import Namespace, is_ready, restarts
from tests.cluster.waiting import stays_true, wait_until

AWAY_SECONDS = 60


def test_every_deleted_pod_is_replaced(airflow: Airflow) -> None:
    before = {pod.metadata.uid for pod in airflow.pods()}
    deleted = [pod for name in COMPONENTS for pod in airflow.main.pods(name)]
    airflow.main.delete_pods(deleted)
    airflow.wait_until_healthy()
    airflow.wait_until_settled()
    kept = before & {pod.metadata.uid for pod in airflow.pods()}
    assert len(kept) == 1, "Only the database must keep its pod."
    airflow.run("plain_tasks")


def test_a_deleted_database_pod_keeps_its_data(airflow: Airflow, examples: Examples) -> None:
    run = examples.runs["plain_tasks"]
    (database,) = airflow.main.pods(DATABASE)
    deleted_at = datetime.now(UTC)
    airflow.main.delete_pods([database])
    airflow.main.ready_pod(DATABASE)
    wait_until(lambda: beats_since(airflow, deleted_at), 300, "Airflow does not recover")
    assert airflow.api.xcom(run, "transform") == {"orders": 3, "cents": 10549}
    assert airflow.main.secrets()["airflow-first-user"] == airflow.user
    airflow.run("plain_tasks")


@pytest.mark.slow
def test_a_running_task_survives_a_minute_without_api_server(airflow: Airflow) -> None:
    with more_dag(airflow, "patience") as dag:
        run = airflow.api.trigger(dag, {"seconds": AWAY_SECONDS + 30})
        wait_until(lambda: has_started(airflow, run), 120, "the task does not start")
        airflow.main.scale("deployment", "airflow-api-server", 0)
        wait_until(lambda: not airflow.main.pods("api-server"), 120, "the api-server still runs")
        try:
            stays_true(
                lambda: not failed_pods(airflow.tasks), AWAY_SECONDS, "the task's pod failed"
            )
        finally:
            airflow.main.scale("deployment", "airflow-api-server", 1)
        airflow.wait_until_healthy()
        airflow.wait_for_end([run], 300)
        airflow.check_success([run])
        assert [task.try_number for task in airflow.api.tasks(run)] == [1]


@pytest.fixture
def no_database(airflow: Airflow) -> Iterator[None]:
    """The release without its database, which is started again at the end."""
    airflow.main.scale("stateful_set", "airflow-postgresql", 0)
    wait_until(lambda: not airflow.main.pods(DATABASE), 120, "the database's pod still runs")
    yield
    airflow.main.scale("stateful_set", "airflow-postgresql", 1)
    airflow.wait_until_healthy(600)


@pytest.mark.slow
def test_components_wait_for_a_missing_database(airflow: Airflow, no_database: None) -> None:
    airflow.main.delete_pods([pod for name in COMPONENTS for pod in airflow.main.pods(name)])
    wait_until(lambda: all_wait(airflow), 120, "not every component waits in its init container")
    stays_true(lambda: all_wait(airflow), 30, "a component stopped waiting")
    airflow.main.scale("stateful_set", "airflow-postgresql", 1)
    airflow.wait_until_healthy()
    assert [pod.metadata.name for pod in airflow.pods() if restarts(pod)] == []


def beats_since(airflow: Airflow, moment: datetime) -> bool:
    """Return whether each component has sent a heartbeat since a moment."""
    parts = airflow.api.heartbeats()
    return len(parts) == 3 and all(beat > moment for beat in parts.values())


def has_started(airflow: Airflow, run: Run) -> bool:
    return [task.state for task in airflow.api.tasks(run)] == ["running"]


def failed_pods(namespace: Namespace) -> list[str]:
    return [pod.metadata.name for pod in namespace.pods() if pod.status.phase == "Failed"]


def all_wait(airflow: Airflow) -> bool:
    """Return whether every component's pod is in its first container, which waits."""
    pods = [pod for name in COMPONENTS for pod in airflow.main.pods(name)]
    return len(pods) == len(COMPONENTS) and all(
        not is_ready(pod)
        and pod.status.init_container_statuses[0].state.running is not None
        and restarts(pod) == 0
        for pod in pods
    )
