"""An upgrade replaces only the pods that read a changed value, with either owner."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster.airflow import COMPONENTS, Airflow, changed
from tests.cluster.terraform import terraform
from tests.cluster.waiting import wait_until

# Less than the five minutes between two checks of Airflow for lost tasks.
RUN_SECONDS = 200
# One changed value, and its readers.
READERS = [
    ({"triggerer": {"env": [{"name": "A_TEST", "value": "1"}]}}, {"triggerer"}),
    pytest.param(
        {"secretRevisions": {"jwt-secret": "a-test"}},
        {"api-server", "scheduler"},
        marks=pytest.mark.slow,
    ),
    pytest.param(
        {"config": {"core": {"max_active_runs_per_dag": 17}}},
        set(COMPONENTS),
        marks=pytest.mark.slow,
    ),
]


@pytest.fixture
def as_before(airflow: Airflow) -> Iterator[None]:
    """Deploy the release as its owner does after each test."""
    yield
    airflow.deploy()
    airflow.wait_until_settled()


def test_an_upgrade_without_a_change_restarts_nothing(airflow: Airflow) -> None:
    assert changed(airflow, airflow.deploy) == set()


def test_terraform_has_nothing_to_change(airflow: Airflow) -> None:
    plan = terraform("plan", "-detailed-exitcode")
    assert plan.returncode == 0, plan.stdout + plan.stderr


@pytest.mark.slow
def test_a_second_apply_restarts_nothing(airflow: Airflow) -> None:
    def apply() -> None:
        done = terraform("apply", "-auto-approve")
        assert "0 added, 0 changed, 0 destroyed" in done.stdout, done.stdout + done.stderr

    assert changed(airflow, apply) == set()


@pytest.mark.parametrize(("values", "readers"), READERS)
def test_a_changed_value_restarts_its_readers(
    airflow: Airflow, as_before: None, tmp_path: Path, values: dict, readers: set[str]
) -> None:
    layer = tmp_path / "changed.yaml"
    layer.write_text(yaml.safe_dump(values))
    assert changed(airflow, lambda: airflow.deploy(layer)) == readers


@pytest.mark.slow
def test_an_upgrade_during_runs_loses_no_task(
    airflow: Airflow, as_before: None, tmp_path: Path
) -> None:
    layer = tmp_path / "changed.yaml"
    layer.write_text(yaml.safe_dump({"scheduler": {"podAnnotations": {"a-test": "1"}}}))
    runs = [airflow.start(dag) for dag in ("shell_levels", "plain_tasks", "pod_manifest")]
    wait_until(lambda: airflow.tasks.pods(), 60, "no task starts")
    assert changed(airflow, lambda: airflow.deploy(layer)) == {"scheduler"}
    airflow.wait_for_end(runs, RUN_SECONDS)
    airflow.check_success(runs)
    tasks = [task for run in runs for task in airflow.api.tasks(run)]
    assert [task for task in tasks if task.try_number != 1] == []
