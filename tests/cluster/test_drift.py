"""What somebody changes by hand is found; what nobody changed is no difference."""

from collections.abc import Iterator

import pytest
from kubernetes import client

from scripts.drift import difference
from tests.cluster.airflow import Airflow

DEPLOYMENT = "airflow-scheduler"


@pytest.fixture
def edited(airflow: Airflow) -> Iterator[None]:
    """A Deployment that keeps another number of old revisions than its release says."""
    api = client.AppsV1Api(airflow.main.core.api_client)
    before = api.read_namespaced_deployment(DEPLOYMENT, airflow.main.name).spec

    def patch(revisions: int) -> None:
        body = {"spec": {"revisionHistoryLimit": revisions}}
        api.patch_namespaced_deployment(DEPLOYMENT, airflow.main.name, body)

    patch(before.revision_history_limit + 1)
    yield
    patch(before.revision_history_limit)


def test_a_release_that_nobody_touched_is_as_its_files_say(airflow: Airflow) -> None:
    assert difference(airflow.release) == ""


def test_a_change_by_hand_is_found_where_it_is(airflow: Airflow, edited: None) -> None:
    changed = [line for line in difference(airflow.release).splitlines() if line[:4] == "diff"]
    assert [line.rsplit(".", 1)[1] for line in changed] == [DEPLOYMENT]
