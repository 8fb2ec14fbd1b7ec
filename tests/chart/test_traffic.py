"""Values of network policies; what every render allows is in properties/traffic.py."""

import pytest

from scripts.manifests.network_policies import End, Network, address, pod_end
from tests.chart.cases import policies
from tests.chart.tables import TABLES
from tests.conftest import Render
from tests.rendered import Manifests

OUTSIDE = "8.8.8.8"


def test_the_table_calls_only_known_components_and_destinations():
    known = {*TABLES.components, "kubernetes", "internet", *policies([])["destinations"]}
    assert {callee for caller in TABLES.components for callee in TABLES.calls(caller)} <= known


def test_exactly_the_components_that_are_called_serve_a_port():
    callees = {callee for caller in TABLES.components for callee in TABLES.calls(caller)}
    substitutes = {name for name, row in TABLES.components.items() if "standsFor" in row}
    assert callees & TABLES.components.keys() | substitutes == TABLES.called


def test_without_policies_there_are_none(render: Render):
    assert render({"networkPolicies": {"enabled": False}}).of("NetworkPolicy") == []


def test_a_changed_port_is_used_everywhere(render: Render):
    ports = {"apiServer": 9090, "triggererLogs": 9091}
    manifests = render({"ports": ports})
    network = Network(manifests)
    worker = pod_end(manifests.pod("worker"), "airflow")
    server = pod_end(manifests.pod("api-server"), "airflow")
    triggerer = pod_end(manifests.pod("triggerer"), "airflow")
    reached = [
        network.allows(worker, server, 9090),
        network.allows(server, triggerer, 9091),
        network.allows(worker, server, 8080),
        network.allows(server, triggerer, 8794),
    ]
    assert reached == [True, True, False, False]


def test_a_named_peer_may_call_the_api_server(render: Render):
    peer = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}},
        "podSelector": {"matchLabels": {"app": "controller"}},
    }
    manifests = render({"apiServer": {"networkPolicy": {"ingress": {"from": [peer]}}}})
    server = pod_end(manifests.pod("api-server"), "airflow")
    network = Network(manifests)
    assert network.allows(End("ingress", {"app": "controller"}), server, 8080)
    assert not network.allows(End("ingress", {"app": "other"}), server, 8080)


def test_a_port_for_callers_from_outside_is_templated(render: Render):
    ingress = {
        "from": [{"ipBlock": {"cidr": "10.2.0.0/16"}}],
        "ports": [{"protocol": "TCP", "port": "{{ .Values.ports.apiServer }}"}],
    }
    manifests = render({"apiServer": {"networkPolicy": {"ingress": ingress}}})
    server = pod_end(manifests.pod("api-server"), "airflow")
    assert Network(manifests).allows(address("10.2.3.4"), server, 8080)


def test_a_rule_of_the_installer_is_added_to_the_component_that_it_names(render: Render):
    rule = [{"to": [{"ipBlock": {"cidr": "10.2.0.0/16"}}], "ports": [{"port": 443}]}]
    manifests = render({"networkPolicies": {"extraEgress": {"triggerer": rule}}})
    # By default the Kubernetes API may be at any private address.
    on = ("always", "podLogReading", "kubernetesRights")
    there = {pod.component for pod in manifests.pods()}
    calling = {name for name in there if TABLES.calls(name).get("kubernetes") in on}
    assert reached_by(manifests, "10.2.3.4") == {"triggerer", *calling}


def reached_by(manifests: Manifests, target: str, port: int = 443) -> set[str]:
    network = Network(manifests)
    return {
        pod.component
        for pod in manifests.pods()
        if network.allows(pod_end(pod, "airflow"), address(target), port)
    }


def test_tasks_reach_the_internet_only_when_they_may(render: Render):
    manifests = render({"networkPolicies": {"internet": {"enabled": False}}})
    assert reached_by(manifests, OUTSIDE) == set()


WAREHOUSE = {"cidrs": ["10.40.0.0/16"], "ports": [5439]}


def test_a_destination_is_reached_only_by_components_with_an_egress_switch(render: Render):
    egress = {"worker": {"warehouse": True}, "triggerer": {"warehouse": False}}
    manifests = render(
        {"networkPolicies": {"destinations": {"warehouse": WAREHOUSE}, "egress": egress}}
    )
    assert reached_by(manifests, "10.40.1.2", 5439) == {"worker"}


def test_a_destination_without_an_egress_switch_is_not_reached(render: Render):
    manifests = render({"networkPolicies": {"destinations": {"warehouse": WAREHOUSE}}})
    assert reached_by(manifests, "10.40.1.2", 5439) == set()


def test_private_and_metadata_addresses_of_ipv6_are_excluded(render: Render):
    manifests = render({"networkPolicies": {"internet": {"cidrs": ["0.0.0.0/0", "::/0"]}}})
    targets = ("2001:db8::1", "fd00:ec2::254", "fe80::1")
    assert ["worker" in reached_by(manifests, one) for one in targets] == [True, False, False]


def test_remote_bundles_open_their_destination(render: Render):
    bundle = {"name": "main", "classpath": "airflow.providers.git.bundles.git.GitDagBundle"}
    manifests = render({"dagProcessor": {"dagBundleConfigList": [bundle]}})
    assert "dag-processor" in reached_by(manifests, OUTSIDE, 22)


@pytest.mark.parametrize("executor", ["KubernetesExecutor", "CeleryExecutor", "LocalExecutor"])
def test_pods_that_fetch_bundles_from_a_bucket_reach_object_storage(render: Render, executor: str):
    bundle = {"name": "main", "classpath": "airflow.providers.amazon.aws.bundles.s3.S3DagBundle"}
    storage = {"cidrs": ["10.8.0.0/16"], "ports": [9000]}
    manifests = render(
        {
            "executor": executor,
            "dagProcessor": {"dagBundleConfigList": [bundle]},
            "networkPolicies": {"destinations": {"objectStorage": storage}},
        }
    )
    runner = "scheduler" if executor == "LocalExecutor" else "worker"
    assert reached_by(manifests, "10.8.1.2", 9000) == {"dag-processor", runner}


@pytest.mark.parametrize(
    ("tasks", "value", "denied"),
    [("", None, False), ("", True, True), ("own", None, True), ("own", False, False)],
)
def test_default_deny_isolates_other_pods_in_the_namespace(
    render: Render, tasks: str, value: bool | None, denied: bool
):
    policies = {} if value is None else {"defaultDeny": value}
    manifests = render({"tasks": {"namespace": tasks}, "networkPolicies": policies})
    other = End("airflow", {"app": "other"})
    assert Network(manifests).allows(other, address(OUTSIDE), 443) is not denied
