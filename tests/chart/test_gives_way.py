"""What the chart sets itself gives way to values that exclude it, so that Kubernetes takes both."""

from tests.conftest import Render

PAUSE = {"preStop": {"sleep": {"seconds": 5}}}
COMMAND = {"preStop": {"exec": {"command": ["{{ .Release.Name }}"]}}}
RENDERED = {"preStop": {"exec": {"command": ["airflow"]}}}


def test_recreate_has_no_numbers_of_a_rolling_update(render: Render):
    manifests = render({"triggerer": {"strategy": {"type": "Recreate"}}})
    assert manifests.find("Deployment", "airflow-triggerer")["spec"]["strategy"] == {
        "type": "Recreate"
    }


def test_the_api_server_pauses_before_it_stops(render: Render):
    assert render().pod("api-server").main.spec["lifecycle"] == PAUSE


def test_a_hook_of_the_component_replaces_the_pause(render: Render):
    values = {"apiServer": {"containerLifecycleHooks": COMMAND}}
    assert render(values).pod("api-server").main.spec["lifecycle"] == RENDERED


def test_a_hook_of_all_components_replaces_the_pause(render: Render):
    values = {"containerLifecycleHooks": COMMAND}
    assert render(values).pod("api-server").main.spec["lifecycle"] == RENDERED


def test_templated_ports_are_numbers(render: Render):
    ports = [{"name": "api-server", "port": "{{ .Values.ports.apiServer }}"}]
    service = render({"apiServer": {"service": {"ports": ports}}}).find(
        "Service", "airflow-api-server"
    )
    assert service["spec"]["ports"] == [{"name": "api-server", "port": 8080}]


def test_templated_arguments_may_hold_quotes(render: Render):
    values = {"scheduler": {"args": ["airflow", '{{ printf "%s" "scheduler" }}']}}
    assert render(values).pod("scheduler").main.spec["args"] == ["airflow", "scheduler"]


def test_unset_keys_of_kubernetes_workers_are_those_of_workers(render: Render):
    labels = {"example.com/of": "workers"}
    pod = render({"workers": {"labels": labels, "kubernetes": {"labels": None}}}).pod("worker")
    assert labels.items() <= pod.labels.items()


def test_addresses_may_be_those_of_version_6(render: Render):
    values = {"networkPolicies": {"kubernetes": {"cidrs": ["::1/128"]}}}
    policy = render(values).find("NetworkPolicy", "airflow-scheduler-policy")
    assert {"ipBlock": {"cidr": "::1/128"}} in [
        peer for rule in policy["spec"]["egress"] for peer in rule["to"]
    ]


def test_the_policy_opens_the_port_of_the_databases_url(render: Render):
    connection = {"host": "db.example.com", "port": 6432, "pass": "hunter2"}
    values = {
        "postgresql": {"enabled": False},
        "data": {"metadataConnection": connection},
        "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
    }
    policy = render(values).find("NetworkPolicy", "airflow-dag-processor-policy")
    ports = [port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]]
    assert 6432 in ports
