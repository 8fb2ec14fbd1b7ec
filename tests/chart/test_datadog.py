"""Datadog: metrics go to the agent on the node, and annotations configure its checks."""

import json
import re
from typing import Any

import pytest

from scripts.manifests.network_policies import End, Network, pod_end
from tests.chart.cases import merged
from tests.chart.components import CONFIGURED, DEPLOYMENTS, WORKER, everywhere
from tests.conftest import Render
from tests.rendered import Manifests, Pod

AGENTS = {"networkPolicies": {"destinations": {"metrics": {"cidrs": ["10.0.0.0/16"]}}}}
HERE = {"environment": "nonprod", "team": "payments"}
ON: dict[str, Any] = {
    **everywhere({}),
    **HERE,
    **AGENTS,
    "datadog": {"enabled": True},
    "statsd": {"enabled": False},
}
HEALTH = {
    "metadatabase": {"status": "healthy"},
    "scheduler": {"status": "healthy", "latest_scheduler_heartbeat": "2026-01-01T00:00:00Z"},
    "triggerer": {"status": "healthy", "latest_triggerer_heartbeat": "2026-01-01T00:00:00Z"},
    "dag_processor": {"status": "healthy", "latest_dag_processor_heartbeat": None},
}


@pytest.fixture(scope="session")
def on(render: Render) -> Manifests:
    return render(ON)


def with_datadog(render: Render, **datadog: Any) -> Manifests:
    return render(merged(ON, {"datadog": datadog}))


def tags(manifests: Manifests) -> set[str]:
    return set(manifests.configuration["metrics"]["statsd_datadog_tags"].split(","))


def told(pod: Pod, what: str) -> Any:
    """The content of an annotation for the agent about the main container."""
    return json.loads(pod.annotations[f"ad.datadoghq.com/{pod.main.name}.{what}"])


def checks(manifests: Manifests) -> dict[str, dict[str, Any]]:
    """The questions that the agent asks the api-server, by name."""
    found = told(manifests.pod("api-server"), "checks")["http_check"]["instances"]
    return {one["name"]: one for one in found}


def test_nothing_of_it_is_rendered_when_it_is_off(defaults: Manifests):
    assert not re.search("datadog|statsd", defaults.text, re.IGNORECASE)


@pytest.mark.parametrize("component", CONFIGURED, ids=str)
def test_metrics_go_to_the_agent_on_the_node_of_the_pod(on: Manifests, component):
    host = on.pod(component.label).main.env["AIRFLOW__METRICS__STATSD_HOST"]
    assert host == {"fieldRef": {"fieldPath": "status.hostIP"}}


def test_tasks_have_the_same_settings_of_metrics_as_components(on: Manifests):
    # Metrics of tasks are sent by their own pods.
    pod = on.pod(WORKER.label)
    mount = pod.main.mounts["/opt/airflow/airflow.cfg"]
    assert pod.volumes[mount["name"]]["configMap"]["name"] == "airflow-config"


def test_metrics_have_tags_instead_of_ids_in_their_names(on: Manifests):
    metrics = on.configuration["metrics"]
    # Tags are Airflow's default.
    assert "statsd_datadog_metrics_tags" not in metrics
    switches = ("statsd_datadog_enabled", "legacy_names_on")
    assert [metrics.getboolean(name) for name in switches] == [True, False]


def test_every_metric_has_tags_of_its_origin(on: Manifests):
    assert tags(on) == {"env:nonprod", "service:airflow", "team:payments", "version:3.3.2"}


def test_the_version_is_that_of_the_image(render: Render):
    found = render(merged(ON, {"images": {"airflow": {"tag": "3.3.2-payments-7"}}}))
    assert "version:3.3.2-payments-7" in tags(found)


def test_tags_of_values_override_the_computed_ones(render: Render):
    found = tags(with_datadog(render, tags={"env": "staging", "cluster": "blue"}))
    assert {"env:staging", "cluster:blue"} <= found
    assert "env:nonprod" not in found


