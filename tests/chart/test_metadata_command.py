"""The URL of the database from a command, such as `cat` of a file that an agent writes."""

from typing import Any

import pytest

from tests.conftest import Render
from tests.rendered import Manifests

COMMAND = "cat /vault/secrets/database"
VALUES: dict[str, Any] = {
    "postgresql": {"enabled": False},
    "data": {"metadataCommand": COMMAND},
    "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
}
VARIABLE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"


@pytest.fixture(scope="module")
def commanded(render: Render) -> Manifests:
    return render(VALUES)


def having(manifests: Manifests, variable: str) -> set[str]:
    """The components whose main container has a variable."""
    return {pod.component for pod in manifests.pods() if variable in pod.main.env}


def test_who_reads_the_url_runs_the_command(commanded: Manifests, defaults: Manifests):
    readers = having(defaults, VARIABLE)
    assert readers
    assert having(commanded, f"{VARIABLE}_CMD") == readers
    assert having(commanded, VARIABLE) == set()
    assert commanded.pod("scheduler").main.env[f"{VARIABLE}_CMD"] == COMMAND


def test_tasks_do_not_know_the_command(commanded: Manifests):
    assert COMMAND not in str(commanded.pod_template)


def test_the_wait_runs_the_command(commanded: Manifests):
    wait = commanded.pod("scheduler").container("wait-for-airflow-migrations")
    assert f"--command={COMMAND}" in wait.spec["args"]
    assert "/run/secrets/metadata" not in wait.mounts


def test_there_is_no_secret_with_a_url(commanded: Manifests):
    assert "airflow-metadata" not in commanded.text
