"""Values replace defaults of the chart that Kubernetes does not accept together with them."""

from tests.conftest import Render

PAUSE = {"preStop": {"sleep": {"seconds": 5}}}
COMMAND = {"preStop": {"exec": {"command": ["{{ .Release.Name }}"]}}}
RENDERED = {"preStop": {"exec": {"command": ["airflow"]}}}


def test_the_recreate_strategy_has_no_rolling_update_settings(render: Render):
    manifests = render({"triggerer": {"strategy": {"type": "Recreate"}}})
    assert manifests.find("Deployment", "airflow-triggerer")["spec"]["strategy"] == {
        "type": "Recreate"
    }


def test_the_api_server_has_a_pre_stop_sleep(render: Render):
    assert render().pod("api-server").main.spec["lifecycle"] == PAUSE


def test_a_lifecycle_hook_of_the_component_replaces_the_sleep(render: Render):
    values = {"apiServer": {"containerLifecycleHooks": COMMAND}}
    assert render(values).pod("api-server").main.spec["lifecycle"] == RENDERED


def test_a_lifecycle_hook_of_all_components_replaces_the_sleep(render: Render):
    values = {"containerLifecycleHooks": COMMAND}
    assert render(values).pod("api-server").main.spec["lifecycle"] == RENDERED


def test_a_templated_port_is_rendered_as_a_number(render: Render):
    ports = [{"name": "api-server", "port": "{{ .Values.ports.apiServer }}"}]
    service = render({"apiServer": {"service": {"ports": ports}}}).find(
        "Service", "airflow-api-server"
    )
    assert service["spec"]["ports"] == [{"name": "api-server", "port": 8080}]


def test_a_templated_argument_may_contain_quotes(render: Render):
    values = {"scheduler": {"args": ["airflow", '{{ printf "%s" "scheduler" }}']}}
    assert render(values).pod("scheduler").main.spec["args"] == ["airflow", "scheduler"]


def test_workers_kubernetes_inherits_unset_keys_of_workers(render: Render):
    labels = {"example.com/of": "workers"}
    pod = render({"workers": {"labels": labels, "kubernetes": {"labels": None}}}).pod("worker")
    assert labels.items() <= pod.labels.items()


def test_a_policy_accepts_ipv6_networks(render: Render):
    values = {"networkPolicies": {"kubernetes": {"cidrs": ["::1/128"]}}}
    policy = render(values).find("NetworkPolicy", "airflow-scheduler-policy")
    assert {"ipBlock": {"cidr": "::1/128"}} in [
        peer for rule in policy["spec"]["egress"] for peer in rule["to"]
    ]


def test_the_policy_allows_the_port_of_the_database_url(render: Render):
    connection = {"host": "db.example.com", "port": 6432, "pass": "hunter2"}
    values = {
        "postgresql": {"enabled": False},
        "data": {"metadataConnection": connection},
        "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
    }
    policy = render(values).find("NetworkPolicy", "airflow-dag-processor-policy")
    ports = [port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]]
    assert 6432 in ports
