"""The real StatsD exporter, started with the rendered arguments and mappings."""

import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.go_programs import program
from scripts.paths import ROOT
from tests.chart.cases import merged
from tests.chart.test_prometheus import ON as RULES
from tests.chart.test_prometheus import rules
from tests.chart.test_statsd import NAMES, ON
from tests.conftest import Render
from tests.processes import free_port

FOLDER = "/etc/statsd-exporter"
TYPES: dict[str, str] = yaml.safe_load((ROOT / "tests" / "airflow_metrics.yaml").read_text())[
    "metrics"
]
LETTERS = {"counter": "c", "gauge": "g", "timer": "ms"}
# Names that Airflow 3.2 and newer send beside those with ids in them.
TWICE = ("ti.start", "ti.queued", "task.duration", "pool.open_slots", "operator_successes")
# Names of alerts that no mapping changes.
PLAIN = ("triggerer_heartbeat", "dag_processing.import_errors")
SERIES = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
Page = dict[tuple[str, frozenset[tuple[str, str]]], float]


def letter(name: str) -> str:
    """The type of a metric in StatsD, by the metric of Airflow's list that its name begins with."""
    plain = re.sub(r"^dag\.\w+\.\w+\.", "task.", name)
    known = [one for one in TYPES if plain.startswith(one)]
    return LETTERS[TYPES[max(known, key=len)]] if known else "g"


def series(text: str) -> Page:
    return {
        (name, frozenset(re.findall(r'(\w+)="([^"]*)"', labels))): float(value)
        for name, labels, value in SERIES.findall(text)
    }


@pytest.fixture(scope="module")
def page(render: Render, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The metrics that Prometheus reads after Airflow has sent each of its own once."""
    udp, tcp = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    stated = ["--statsd.listen-tcp=", f"--statsd.mapping-config={FOLDER}/mappings.yml"]
    ports = {"statsdIngest": udp, "statsdScrape": tcp}
    manifests = render(merged(ON, {"ports": ports, "statsd": {"args": stated}}))
    folder = tmp_path_factory.mktemp("statsd")
    for name, text in manifests.find("ConfigMap", "airflow-statsd")["data"].items():
        (folder / name).write_text(text)
    arguments = [
        # On this machine's own address only.
        one.replace(FOLDER, str(folder)).replace("=:", "=127.0.0.1:")
        for one in manifests.pod("statsd").main.arguments
    ]
    with (folder / "log").open("w") as log:
        exporter = subprocess.Popen(
            [program("statsd_exporter"), *arguments], stdout=log, stderr=log
        )
    try:
        yield send_and_read(udp, tcp, folder / "log")
    finally:
        exporter.terminate()
        exporter.wait(timeout=10)


def send_and_read(udp: int, tcp: int, log: Path) -> Page:
    def read() -> Page:
        url = f"http://127.0.0.1:{tcp}/metrics"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return series(answer.read().decode())

    def wait(name: str) -> Page:
        last: Any = None
        for _ in range(200):
            try:
                if (name, frozenset()) in (last := read()):
                    return last
            except OSError as error:
                last = error
            time.sleep(0.1)
        pytest.fail(f"{name} does not appear: {last}; log: {log.read_text()}")

    wait("statsd_exporter_lines_total")
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        for name in [*NAMES, *TWICE, *PLAIN, "the_last"]:
            line = f"airflow.{name}:1500|{letter(name)}"
            sender.sendto(line.encode(), ("127.0.0.1", udp))
    return wait("airflow_the_last")


@pytest.mark.parametrize("sent", NAMES)
def test_prometheus_reads_the_metric_with_its_labels(page: Page, sent: str):
    name, labels = NAMES[sent]
    is_timer = letter(sent) == "ms"
    found = page[f"{name}_sum" if is_timer else name, frozenset(labels.items())]
    # Prometheus counts in seconds, StatsD in milliseconds.
    assert found == (1.5 if is_timer else 1500)


def test_no_metric_conflicts_with_another(page: Page):
    errors = {
        name: value
        for (name, _), value in page.items()
        if re.fullmatch(r"statsd_exporter_(events_conflict|\w+_errors?)_total", name)
    }
    assert errors
    assert sum(errors.values()) == 0


@pytest.mark.parametrize("sent", TWICE)
def test_what_airflow_sends_twice_has_no_series_without_labels(page: Page, sent: str):
    name = "airflow_" + sent.replace(".", "_")
    assert not {(name, frozenset()), (f"{name}_sum", frozenset())} & page.keys()


def test_alerts_ask_for_series_that_the_exporter_serves(page: Page, render: Render):
    asked = {
        name
        for expr in rules(render(RULES)).values()
        for name in re.findall(r"airflow_\w+(?=\{)", expr)
    }
    assert asked
    assert asked - {name for name, _ in page} == set()
