"""ServiceMonitors and alerts, for the Prometheus operator."""

import re
from typing import Any

import pytest

from tests.chart.cases import merged
from tests.chart.test_statsd import NAMES
from tests.conftest import Render
from tests.rendered import Manifests
from tests.schemas import SUPPORTED, problems

PEERS = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
ON: dict[str, Any] = {
    "statsd": {"enabled": True, "extraNetworkPolicies": PEERS},
    "pgbouncer": {"enabled": True, "extraNetworkPolicies": PEERS},
    "prometheus": {
        "serviceMonitor": {
            "enabled": True,
            "labels": {"release": "prometheus"},
            "endpoint": {"interval": "30s"},
        },
        "rule": {"enabled": True, "labels": {"release": "prometheus"}},
    },
}
KINDS = {"ServiceMonitor", "PodMonitor", "PrometheusRule"}
BY_POD = merged(
    ON,
    {
        "prometheus": {
            "serviceMonitor": {"enabled": False},
            "podMonitor": ON["prometheus"]["serviceMonitor"],
        }
    },
)
# The counter of the triggerer has the form of the scheduler's.
METRICS = {name for name, _ in NAMES.values()} | {
    "airflow_triggerer_heartbeat",
    "airflow_dag_processing_import_errors",
}


@pytest.fixture(scope="module")
def on(render: Render) -> Manifests:
    return render(ON)


@pytest.fixture(scope="module")
def by_pod(render: Render) -> Manifests:
    return render(BY_POD)


def rules(manifests: Manifests) -> dict[str, str]:
    (group,) = manifests.find("PrometheusRule", "airflow-statsd")["spec"]["groups"]
    return {rule["alert"]: rule["expr"] for rule in group["rules"]}


def test_there_are_no_such_objects_by_default(defaults: Manifests):
    assert [one["kind"] for one in defaults.objects if one["kind"] in KINDS] == []


@pytest.mark.parametrize("name", ["statsd", "pgbouncer"])
def test_a_monitor_selects_the_service_and_its_port_with_metrics(on: Manifests, name: str):
    spec = on.find("ServiceMonitor", f"airflow-{name}")["spec"]
    service = on.find("Service", f"airflow-{name}")
    (endpoint,) = spec["endpoints"]
    assert spec["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
    assert endpoint["interval"] == "30s"


@pytest.mark.parametrize("name", ["statsd", "pgbouncer"])
def test_a_monitor_selects_the_pods_and_their_port_with_metrics(by_pod: Manifests, name: str):
    spec = by_pod.find("PodMonitor", f"airflow-{name}")["spec"]
    template = by_pod.workload(name)["spec"]["template"]
    (endpoint,) = spec["podMetricsEndpoints"]
    assert spec["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
    ports = [p for c in template["spec"]["containers"] for p in c.get("ports", [])]
    assert endpoint["port"] in {port["name"] for port in ports}
    assert endpoint["interval"] == "30s"


@pytest.mark.parametrize("values", [ON, BY_POD], ids=["by Service", "by pod"])
def test_prometheus_selects_the_objects_by_labels_of_values(render: Render, values: dict):
    found = [one for one in render(values).objects if one["kind"] in KINDS]
    assert {one["metadata"]["labels"]["release"] for one in found} == {"prometheus"}


@pytest.mark.parametrize("values", [ON, BY_POD], ids=["by Service", "by pod"])
def test_the_operator_accepts_the_objects(render: Render, values: dict):
    found = [one for one in render(values).objects if one["kind"] in KINDS]
    assert len(found) == len(("statsd", "pgbouncer", "rule"))
    assert [text for one in found for text in problems(one, SUPPORTED[-1])] == []


def test_alerts_ask_for_metrics_that_the_exporter_serves(on: Manifests):
    asked = {name for expr in rules(on).values() for name in re.findall(r"airflow_\w+", expr)}
    assert asked
    assert asked <= METRICS


def test_alerts_ask_for_series_of_this_release_only(on: Manifests):
    for expr in rules(on).values():
        series = re.findall(r"airflow_\w+(\{[^}]*\})?", expr)
        assert set(series) == {'{namespace="airflow",pod=~"airflow-statsd-.+"}'}


def test_a_component_that_is_off_has_no_alerts(render: Render, on: Manifests):
    without = rules(render(merged(ON, {"triggerer": {"enabled": False}})))
    assert rules(on).keys() - without.keys() == {"AirflowTriggererHeartbeatMissing"}


def test_groups_of_values_are_added(render: Render):
    mine = {"name": "mine", "rules": [{"alert": "Mine", "expr": "vector(1)"}]}
    manifests = render(merged(ON, {"prometheus": {"rule": {"groups": [mine]}}}))
    groups = manifests.find("PrometheusRule", "airflow-statsd")["spec"]["groups"]
    assert [group["name"] for group in groups] == ["airflow", "mine"]
    assert groups[1] == mine
