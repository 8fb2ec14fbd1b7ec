"""Tasks run on Celery workers, and in the scheduler with LocalExecutor."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.workshop.airflow_api import Run, TaskInstance
from tests.cluster.airflow import Airflow
from tests.cluster.examples import DAGS
from tests.cluster.more_dags import more_dag
from tests.cluster.second_release import second_release
from tests.cluster.waiting import wait_until

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parent
HEALTHY_SECONDS, RUN_SECONDS, SLEEP_SECONDS = 900, 600, 60
# Those that need no pod of KubernetesExecutor.
EXAMPLES = tuple(dag for dag in DAGS if dag != "executor_config")
METRICS = (
    "import urllib.request as r;"
    "print(r.urlopen('http://127.0.0.1:9127/metrics', timeout=10).read().decode())"
)
# Asks Flower for the names of the workers, as a browser does.
ASK = (
    "import base64, urllib.request as r; q = r.Request('http://127.0.0.1:5555/workers');"
    "q.add_header('Authorization', 'Basic ' + base64.b64encode(b'operator:operator').decode());"
    "print(r.urlopen(q, timeout=10).read().decode())"
)


@pytest.fixture(scope="module")
def celery(airflow: Airflow) -> Iterator[Airflow]:
    """A second release with CeleryExecutor, two sets of workers, Redis, Flower and PgBouncer."""
    layer, pool = FOLDER / "celery.yaml", "pgbouncer"
    with second_release(
        airflow, "celery", layer, "airflow", pgbouncer=pool, pgbouncerExporter=pool
    ) as second:
        second.wait_until_healthy(HEALTHY_SECONDS)
        for component in ("redis", "flower", "pgbouncer"):
            second.main.ready_pod(component, HEALTHY_SECONDS)
        second.main.ready_pods("worker", 2, HEALTHY_SECONDS)
        with more_dag(second, "queues"):
            yield second


def log_of(airflow: Airflow, run: Run, name: str) -> str:
    return airflow.api.log(run, task_of(airflow, run, name))


def task_of(airflow: Airflow, run: Run, name: str) -> TaskInstance:
    return next(task for task in airflow.api.tasks(run) if task.task == name)


@pytest.mark.parametrize("dag", EXAMPLES)
def test_the_example_dags_run_on_celery_workers(celery: Airflow, dag: str) -> None:
    celery.run(dag, RUN_SECONDS)


def test_all_connections_to_the_database_go_through_pgbouncer(celery: Airflow) -> None:
    (pool,) = celery.main.ready_pods("pgbouncer", 1)
    database = celery.main.ready_pod("postgresql")
    ask = "SELECT DISTINCT client_addr FROM pg_stat_activity WHERE client_addr IS NOT NULL"
    clients = celery.main.run(database, "psql", "--username=airflow", "--command", ask, "-tA")
    assert clients.split() == [pool.status.pod_ip]


def test_the_exporter_shows_the_pools_of_pgbouncer(celery: Airflow) -> None:
    pod = celery.main.ready_pod("pgbouncer")
    metrics = celery.main.run(pod, "python3", "-c", METRICS)
    assert "pgbouncer_up 1\n" in metrics
    assert 'pools_server_idle_connections{database="airflow-metadata",user="airflow"}' in metrics


def test_each_queue_has_its_workers_and_their_logs_are_served(celery: Airflow) -> None:
    run = celery.run("queues", RUN_SECONDS)
    assert "ran on airflow-worker-slow-" in log_of(celery, run, "slow")
    quick = log_of(celery, run, "quick")
    assert "ran on airflow-worker-" in quick
    assert "ran on airflow-worker-slow-" not in quick


def test_flower_shows_the_workers(celery: Airflow) -> None:
    pod = celery.main.ready_pod("flower")

    def page() -> str:
        return celery.main.run(pod, "python", "-c", ASK)

    wait_until(
        lambda: "celery@airflow-worker-slow-" in page(),
        120,
        lambda: f"Flower shows {page()[:2000]}",
    )


def test_a_worker_that_is_scaled_down_finishes_its_task(celery: Airflow) -> None:
    run = celery.api.trigger("queues", {"seconds": SLEEP_SECONDS})
    wait_until(
        lambda: task_of(celery, run, "slow").state == "running",
        RUN_SECONDS,
        lambda: f"the task does not run: {celery.api.tasks(run)}",
    )
    scale = {"spec": {"replicas": 0}}
    celery.main.apps.patch_namespaced_deployment_scale(
        "airflow-worker-slow", celery.main.name, scale
    )
    celery.wait_for_end([run], RUN_SECONDS)
    celery.check_success([run])
    assert task_of(celery, run, "slow").try_number == 1


def test_the_scheduler_runs_tasks_with_local_executor(airflow: Airflow) -> None:
    with second_release(airflow, "local", FOLDER / "local.yaml", "airflow") as second:
        second.wait_until_healthy(HEALTHY_SECONDS)
        runs = [second.start(dag) for dag in EXAMPLES]
        second.wait_for_end(runs, RUN_SECONDS)
        second.check_success(runs)
        (plain,) = (run for run in runs if run.dag == "plain_tasks")
        assert "euros" in log_of(second, plain, "load")
        assert second.main.pods("worker") == []
