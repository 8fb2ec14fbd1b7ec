"""Log of a task, while it runs and afterwards, and files in its home folder."""

from collections import Counter
from collections.abc import Iterator

import pytest

from scripts.workshop.airflow_api import Run, TaskInstance
from tests.cluster.airflow import Airflow
from tests.cluster.examples import Examples
from tests.cluster.more_dags import more_dag
from tests.cluster.waiting import wait_until

PRINTED = "printed "
ENOUGH_LINES = 5


@pytest.fixture(scope="module")
def run(airflow: Airflow) -> Iterator[Run]:
    """A started run of the Dag with the habits of people."""
    with more_dag(airflow, "habits") as dag:
        yield airflow.start(dag)


def task(airflow: Airflow, run: Run, name: str) -> TaskInstance:
    return next(one for one in airflow.api.tasks(run) if one.task == name)


def log_while_running(airflow: Airflow, run: Run) -> str | None:
    """The log of the printing task, once it has enough lines and the task still runs."""
    if task(airflow, run, "print_lines").state != "running":
        return None
    log = airflow.api.log(run, task(airflow, run, "print_lines"))
    still_running = task(airflow, run, "print_lines").state == "running"
    return log if still_running and log.count(PRINTED) >= ENOUGH_LINES else None


def test_each_line_of_a_running_task_is_shown_once(airflow: Airflow, run: Run) -> None:
    log = wait_until(
        lambda: log_while_running(airflow, run), 180, "no log of the running task has lines"
    )
    printed = Counter(line for line in log.splitlines() if line.startswith(PRINTED))
    assert {line: times for line, times in printed.items() if times != 1} == {}
    assert "failed" not in log


def test_a_task_can_keep_files_in_its_home(airflow: Airflow, run: Run) -> None:
    airflow.wait_for_end([run], 300)
    airflow.check_success([run])
    kept = airflow.api.xcom(run, "keep_files")
    assert [path.rsplit("/", 3)[1] for path in kept] == [".cache", ".config"]


def test_no_task_log_contains_a_failed_metric(airflow: Airflow, examples: Examples) -> None:
    logs = {
        (run.dag, task.task): airflow.api.log(run, task)
        for run in examples.runs.values()
        for task in airflow.api.tasks(run)
    }
    assert logs
    assert [name for name, log in logs.items() if "Error submitting packet" in log] == []


def test_the_title_of_the_ui_names_the_release(airflow: Airflow) -> None:
    pod = airflow.main.ready_pod("api-server")
    title = airflow.main.run(pod, "airflow", "config", "get-value", "api", "instance_name")
    assert title.splitlines()[-1] == f"local/{airflow.release.team}"