def test_a_percent_sign_in_a_tag_is_one_for_airflow(render: Render):
    assert "share:5%%" in tags(with_datadog(render, tags={"share": "5%"}))


def test_the_one_metric_with_an_id_in_its_name_is_not_sent(on: Manifests):
    blocked = re.compile(on.configuration["metrics"]["metrics_block_list"])
    names = ("dagrun.sales.first_task_scheduling_delay", "dagrun.first_task_scheduling_delay")
    assert [bool(blocked.search(name)) for name in names] == [True, False]


def test_an_allow_list_of_metrics_replaces_the_block_list(render: Render):
    metrics = with_datadog(render, allowList=["^ti", "^pool"]).configuration["metrics"]
    assert metrics["metrics_allow_list"] == "^ti,^pool"
    assert "metrics_block_list" not in metrics


def test_tags_that_cost_are_left_out(render: Render):
    metrics = with_datadog(render, disabledTags=["run_id", "task_id"]).configuration["metrics"]
    assert metrics["statsd_disabled_tags"] == "run_id,task_id"


def test_another_port_reaches_airflow(render: Render):
    agents = {"networkPolicies": {"destinations": {"metrics": {"udpPorts": [8127]}}}}
    found = render(merged(merged(ON, agents), {"datadog": {"port": 8127}}))
    assert found.configuration["metrics"]["statsd_port"] == "8127"


def test_config_overrides_the_settings_of_metrics(render: Render):
    found = render(merged(ON, {"config": {"metrics": {"statsd_prefix": "mine"}}}))
    assert found.configuration["metrics"]["statsd_prefix"] == "mine"


@pytest.mark.parametrize("component", CONFIGURED, ids=str)
def test_pods_have_the_unified_service_labels(on: Manifests, component):
    labels = on.pod(component.label).labels
    wanted = {"env": "nonprod", "service": "airflow", "version": "3.3.2"}
    assert {f"tags.datadoghq.com/{name}": value for name, value in wanted.items()}.items() <= (
        labels.items()
    )
    assert labels["team"] == "payments"


def test_a_label_holds_as_much_of_a_tag_as_kubernetes_takes(render: Render):
    found = with_datadog(render, tags={"version": f"{'v' * 62}-{'w' * 20}"})
    assert found.pod("scheduler").labels["tags.datadoghq.com/version"] == "v" * 62


def test_selectors_stay_as_they_are(render: Render, on: Manifests):
    def selectors(manifests: Manifests) -> dict[str, Any]:
        kinds = ("Deployment", "StatefulSet", "Service", "PodDisruptionBudget")
        return {one["metadata"]["name"]: one["spec"]["selector"] for one in manifests.of(*kinds)}

    assert selectors(on) == selectors(render(merged(ON, {"datadog": {"enabled": False}})))


@pytest.mark.parametrize("component", CONFIGURED, ids=str)
def test_logs_have_a_source_and_a_service(on: Manifests, component):
    [log] = told(on.pod(component.label), "logs")
    assert (log["source"], log["service"]) == ("airflow", "airflow")


def test_an_entry_of_text_logs_begins_with_a_date(on: Manifests):
    [log] = told(on.pod("scheduler"), "logs")
    [rule] = log["log_processing_rules"]
    lines = ("[2026-01-01T00:00:00.1+0000] {x.py:1} INFO", "2026-01-01T00:00:00 [info]", "  File")
    assert [bool(re.match(rule["pattern"], line)) for line in lines] == [True, True, False]


def test_an_entry_of_json_logs_is_a_line(render: Render):
    found = render(merged(ON, {"config": {"logging": {"json_logs": True}}}))
    assert "log_processing_rules" not in told(found.pod("scheduler"), "logs")[0]


