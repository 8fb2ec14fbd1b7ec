"""Policies, by real connections: tasks reach the api-server, not the database."""

from collections.abc import Iterator

import pytest
from kubernetes import client

from tests.cluster.airflow import Airflow
from tests.cluster.namespace import Namespace
from tests.cluster.probes import Probe, listen, probe

NEIGHBOUR = "airflow-test-neighbour"
TASK = {"tier": "airflow", "component": "worker", "release": "airflow"}


@pytest.fixture(scope="module")
def image(airflow: Airflow) -> str:
    """An image with Python that is on the node: that of Airflow."""
    return airflow.main.ready_pod("api-server").spec.containers[0].image


@pytest.fixture(scope="module")
def neighbour(airflow: Airflow, image: str) -> Iterator[Probe]:
    """A foreign pod that listens, in a namespace without policies."""
    body = client.V1Namespace(metadata=client.V1ObjectMeta(name=NEIGHBOUR))
    airflow.main.core.create_namespace(body)
    try:
        namespace = Namespace(airflow.main.api, NEIGHBOUR)
        with probe(namespace, "listener", image, {"app": "listener"}, listen(8080)) as listener:
            yield listener
    finally:
        airflow.main.core.delete_namespace(NEIGHBOUR)


@pytest.fixture(scope="module")
def stranger(neighbour: Probe, image: str) -> Iterator[Probe]:
    """A foreign pod that connects, from the same namespace without policies."""
    with probe(neighbour.namespace, "stranger", image, {"app": "stranger"}) as made:
        yield made


@pytest.fixture(scope="module")
def targets(airflow: Airflow, neighbour: Probe) -> dict[str, tuple[str, int]]:
    """Targets, by their DNS name if they have one."""
    main = airflow.main.name
    return {
        "api-server": (f"airflow-api-server.{main}", 8080),
        "database": (f"airflow-postgresql.{main}", 5432),
        "scheduler": (airflow.main.ready_pod("scheduler").status.pod_ip, 8974),
        "neighbour": (neighbour.address, 8080),
    }


def test_a_task_reaches_the_api_server_and_nothing_else_of_the_cluster(
    airflow: Airflow, image: str, targets: dict[str, tuple[str, int]]
) -> None:
    with probe(airflow.tasks, "probe-task", image, TASK) as task:
        assert task.reach(targets) == {
            "api-server": "open",
            "database": "dropped",
            "scheduler": "dropped",
            "neighbour": "dropped",
        }


def test_a_pod_that_a_task_launched_reaches_nothing_of_the_cluster(
    airflow: Airflow, image: str, targets: dict[str, tuple[str, int]]
) -> None:
    with probe(airflow.tasks, "probe-launched", image, {"example": "launched"}) as launched:
        assert launched.reach(targets) == dict.fromkeys(targets, "dropped")


def test_a_foreign_pod_reaches_its_neighbour_but_no_pod_of_airflow(
    stranger: Probe, targets: dict[str, tuple[str, int]]
) -> None:
    # The first connection shows that the probe itself works, and that the listener listens.
    assert stranger.reach(targets) == {
        "api-server": "dropped",
        "database": "dropped",
        "scheduler": "dropped",
        "neighbour": "open",
    }


def test_the_api_server_reaches_the_database(
    airflow: Airflow, targets: dict[str, tuple[str, int]]
) -> None:
    pod = Probe(airflow.main, airflow.main.ready_pod("api-server"))
    assert pod.reach({"database": targets["database"]}) == {"database": "open"}
