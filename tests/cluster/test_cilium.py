"""Policies with DNS names, by real connections: Cilium reads the DNS responses."""

from collections.abc import Iterator

import pytest
from kubernetes import client

from tests.cluster.airflow import Airflow
from tests.cluster.dns_destinations import PLACES, PORT, TARGETS, apply_policies, named_destinations
from tests.cluster.probes import Probe

ALLOWED = {f"warehouse:{PORT}", f"lake-one:{PORT}"}


@pytest.fixture(scope="module")
def unprotected(kubernetes: client.ApiClient, airflow: Airflow) -> Iterator[dict[str, Probe]]:
    """The stand-in pods; without policies they reach every name on every port."""
    image = airflow.main.ready_pod("api-server").spec.containers[0].image
    with named_destinations(kubernetes, image) as pods:
        yield pods


@pytest.fixture(scope="module")
def unasked(
    kubernetes: client.ApiClient, unprotected: dict[str, Probe]
) -> tuple[dict[str, Probe], list[str]]:
    """The pods under the policies, and the answer of an address before a query for its name."""
    apply_policies(kubernetes, unprotected)
    return unprotected, unprotected["worker"].reach_all([(PLACES["warehouse"], PORT)])


@pytest.fixture(scope="module")
def reached(unasked: tuple[dict[str, Probe], list[str]]) -> dict[str, set[str]]:
    """The names and ports that each pod reaches under the policies."""
    pods, _ = unasked
    answers = {name: pod.reach(TARGETS) for name, pod in pods.items()}
    return {
        name: {target for target, answer in each.items() if answer == "open"}
        for name, each in answers.items()
    }


def test_an_address_is_closed_before_a_dns_query_for_its_name(
    unasked: tuple[dict[str, Probe], list[str]],
) -> None:
    assert unasked[1] == ["dropped"]


@pytest.mark.parametrize("pod", ["worker", "launched"])
def test_tasks_and_launched_pods_reach_only_the_names_on_their_port(
    reached: dict[str, set[str]], pod: str
) -> None:
    assert reached[pod] == ALLOWED


def test_a_pod_without_names_reaches_none(reached: dict[str, set[str]]) -> None:
    assert reached["scheduler"] == set()


def test_a_pod_without_a_policy_reaches_all_names(reached: dict[str, set[str]]) -> None:
    # Each target listens, so a closed one is closed by a policy.
    assert reached["stranger"] == set(TARGETS)
