"""Figures about Dag runs on the release of `make up`."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scripts.errors import Refusal
from scripts.steps import Step
from scripts.workshop.airflow_api import AirflowApi, Run
from scripts.workshop.bench.figures import Bar, Measured, figure
from scripts.workshop.bench.machine import wait_until_quiet
from scripts.workshop.bench.measured_cluster import MeasuredCluster, standing_release
from scripts.workshop.repeating import repeating

RUNS = 3
SHELL_DAG = "shell_levels"
BURST_DAG = "burst"
BURST_TASKS = 60
LOOK_EVERY_SECONDS = 0.5
PROBE_EVERY_SECONDS = 1
LONGEST_SECONDS = 600


@figure(
    "Shell Dag: 8 tasks in 3 levels, each a pod",
    Bar("median of 3", "s", 25),
)
def shell_dag(this: Step) -> Measured:
    """`dags/shell_levels.py`, from the request that triggers it until the REST API says success,
    asked twice a second. Median of three, one after the other.
    """
    airflow = _airflow()
    runs = []
    for number in range(1, RUNS + 1):
        busy = wait_until_quiet(this)
        seconds, run = _run(airflow, SHELL_DAG, this, f"run {number} of {RUNS}")
        runs.append({"seconds": round(seconds, 2), "busy before": round(busy), "run": run.id})
    return Measured((statistics.median(run["seconds"] for run in runs),), {"runs": runs})


@figure(
    "Burst: 60 mapped one-second tasks at the parallelism of `local`",
    Bar("tasks that failed or were retried", "", 0),
    Bar("until success", "s", 190),
    Bar("failed requests to the API meanwhile", "", 0),
    Bar("slowest answer of the API meanwhile", "s"),
)
def burst(this: Step) -> Measured:
    """`dags/burst.py`, from the trigger until the REST API says success. Meanwhile another
    client asks for the newest Dag runs every second, as the browser does, and waits 30 s at most.
    """
    airflow, other = _airflow(), _airflow()
    busy = wait_until_quiet(this)
    with _asking(other) as answers:
        seconds, run = _run(airflow, BURST_DAG, this, "tasks")
    tasks = [task for task in airflow.tasks(run) if task.map_index >= 0]
    if len(tasks) != BURST_TASKS:
        raise Refusal(f"{BURST_DAG} has {len(tasks)} mapped tasks, not {BURST_TASKS}.")
    bad = [task for task in tasks if task.state != "success" or task.try_number != 1]
    good = sorted(answer for answer in answers if answer is not None)
    details = {
        "succeeded at the first try": len(tasks) - len(bad),
        "requests": len(answers),
        "median answer": round(statistics.median(good), 3) if good else None,
        "busy before": round(busy),
        "run": run.id,
    }
    failures = len(answers) - len(good)
    return Measured((len(bad), seconds, failures, max(good, default=0)), details)


def _airflow() -> AirflowApi:
    airflow = MeasuredCluster().airflow(standing_release())
    airflow.login()
    return airflow


def _run(airflow: AirflowApi, dag: str, this: Step, note: str) -> tuple[float, Run]:
    """Run a Dag; raise Refusal when it fails, unless the figure counts its tasks."""
    started = time.monotonic()
    run = airflow.trigger(dag)
    while (state := _state(airflow, run)) not in ("success", "failed"):
        if time.monotonic() - started > LONGEST_SECONDS:
            raise Refusal(f"{dag} is still {state} after {LONGEST_SECONDS} s.")
        this.note(f"{note}, {state}, {time.monotonic() - started:.0f} s")
        time.sleep(LOOK_EVERY_SECONDS)
    seconds = time.monotonic() - started
    if state == "failed" and dag != BURST_DAG:
        raise Refusal(f"{dag} failed: run {run.id}.")
    return seconds, run


def _state(airflow: AirflowApi, run: Run) -> Any:
    """Return the state of a run; failing requests are counted elsewhere."""
    try:
        return airflow.state(run)
    except Refusal:
        return "unknown"


@contextmanager
def _asking(airflow: AirflowApi) -> Iterator[list[float | None]]:
    """Send a request every second in a thread; yield seconds of answers, None for failures."""
    answers: list[float | None] = []

    def ask() -> None:
        started = time.monotonic()
        try:
            airflow.get("/dags/~/dagRuns", limit=10, order_by="-run_after")
            answers.append(time.monotonic() - started)
        except Refusal:
            answers.append(None)

    with repeating(ask, PROBE_EVERY_SECONDS):
        yield answers
