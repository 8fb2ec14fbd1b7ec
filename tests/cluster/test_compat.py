"""The chart runs an image with the restrictions of the public one: see images/airflow-compat."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.airflow import Airflow
from tests.cluster.namespace import restarts
from tests.cluster.second_release import second_release

pytestmark = pytest.mark.slow
VALUES = Path(__file__).parent / "compat.yaml"
IMAGE = "airflow-compat"
HEALTHY_SECONDS = 600


@pytest.fixture(scope="module")
def compat(airflow: Airflow) -> Iterator[Airflow]:
    """A second release, of the image that checks the database before each command."""
    with second_release(airflow, "compat", VALUES, IMAGE) as second:
        second.wait_until_healthy(HEALTHY_SECONDS)
        yield second


def test_the_release_runs_the_compat_image(compat: Airflow) -> None:
    pod = compat.main.ready_pod("api-server")
    assert pod.spec.containers[0].image.startswith(f"localhost/{IMAGE}:")
    check = "CONNECTION_CHECK_MAX_COUNT=1 /entrypoint python -c 'print(1)' 2>&1 || true"
    # Without the chart's setting a pod that may not read the database would not even start.
    told = compat.main.run(pod, "bash", "-c", f"unset AIRFLOW__DATABASE__SQL_ALCHEMY_CONN; {check}")
    assert "Maximum number of retries (1) reached" in told


def test_no_pod_was_restarted(compat: Airflow) -> None:
    assert {pod.metadata.name: restarts(pod) for pod in compat.pods() if restarts(pod)} == {}


@pytest.mark.parametrize("dag", ["plain_tasks", "pod_manifest"])
def test_its_dags_run_to_success(compat: Airflow, dag: str) -> None:
    compat.run(dag, timeout=600)