def test_there_is_no_log_annotation_with_logs_off(render: Render):
    pod = with_datadog(render, logs={"enabled": False}).pod("scheduler")
    assert "ad.datadoghq.com/scheduler.logs" not in pod.annotations


@pytest.mark.parametrize(
    "component", [one for one in CONFIGURED if one.label != "api-server"], ids=str
)
def test_the_agent_starts_no_check_automatically(on: Manifests, component):
    # Its default check of images called airflow uses an endpoint that Airflow 3 lacks.
    pod = on.pod(component.label)
    assert [told(pod, key) for key in ("check_names", "init_configs", "instances")] == [[], [], []]


def test_the_api_server_has_http_checks_instead_of_the_agents_default(on: Manifests):
    assert told(on.pod("api-server"), "checks")["airflow"] == {"instances": []}


def test_each_component_has_a_health_check(on: Manifests):
    found = {name: one["url"] for name, one in checks(on).items()}
    url = "http://%%host%%:8080/api/v2/monitor/health"
    assert found == {f"airflow_{part}": url for part in HEALTH}


@pytest.mark.parametrize("part", HEALTH)
@pytest.mark.parametrize("gap", [":", ": "], ids=["compact", "spaced"])
def test_a_component_is_healthy_if_the_answer_has_its_status(on: Manifests, part: str, gap: str):
    pattern = checks(on)[f"airflow_{part}"]["content_match"]
    answer = json.dumps(HEALTH, separators=(",", gap))
    ill = json.dumps({**HEALTH, part: {"status": "unhealthy"}}, separators=(",", gap))
    assert [bool(re.search(pattern, text)) for text in (answer, ill)] == [True, False]


def test_a_disabled_component_has_no_health_check(render: Render):
    found = render(merged(ON, {"triggerer": {"enabled": False}}))
    assert "airflow_triggerer" not in checks(found)


def test_the_check_follows_the_path_of_the_api(render: Render):
    values = {"config": {"api": {"base_url": "https://example.com/af"}}}
    [url] = {one["url"] for one in checks(render(merged(ON, values))).values()}
    assert url == "http://%%host%%:8080/af/api/v2/monitor/health"


def test_the_check_has_the_tags_of_metrics(on: Manifests):
    for name, one in checks(on).items():
        assert set(one["tags"]) == tags(on) | {f"component:{name.removeprefix('airflow_')}"}


def test_the_health_check_of_the_agent_can_be_off(render: Render):
    pod = with_datadog(render, healthCheck={"enabled": False}).pod("api-server")
    assert told(pod, "check_names") == []


AGENT = End("datadog", {"app": "datadog-agent"})


@pytest.mark.parametrize(
    ("component", "port", "reached"), [("api-server", 8080, True), ("triggerer", 8794, False)]
)
def test_policies_allow_agents_to_reach_only_the_api_server(
    on: Manifests, component: str, port: int, reached: bool
):
    target = pod_end(on.pod(component), "airflow")
    assert Network(on).allows(AGENT, target, port) is reached


@pytest.mark.parametrize(
    "health", [{"enabled": False}, {"namespace": ""}], ids=["off", "no namespace"]
)
def test_policies_allow_no_agent_without_a_health_check(render: Render, health: dict[str, Any]):
    found = with_datadog(render, healthCheck=health)
    assert not Network(found).allows(AGENT, pod_end(found.pod("api-server"), "airflow"), 8080)


@pytest.mark.parametrize("component", DEPLOYMENTS, ids=str)
def test_annotations_of_values_override_the_computed_ones(render: Render, component):
    key = f"ad.datadoghq.com/{component.container}.logs"
    found = render(merged(ON, {component.key: {"podAnnotations": {key: "[]"}}}))
    assert found.pod(component.label).annotations[key] == "[]"


def test_without_policies_no_network_is_needed(render: Render):
    values = {**HERE, "datadog": {"enabled": True}, "networkPolicies": {"enabled": False}}
    assert "statsd_port" in render(values).configuration["metrics"]
