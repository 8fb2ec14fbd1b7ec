"""A full node and deleted components: no task of a burst fails, and the API returns.

Each case deletes the pods of the database, the scheduler and the api-server at random moments of a
burst, without a grace period, as a broken node does. `--seed` repeats earlier moments.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import permutations

import httpx
import pytest

from scripts.workshop.airflow_api import Run
from scripts.workshop.repeating import repeating
from tests.cluster.airflow import DATABASE, Airflow
from tests.cluster.probes import probe
from tests.cluster.waiting import wait_until

BURST = "burst"
TASKS = 60
VICTIMS = ("api-server", "scheduler", DATABASE)
# Seconds after the start of the run between which pods are deleted; the burst takes longer.
EARLIEST, LATEST = 5, 90
# A hang; how long the api-server needs to start again beside a burst depends on the machine.
LONGEST_ABSENCE_SECONDS = 180
ASK_EVERY_SECONDS = 0.25
ORDERS = [*permutations(VICTIMS), ("all at once",)]


@dataclass
class Absence:
    """The longest time in which the api-server's Service gave no answer."""

    longest: float = 0.0
    periods: list[tuple[float, float]] = field(default_factory=list)

    def add(self, begin: float, end: float) -> None:
        self.periods.append((round(begin, 1), round(end - begin, 1)))
        self.longest = max(self.longest, end - begin)


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_a_burst_survives_deleted_components(
    airflow: Airflow, seed: int, order: tuple[str, ...]
) -> None:
    faults = plan(random.Random(f"{seed} {order}"), order)
    airflow.wait_until_healthy()
    airflow.wait_until_settled()
    with asking(f"{airflow.url}/api/v2/version") as absence:
        started = time.monotonic()
        run = airflow.start(BURST)
        for seconds, victims in faults:
            time.sleep(max(0.0, started + seconds - time.monotonic()))
            delete(airflow, victims)
        airflow.wait_for_end([run], 900)
        lasted = time.monotonic() - started
        airflow.wait_until_healthy()
    result = first_tries(airflow, run)
    print(f"{faults}: {result} of {TASKS} at the first try, {lasted:.0f} s, away {absence.periods}")
    airflow.check_success([run])
    assert result == TASKS
    assert absence.longest <= LONGEST_ABSENCE_SECONDS


@pytest.mark.slow
def test_a_task_without_a_pod_keeps_its_try_when_the_scheduler_ends(airflow: Airflow) -> None:
    airflow.wait_until_settled()
    with only_pod(airflow):
        run = airflow.start("plain_tasks")
        wait_until(lambda: queued(airflow, run), 120, "no task is queued")
        delete(airflow, ("scheduler",))
        airflow.main.ready_pod("scheduler")
    airflow.wait_for_end([run], 300)
    airflow.check_success([run])
    assert {task.try_number for task in airflow.api.tasks(run)} == {1}


def plan(chance: random.Random, order: tuple[str, ...]) -> list[tuple[float, tuple[str, ...]]]:
    """Return the moments, in seconds after the start, and the components whose pods are deleted."""
    if order == ("all at once",):
        return [(round(chance.uniform(EARLIEST, LATEST), 1), VICTIMS)]
    moments = sorted(round(chance.uniform(EARLIEST, LATEST), 1) for _ in order)
    return [(moment, (name,)) for moment, name in zip(moments, order, strict=True)]


def delete(airflow: Airflow, components: tuple[str, ...]) -> None:
    """Delete pods without a grace period, and do not wait for others."""
    for pod in [pod for name in components for pod in airflow.main.pods(name)]:
        airflow.main.core.delete_namespaced_pod(
            pod.metadata.name, airflow.main.name, grace_period_seconds=0
        )


@contextmanager
def only_pod(airflow: Airflow) -> Iterator[None]:
    """A pod that takes the whole quota of the tasks' namespace, until the block ends."""
    core, namespace = airflow.tasks.core, airflow.tasks.name
    quota = core.list_namespaced_resource_quota(namespace).items[0]
    image = airflow.main.pods("scheduler")[0].spec.containers[0].image
    with probe(airflow.tasks, "occupant", image, {}):
        core.patch_namespaced_resource_quota(
            quota.metadata.name, namespace, {"spec": {"hard": {**quota.spec.hard, "pods": "1"}}}
        )
        try:
            yield
        finally:
            core.patch_namespaced_resource_quota(
                quota.metadata.name, namespace, {"spec": {"hard": quota.spec.hard}}
            )


def queued(airflow: Airflow, run: Run) -> bool:
    return any(task.state == "queued" for task in airflow.api.tasks(run))


def first_tries(airflow: Airflow, run: Run) -> int:
    """Return the number of mapped tasks that succeeded at their first try."""
    tasks = wait_until(lambda: airflow.api.tasks(run), 120, "the API does not list the tasks")
    return sum(t.state == "success" and t.try_number == 1 for t in tasks if t.map_index >= 0)


@contextmanager
def asking(url: str) -> Iterator[Absence]:
    """Ask for a URL continuously, and record when it is not answered."""
    absence, since = Absence(), None
    started = time.monotonic()

    def ask() -> None:
        nonlocal since
        begin = time.monotonic() - started
        answered = answers(url)
        if answered and since is not None:
            absence.add(since, time.monotonic() - started)
            since = None
        elif not answered and since is None:
            since = begin

    with repeating(ask, ASK_EVERY_SECONDS):
        yield absence
    if since is not None:
        absence.add(since, time.monotonic() - started)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False
