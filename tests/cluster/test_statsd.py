"""The StatsD exporter of a release serves Airflow's metrics to Prometheus."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from scripts.paths import CHART
from scripts.workshop.cluster import image_store
from scripts.workshop.cluster.images import build, images
from tests.cluster.airflow import Airflow
from tests.cluster.namespace import new_namespaces
from tests.cluster.probes import Probe, probe
from tests.cluster.second_release import second_release
from tests.cluster.waiting import wait_until

pytestmark = pytest.mark.slow
VALUES = Path(__file__).parent / "statsd.yaml"
MAPPINGS = CHART / "files" / "statsd_mappings.yaml"
EXPORTER = images()["statsd-exporter"]
PROMETHEUS, ELSEWHERE = "statsd-prometheus", "statsd-elsewhere"
DAG = "plain_tasks"
HEALTHY_SECONDS, RUN_SECONDS, METRICS_SECONDS = 600, 600, 120
READ = "import sys, urllib.request as r; print(r.urlopen(sys.argv[1], timeout=10).read().decode())"


@dataclass(frozen=True)
class Sender:
    """A release with the exporter, and pods in two other namespaces."""

    airflow: Airflow
    prometheus: Probe
    elsewhere: Probe

    @property
    def host(self) -> str:
        return f"airflow-statsd.{self.airflow.main.name}.svc"

    def series(self) -> set[str]:
        """Return the series that Prometheus reads, without their values."""
        pod = self.prometheus
        text = pod.namespace.run(pod.pod, "python", "-c", READ, f"http://{self.host}:9102/metrics")
        return {line.rpartition(" ")[0] for line in text.splitlines() if line[:1] != "#"}

    def wait_for(self, *wanted: str) -> None:
        """Wait until Prometheus reads a series of each pattern."""

        def missing() -> list[str]:
            found = "\n".join(self.series())
            return [one for one in wanted if not re.search(f"(?m)^{one}$", found)]

        wait_until(lambda: not missing(), METRICS_SECONDS, lambda: f"no series of {missing()}")


@pytest.fixture(scope="module")
def sender(airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    image = {"repository": EXPORTER.repository, "tag": EXPORTER.tag}
    values = {**yaml.safe_load(VALUES.read_text()), "images": {"statsd": image}}
    layer = tmp_path_factory.mktemp("values") / "statsd.yaml"
    layer.write_text(yaml.safe_dump(values))
    image_store.image_import(build(EXPORTER.name))
    with (
        new_namespaces(airflow.main.api, PROMETHEUS, ELSEWHERE) as namespaces,
        probe(namespaces[0], "reader", images()["airflow"].reference, {}) as prometheus,
        probe(namespaces[1], "reader", images()["airflow"].reference, {}) as elsewhere,
        second_release(airflow, "statsd", layer, "airflow") as second,
    ):
        second.wait_until_healthy(HEALTHY_SECONDS)
        second.main.ready_pod("statsd", HEALTHY_SECONDS)
        yield Sender(second, prometheus, elsewhere)


def test_prometheus_reads_the_heartbeats_of_all_components(sender: Sender) -> None:
    heartbeats = [f"airflow_{one}_heartbeat" for one in ("scheduler", "dag_processor", "triggerer")]
    sender.wait_for(*heartbeats, r'airflow_pool_open_slots\{pool="default_pool"\}')


def test_task_pods_send_their_metrics_from_their_own_namespace(sender: Sender) -> None:
    sender.airflow.run(DAG, RUN_SECONDS)
    # A task itself sends its start and its end.
    labels = rf'\{{dag_id="{DAG}",.*\}}'
    sender.wait_for(rf"airflow_ti_start{labels}", rf"airflow_ti_finish{labels}")


def test_what_airflow_sends_twice_has_no_series_without_labels(sender: Sender) -> None:
    names = {one.replace(".", "_") for one in yaml.safe_load(MAPPINGS.read_text())["twice"]}
    found = sender.series()
    assert {one.partition("{")[0] for one in found if "{" in one} & names
    assert found & names == set()


def test_others_do_not_reach_the_exporter(sender: Sender) -> None:
    where = (sender.host, 9102)
    assert sender.prometheus.reach({"metrics": where}) == {"metrics": "open"}
    assert sender.elsewhere.reach({"metrics": where}) == {"metrics": "dropped"}
