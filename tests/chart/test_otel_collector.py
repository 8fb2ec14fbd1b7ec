"""The OpenTelemetry collector, and Airflow's options for it."""

from typing import Any

import pytest
import yaml

from scripts.manifests.network_policies import End
from tests.chart.cases import Case, merged
from tests.conftest import Render
from tests.rendered import Manifests

PEER = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "watch"}}}
ON: dict[str, Any] = {"otelCollector": {"enabled": True, "extraNetworkPolicies": [PEER]}}
PIPELINE = {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["otlphttp"]}
TRACES: dict[str, Any] = {
    "otelCollector": {
        "traces": True,
        "config": {
            "exporters": {"otlphttp": {"endpoint": "https://traces.example.com"}},
            "service": {"pipelines": {"traces": PIPELINE}},
        },
    }
}


@pytest.fixture(scope="module")
def on(render: Render) -> Manifests:
    return render(ON)


def config(manifests: Manifests) -> dict[str, Any]:
    return yaml.safe_load(
        manifests.find("ConfigMap", "airflow-otel-collector")["data"]["config.yaml"]
    )


def test_airflow_sends_its_metrics_there_and_no_traces(on: Manifests):
    metrics = dict(on.configuration["metrics"])
    assert (metrics["otel_on"], metrics["otel_host"], metrics["otel_port"]) == (
        "true",
        "airflow-otel-collector",
        "4318",
    )
    assert not on.configuration.has_section("traces")


def test_airflow_sends_its_traces_when_values_say_where_they_go(render: Render):
    away = {"tasks": {"namespace": "flows"}, "ports": {"otelIngest": 4319}}
    manifests = render(merged(merged(ON, TRACES), away))
    traces = dict(manifests.configuration["traces"])
    assert (traces["otel_on"], traces["otel_host"], traces["otel_port"]) == (
        "true",
        "airflow-otel-collector.airflow.svc",
        "4319",
    )
    assert config(manifests)["service"]["pipelines"]["traces"] == PIPELINE


def test_traces_alone_leave_the_metrics_to_the_statsd_exporter(render: Render):
    values = {"otelCollector": {"metrics": False}, "statsd": {"enabled": True}}
    metrics = render(merged(merged(ON, TRACES), values)).configuration["metrics"]
    assert metrics["statsd_host"] == "airflow-statsd"
    assert "otel_on" not in metrics


def test_the_collector_listens_on_the_ports_of_values(render: Render, on: Manifests):
    for manifests, ingest, scrape in (
        (on, 4318, 8889),
        (render(merged(ON, {"ports": {"otelIngest": 5318, "otelScrape": 5889}})), 5318, 5889),
    ):
        found = config(manifests)
        http = found["receivers"]["otlp"]["protocols"]["http"]
        assert http["endpoint"] == f"0.0.0.0:{ingest}"
        assert found["exporters"]["prometheus"]["endpoint"] == f"0.0.0.0:{scrape}"
        ports = manifests.find("Service", "airflow-otel-collector")["spec"]["ports"]
        assert {one["name"]: one["port"] for one in ports} == {
            "otel-ingest": ingest,
            "otel-scrape": scrape,
        }


def test_another_configuration_replaces_the_pod(render: Render, on: Manifests):
    key = "checksum/otel-collector-config"
    other = render(merged(ON, TRACES)).pod("otel-collector")
    assert other.annotations[key] != on.pod("otel-collector").annotations[key]


def test_who_sends_and_who_reads_reach_their_port_only(on: Manifests):
    case = Case(on)
    collector, worker = case.ends["otel-collector"], case.ends["worker"]
    allowed = [
        case.network.allows(one, collector, port, "TCP")
        for one in (worker, End("watch", {}), End("elsewhere", {}))
        for port in (4318, 8889)
    ]
    assert allowed == [True, False, True, True, False, False]
