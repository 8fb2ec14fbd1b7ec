"""What somebody changes by hand is found; what nobody changed is no difference."""

from collections.abc import Iterator

import pytest
from kubernetes import client

from scripts.drift import difference
from tests.cluster.airflow import Airflow

DEPLOYMENT = "airflow-scheduler"


@pytest.fixture
def edited(airflow: Airflow) -> Iterator[None]:
    """A Deployment whose label `tier` somebody has given another value."""
    api = client.AppsV1Api(airflow.main.core.api_client)

    def label(tier: str) -> None:
        body = {"metadata": {"labels": {"tier": tier}}}
        api.patch_namespaced_deployment(DEPLOYMENT, airflow.main.name, body)

    label("elsewhere")
    yield
    label("airflow")


def test_a_release_that_nobody_touched_is_as_its_files_say(airflow: Airflow) -> None:
    assert difference(airflow.release) == ""


def test_a_change_by_hand_is_found_where_it_is(airflow: Airflow, edited: None) -> None:
    changed = [line for line in difference(airflow.release).splitlines() if line[:4] == "diff"]
    assert [line.rsplit(".", 1)[1] for line in changed] == [DEPLOYMENT]
