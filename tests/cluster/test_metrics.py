"""What Airflow really sends while the examples run is what dashboards and monitors ask for."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.paths import ROOT
from scripts.workshop.cluster.layout import NODE_ADDRESS
from scripts.workshop.cluster.namespaces import inside
from scripts.workshop.metrics.capture import Capture
from scripts.workshop.metrics.listener import samples
from tests.cluster.airflow import Airflow
from tests.cluster.waiting import wait_until

PORT = 8125
# All that sends something: plain tasks, one that is tried again, one that is deferred.
DAGS = ("plain_tasks", "retry_once", "pod_manifest_deferrable")
# Some metrics come each half minute: what was missed in one round comes in the next.
ROUNDS = 3
PATIENCE_SECONDS = 45


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where an agent would listen on the node somebody does, and writes down what comes."""
    file = tmp_path_factory.mktemp("metrics") / "lines"
    # The node's mount namespace hides folders of this machine, not the repository or its Python.
    program = [sys.executable, "-m", "scripts.workshop.metrics.listener", NODE_ADDRESS, str(PORT)]
    with file.open("w") as output:
        listener = subprocess.Popen(
            [*inside(), *program],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=output,
        )
        try:
            wait_until(lambda: file.read_text().startswith("ready\n"), 30, "nobody listens")
            yield file
        finally:
            listener.terminate()
            listener.wait(timeout=10)


@pytest.fixture(scope="module")
def capture(airflow: Airflow, lines: Path) -> Capture:
    """What came while some examples ran, as often as it took until all was there."""

    def so_far() -> Capture:
        # The first line is the listener's own, and the last may be half written.
        return Capture.of(samples(lines.read_text().split("\n")[1:-1]))

    for _ in range(ROUNDS):
        airflow.wait_for_end([airflow.start(dag) for dag in DAGS], 600)
        # Which ones never came is for the test of it to say.
        with contextlib.suppress(AssertionError):
            wait_until(lambda: not so_far().missing(), PATIENCE_SECONDS, "not all metrics came")
            break
    return so_far()


def test_everything_comes_that_dashboards_and_monitors_ask_for(capture: Capture) -> None:
    assert capture.missing() == set()


def test_everything_has_the_tags_that_are_asked_for(capture: Capture) -> None:
    assert capture.untagged() == {}


def test_everything_is_of_the_type_that_is_asked_for(capture: Capture) -> None:
    assert capture.mistyped() == {}


def test_times_are_in_the_unit_that_is_asked_for(capture: Capture) -> None:
    assert capture.implausible() == {}


def test_no_name_holds_the_id_of_a_dag_or_a_pool(capture: Capture) -> None:
    assert capture.with_ids({*DAGS, "default_pool", "KubernetesExecutor"}) == set()


def test_components_and_tasks_bear_the_tags_of_the_release(
    airflow: Airflow, capture: Capture
) -> None:
    wanted = {"env": "local", "service": "airflow", "team": airflow.release.team}
    names = ("scheduler_heartbeat", "dag_processor_heartbeat", "triggerer_heartbeat", "ti.finish")
    found = [dict(capture.values[name][0].tags) for name in names]
    assert [wanted.items() <= tags.items() for tags in found] == [True] * len(names)


def test_the_outcome_of_tasks_of_every_example_is_a_metric(capture: Capture) -> None:
    ended = {sample.tags["dag_id"] for sample in capture.values["ti.finish"]}
    assert ended >= set(DAGS)


def test_no_tag_holds_the_id_of_a_run(capture: Capture) -> None:
    # Datadog bills each of them.
    tags = {tag for those in capture.values.values() for sample in those for tag in sample.tags}
    assert tags & {"run_id", "job_id", "dagrun_id", "try_number"} == set()
