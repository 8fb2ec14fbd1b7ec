"""A release is upgraded to the next version of Airflow: see images/airflow-next."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.workshop.airflow_api import Run
from scripts.workshop.cluster import image_store
from scripts.workshop.cluster.images import build, images
from tests.cluster.airflow import Airflow
from tests.cluster.namespace import restarts
from tests.cluster.second_release import install, second_release
from tests.cluster.waiting import wait_until

pytestmark = pytest.mark.slow
VALUES = Path(__file__).parent / "next.yaml"
NEXT = "airflow-next"
HEALTHY_SECONDS, RUN_SECONDS = 900, 600
HEARTBEATS = ("airflow", "config", "get-value", "workers", "max_failed_heartbeats")
REVISION = (
    "import os, psycopg2; url = os.environ['AIRFLOW__DATABASE__SQL_ALCHEMY_CONN'];"
    "cursor = psycopg2.connect(url.replace('+psycopg2', '')).cursor();"
    "cursor.execute('select version_num from alembic_version'); print(cursor.fetchone()[0])"
)


@dataclass(frozen=True)
class Upgraded:
    """A release after its upgrade, and what was true before it."""

    airflow: Airflow
    revision: str
    run: Run


@pytest.fixture(scope="module")
def upgraded(airflow: Airflow) -> Iterator[Upgraded]:
    """A second release, with a finished run, that was upgraded to the next version."""
    with second_release(airflow, "next", VALUES, "airflow") as second:
        second.wait_until_healthy(HEALTHY_SECONDS)
        before = Upgraded(second, revision(second), second.run("plain_tasks", RUN_SECONDS))
        image_store.image_import(build(NEXT))
        install(second, NEXT)
        wait_until(lambda: runs(second) == {NEXT}, HEALTHY_SECONDS, lambda: f"{runs(second)} run")
        second.wait_until_healthy(HEALTHY_SECONDS)
        yield before


def runs(airflow: Airflow) -> set[str]:
    """The images of Airflow in the pods of a release."""
    found = {pod.spec.containers[0].image.partition(":")[0] for pod in airflow.pods()}
    return {image.removeprefix("localhost/") for image in found} - {"postgres"}


def revision(airflow: Airflow) -> str:
    """The revision of the database."""
    return airflow.main.run(airflow.main.ready_pod("scheduler"), "python", "-c", REVISION).strip()


def test_the_upgrade_migrates_the_database(upgraded: Upgraded):
    assert revision(upgraded.airflow) != upgraded.revision
    state = upgraded.airflow.api.state(upgraded.run)
    assert state == "success"


def test_every_pod_runs_the_next_version(upgraded: Upgraded):
    pod = upgraded.airflow.main.ready_pod("scheduler")
    said = upgraded.airflow.main.run(pod, "airflow", "version").split()
    assert images()[NEXT].version in said
    assert images()[NEXT].version != images()["airflow"].version


def test_no_pod_of_the_next_version_was_restarted(upgraded: Upgraded):
    pods = upgraded.airflow.pods()
    assert {pod.metadata.name: restarts(pod) for pod in pods if restarts(pod)} == {}


def test_a_dag_runs_to_success_in_pods_of_the_next_version(upgraded: Upgraded):
    upgraded.airflow.run("plain_tasks", RUN_SECONDS)


def test_the_next_version_keeps_its_own_limit_of_failed_heartbeats(upgraded: Upgraded):
    pod = upgraded.airflow.main.ready_pod("scheduler")
    assert upgraded.airflow.main.run(pod, *HEARTBEATS).split()[-1] == "30"
