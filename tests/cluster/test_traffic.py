"""Every pair of pods of a release on every port, and every destination, by real connections.

Also by real datagrams, since metrics are sent as datagrams.
"""

from collections.abc import Iterator

import pytest
from kubernetes import client

from tests.cluster.airflow import Airflow
from tests.cluster.stand_ins import DATAGRAMS, StandIns, Way, apply_policies, stand_ins


@pytest.fixture(scope="module")
def unprotected(
    kubernetes: client.ApiClient, airflow: Airflow
) -> Iterator[tuple[StandIns, set[Way]]]:
    """The stand-in pods and the open connections before any policy."""
    image = airflow.main.ready_pod("api-server").spec.containers[0].image
    with stand_ins(kubernetes, image) as made:
        yield made, made.open_ways()


@pytest.fixture(scope="module")
def protected(
    kubernetes: client.ApiClient, unprotected: tuple[StandIns, set[Way]]
) -> tuple[StandIns, set[Way]]:
    """The same pods and the open connections under the release's policies."""
    made, _ = unprotected
    apply_policies(kubernetes, made)
    return made, made.open_ways()


def test_without_policies_everything_is_open(unprotected: tuple[StandIns, set[Way]]) -> None:
    # Each port listens and is reachable, so a closed one is closed by a policy.
    made, open_ways = unprotected
    assert sorted(set(made.ways) - open_ways) == []


def test_every_connection_is_open_or_closed_as_in_the_rows(
    protected: tuple[StandIns, set[Way]],
) -> None:
    made, open_ways = protected
    assert sorted(open_ways ^ made.tabled()) == []


def test_the_evaluation_of_policies_equals_that_of_the_cluster(
    protected: tuple[StandIns, set[Way]],
) -> None:
    made, open_ways = protected
    assert sorted(open_ways ^ made.evaluated()) == []


def test_datagrams_reach_only_the_agent_of_metrics(
    protected: tuple[StandIns, set[Way]],
) -> None:
    _, open_ways = protected
    found = {way for way in open_ways if way.protocol == "UDP" and way.caller != "stranger"}
    assert {(way.callee, way.port) for way in found} == {
        ("outside", DATAGRAMS),
        ("node", DATAGRAMS),
    }


def test_hundreds_of_connections_are_tried(protected: tuple[StandIns, set[Way]]) -> None:
    made, open_ways = protected
    assert len(made.ways) > 700
    assert len(open_ways) > 30
