"""The StatsD exporter, which turns Airflow's metrics into those of Prometheus."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from scripts.manifests.network_policies import End
from tests.chart.cases import Case, merged
from tests.conftest import Render
from tests.rendered import Manifests

ON: dict[str, Any] = {"statsd": {"enabled": True}}
# The exporter takes this as a `match` of the kind `glob`: a star is a whole part of a name.
GLOB = re.compile(r"(\*|[a-zA-Z_][a-zA-Z0-9_-]*)(\.(\*|[a-zA-Z_][a-zA-Z0-9_-]*))*")
MINE = {"match": "airflow.mine.*", "name": "mine", "labels": {"part": "$1"}}
# Names that Airflow sends, and the names of the official dashboards with their labels.
NAMES: dict[str, tuple[str, dict[str, str]]] = {
    "dagrun.dependency-check.etl": ("airflow_dagrun_dependency_check", {"dag_id": "etl"}),
    "operator_successes_BashOperator": ("airflow_operator_successes", {"operator": "BashOperator"}),
    "operator_failures_BashOperator": ("airflow_operator_failures", {"operator": "BashOperator"}),
    "dag.etl.group__load.duration": (
        "airflow_task_duration",
        {"dag_id": "etl", "task_id": "group__load"},
    ),
    "dagrun.duration.success.etl": ("airflow_dagrun_duration", {"dag_id": "etl"}),
    "dagrun.duration.failed.etl": ("airflow_dagrun_failed", {"dag_id": "etl"}),
    "dagrun.schedule_delay.etl": ("airflow_dagrun_schedule_delay", {"dag_id": "etl"}),
    "dag_processing.last_duration.a": ("airflow_dag_processing_last_runtime", {"dag_file": "a"}),
    "dag_processing.last_duration.b.a": (
        "airflow_dag_processing_last_runtime",
        {"bundle": "b", "dag_file": "a"},
    ),
    "dag_processing.last_run.seconds_ago.a": (
        "airflow_dag_processing_last_run_seconds_ago",
        {"dag_file": "a"},
    ),
    "pool.open_slots.default_pool": ("airflow_pool_open_slots", {"pool": "default_pool"}),
    "pool.used_slots.default_pool": ("airflow_pool_used_slots", {"pool": "default_pool"}),
    "pool.starving_tasks.default_pool": ("airflow_pool_starving_tasks", {"pool": "default_pool"}),
    "executor.open_slots.Mine": ("airflow_executor_open_slots", {"executor": "Mine"}),
    "executor.queued_tasks.Mine": ("airflow_executor_queued_tasks", {"executor": "Mine"}),
    "executor.running_tasks.Mine": ("airflow_executor_running_tasks", {"executor": "Mine"}),
    **{
        f"ti.{state}.default.etl.load": (
            f"airflow_ti_{state}",
            {"queue": "default", "dag_id": "etl", "task_id": "load"},
        )
        for state in ("running", "queued", "scheduled", "deferred")
    },
    # The exporter itself makes these names.
    "scheduler_heartbeat": ("airflow_scheduler_heartbeat", {}),
    "dag_processor_heartbeat": ("airflow_dag_processor_heartbeat", {}),
    "executor.open_slots": ("airflow_executor_open_slots", {}),
}


@pytest.fixture(scope="module")
def on(render: Render) -> Manifests:
    return render(ON)


def mappings(manifests: Manifests) -> list[dict[str, Any]]:
    config = manifests.find("ConfigMap", "airflow-statsd")
    return yaml.safe_load(config["data"]["mappings.yml"])["mappings"]


def mapped(name: str, rows: list[dict[str, Any]]) -> tuple[str, Mapping[str, str]] | None:
    """The name and labels that the exporter gives to a metric; None when it drops the metric."""
    for row in sorted(rows, key=lambda row: row.get("match_type", "glob")):
        pattern = row["match"]
        if row.get("match_type") != "regex":
            assert GLOB.fullmatch(pattern)
            pattern = re.escape(pattern).replace(r"\*", "([^.]*)")
        if found := re.fullmatch(pattern, name):
            if row.get("action") == "drop":
                return None
            labels = {
                label: re.sub(r"\$(\d)", lambda one: found[int(one[1])], text)
                for label, text in row.get("labels", {}).items()
            }
            return row["name"], labels
    return re.sub(r"[^a-zA-Z0-9_]", "_", name), {}


@pytest.mark.parametrize("sent", NAMES)
def test_metrics_have_the_names_of_the_official_dashboards(on: Manifests, sent: str):
    assert mapped(f"airflow.{sent}", mappings(on)) == NAMES[sent]


@pytest.mark.parametrize("sent", ["task.duration", "pool.open_slots", "operator_successes"])
def test_what_airflow_sends_twice_counts_once(render: Render, on: Manifests, sent: str):
    assert mapped(f"airflow.{sent}", mappings(on)) is None
    once = render(merged(ON, {"config": {"metrics": {"legacy_names_on": False}}}))
    assert mapped(f"airflow.{sent}", mappings(once)) is not None


def test_mappings_of_values_come_last_or_alone(render: Render, on: Manifests):
    more = render(merged(ON, {"statsd": {"extraMappings": [MINE]}}))
    assert mappings(more) == [*mappings(on), MINE]
    alone = render(merged(ON, {"statsd": {"overrideMappings": [MINE]}}))
    assert mappings(alone) == [MINE]


def test_other_mappings_replace_the_pod(render: Render, on: Manifests):
    key = "checksum/statsd-config"
    more = render(merged(ON, {"statsd": {"extraMappings": [MINE]}}))
    assert more.pod("statsd").annotations[key] != on.pod("statsd").annotations[key]


def test_arguments_of_values_come_after_those_of_the_cache(render: Render):
    cache = {"size": 7, "type": "random"}
    main = render(merged(ON, {"statsd": {"cache": cache, "args": ["--mine"]}})).pod("statsd").main
    assert main.arguments == ["--statsd.cache-size=7", "--statsd.cache-type=random", "--mine"]


def test_it_listens_on_the_ports_of_values_unless_its_arguments_say_where(render: Render):
    ports = {"statsdIngest": 9130, "statsdScrape": 9103}
    stated = ["--web.listen-address=:9103"]
    main = render(merged(ON, {"ports": ports, "statsd": {"args": stated}})).pod("statsd").main
    assert main.arguments[2:] == ["--statsd.listen-udp=:9130", *stated]


def test_airflow_sends_its_metrics_there(render: Render, on: Manifests):
    metrics = on.configuration["metrics"]
    assert metrics.getboolean("statsd_on")
    assert (metrics["statsd_host"], metrics["statsd_port"]) == ("airflow-statsd", "9125")
    away = merged(ON, {"tasks": {"namespace": "flows"}, "ports": {"statsdIngest": 9130}})
    metrics = render(away).configuration["metrics"]
    assert (metrics["statsd_host"], metrics["statsd_port"]) == (
        "airflow-statsd.airflow.svc",
        "9130",
    )


def test_the_host_of_an_official_values_file_needs_no_other_way(render: Render, on: Manifests):
    said = {
        "statsd_on": '{{ ternary "True" "False" .Values.statsd.enabled }}',
        "statsd_port": 9125,
        "statsd_prefix": "airflow",
        "statsd_host": '{{ printf "%s-statsd" (include "airflow.fullname" .) }}',
    }
    metrics = render(merged(ON, {"config": {"metrics": said}})).configuration["metrics"]
    assert metrics["statsd_host"] == on.configuration["metrics"]["statsd_host"]


def test_the_service_has_both_ports_and_says_where_prometheus_reads(on: Manifests):
    service = on.find("Service", "airflow-statsd")
    ports = {one["name"]: (one["port"], one.get("protocol")) for one in service["spec"]["ports"]}
    assert ports == {"statsd-ingest": (9125, "UDP"), "statsd-scrape": (9102, None)}
    assert service["metadata"]["annotations"] == {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": "9102",
    }


def test_who_sends_and_who_reads_reach_their_port_only(render: Render):
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "watch"}}}
    case = Case(render(merged(ON, {"statsd": {"extraNetworkPolicies": [peer]}})))
    exporter, worker = case.ends["statsd"], case.ends["worker"]
    prometheus, other = End("watch", {}), End("elsewhere", {})
    allowed = [
        case.network.allows(one, exporter, port, protocol)
        for one in (worker, prometheus, other)
        for port, protocol in ((9125, "UDP"), (9102, "TCP"))
    ]
    assert allowed == [True, False, True, True, False, False]


def test_its_ingress_leads_to_the_metrics(render: Render):
    rule = {"enabled": True, "hosts": ["metrics.example.com"]}
    ingress = render(merged(ON, {"ingress": {"statsd": rule}})).find(
        "Ingress", "airflow-statsd-ingress"
    )
    path = ingress["spec"]["rules"][0]["http"]["paths"][0]
    assert path["path"] == "/metrics"
    assert path["backend"]["service"] == {
        "name": "airflow-statsd",
        "port": {"name": "statsd-scrape"},
    }


def test_it_runs_as_the_user_of_values(render: Render, on: Manifests):
    assert on.pod("statsd").spec["securityContext"]["runAsUser"] == 65534
    assigned = render(merged(ON, {"statsd": {"uid": None}})).pod("statsd")
    assert "runAsUser" not in assigned.spec["securityContext"]
