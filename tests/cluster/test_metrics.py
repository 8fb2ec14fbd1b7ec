"""Metrics that Airflow sends while the examples run are those of dashboards and monitors."""

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

VALUES = Path(__file__).parent / "metrics.yaml"
PORT = 8125
# Dags that send different metrics: plain tasks, a retried one, a deferred one.
DAGS = ("plain_tasks", "retry_once", "pod_manifest_deferrable")
# Some metrics are sent every 30 seconds: if a round misses one, the next gets it.
ROUNDS = 3
PATIENCE_SECONDS = 45


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A listener that replaces the agent on the node and records all metrics."""
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
            wait_until(
                lambda: file.read_text().startswith("ready\n"), 30, "the listener does not start"
            )
            yield file
        finally:
            listener.terminate()
            listener.wait(timeout=10)


@pytest.fixture(scope="module")
def sender(airflow: Airflow, lines: Path) -> Iterator[Airflow]:
    """The release with metrics, which are off without a receiver."""
    airflow.deploy(VALUES)
    airflow.wait_until_settled()
    yield airflow
    airflow.deploy()
    airflow.wait_until_settled()


@pytest.fixture(scope="module")
def capture(sender: Airflow, lines: Path) -> Capture:
    """Metrics of runs of some examples, repeated until all metrics were seen."""

    def so_far() -> Capture:
        # The first line is the listener's own, and the last may be half written.
        return Capture.of(samples(lines.read_text().split("\n")[1:-1]))

    for _ in range(ROUNDS):
        sender.wait_for_end([sender.start(dag) for dag in DAGS], 600)
        # Another test reports the missing ones.
        with contextlib.suppress(AssertionError):
            wait_until(lambda: not so_far().missing(), PATIENCE_SECONDS, "some metrics are missing")
            break
    return so_far()


def test_every_metric_of_dashboards_and_monitors_is_sent(capture: Capture) -> None:
    assert capture.missing() == set()


def test_metrics_have_the_tags_of_queries(capture: Capture) -> None:
    assert capture.untagged() == {}


def test_metrics_have_the_types_of_the_table(capture: Capture) -> None:
    assert capture.mistyped() == {}


def test_times_are_in_the_unit_of_queries(capture: Capture) -> None:
    assert capture.implausible() == {}


def test_no_metric_name_contains_the_id_of_a_dag_or_a_pool(capture: Capture) -> None:
    assert capture.with_ids({*DAGS, "default_pool", "KubernetesExecutor"}) == set()


def test_components_and_tasks_have_the_tags_of_the_release(
    airflow: Airflow, capture: Capture
) -> None:
    wanted = {"env": "local", "service": "airflow", "team": airflow.release.team}
    names = ("scheduler_heartbeat", "dag_processor_heartbeat", "triggerer_heartbeat", "ti.finish")
    found = [dict(capture.values[name][0].tags) for name in names]
    assert [wanted.items() <= tags.items() for tags in found] == [True] * len(names)


def test_the_tasks_of_every_example_send_their_outcome(capture: Capture) -> None:
    ended = {sample.tags["dag_id"] for sample in capture.values["ti.finish"]}
    assert ended >= set(DAGS)


def test_no_tag_contains_the_id_of_a_run(capture: Capture) -> None:
    # Datadog bills each value.
    tags = {tag for those in capture.values.values() for sample in those for tag in sample.tags}
    assert tags & {"run_id", "job_id", "dagrun_id", "try_number"} == set()
