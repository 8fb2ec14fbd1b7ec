"""Who calls whom is what files/tables.yaml says, in both directions and on both ends."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from scripts.manifests.network_policies import End, Network, address, pod_end
from tests.chart.cases import LISTENING, Case, policies
from tests.conftest import Render
from tests.rendered import Manifests

METADATA_SERVICE = "169.254.169.254"
PRIVATE = ("10.9.8.7", "172.16.9.8", "192.168.9.8", "100.64.9.8")
OUTSIDE = "8.8.8.8"
PORTS = [("TCP", port) for port in (22, 80, 443, 587, 5432, 6443, 8126, 9999)] + [("UDP", 8125)]


def test_every_pod_is_a_row_of_the_traffic_table(case: Case):
    assert case.pods.keys() <= case.tables["traffic"].keys()


def test_pods_reach_each_other_exactly_as_the_table_says(case: Case):
    wrong = {
        f"{caller} -> {callee}:{port}": "open" if is_open else "closed"
        for caller, callee, port in case.meetings()
        if (is_open := case.network.allows(case.ends[caller], case.ends[callee], port))
        != (case.calls(caller, callee) and port == case.port(callee))
    }
    assert wrong == {}


def test_the_kubernetes_api_is_reached_exactly_as_the_table_says(case: Case):
    api = address(case.kubernetes)
    reaching = {c for c, end in case.ends.items() if case.network.allows(end, api, 443)}
    assert reaching == {c for c in case.pods if case.calls(c, "kubernetes")}
    assert reaching


def test_addresses_outside_are_reached_exactly_as_they_are_named(case: Case):
    tried = list(product(case.ends, {OUTSIDE, *case.addresses()}, PORTS))
    wrong = [
        (caller, target, port, protocol)
        for caller, target, (protocol, port) in tried
        if case.network.allows(case.ends[caller], address(target), port, protocol)
        != case.should_reach(caller, target, port, protocol)
    ]
    assert len(tried) > 100
    assert wrong == []


def test_a_pod_that_a_task_launched_reaches_outside_what_is_named(case: Case):
    launched = End(case.tasks, {"kubernetes_pod_operator": "True"})
    wrong = [
        (target, port, protocol)
        for target, (protocol, port) in product({OUTSIDE, *case.addresses()}, PORTS)
        if case.network.allows(launched, address(target), port, protocol)
        != case.should_reach("tasks", target, port, protocol)
    ]
    assert wrong == []


def test_an_external_database_is_reached_exactly_as_the_table_says(case: Case):
    if not case.database:
        assert "postgresql" in case.pods
        return
    database = address(case.database)
    reaching = {c for c, end in case.ends.items() if case.network.allows(end, database, 5432)}
    assert reaching == {c for c in case.pods if case.calls(c, "postgresql")}


def test_nobody_reaches_the_metadata_service_of_the_node(case: Case):
    service = address(METADATA_SERVICE)
    reaching = [c for c, end in case.ends.items() if case.network.allows(end, service, 80)]
    assert reaching == []


def test_everybody_but_the_database_asks_for_names(case: Case):
    resolver = End("kube-system", {"k8s-app": "kube-dns"})
    asking = {
        component
        for component, end in case.ends.items()
        if all(case.network.allows(end, resolver, 53, how) for how in ("UDP", "TCP"))
    }
    assert asking == case.pods.keys() - {"postgresql"}


STRANGERS = {
    "a pod of nobody's": {},
    "a pod of another release": {"tier": "airflow", "component": "worker", "release": "other"},
    "a pod that a task launched": {"kubernetes_pod_operator": "True"},
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_strangers_reach_no_pod_of_the_release(case: Case, stranger: str):
    reached = [
        f"{component}:{port} from {where}"
        for where in (case.namespace, case.tasks, "elsewhere")
        for component, end in case.ends.items()
        for port in sorted(LISTENING | set(end.ports.values()))
        if case.network.allows(End(where, STRANGERS[stranger]), end, port)
    ]
    assert reached == []


def test_a_pod_that_a_task_launched_reaches_nothing_private(case: Case):
    launched = End(case.tasks, {"kubernetes_pod_operator": "True"})
    inside = (case.kubernetes, METADATA_SERVICE, *PRIVATE)
    assert [one for one in inside if case.network.allows(launched, address(one), 443)] == []


def test_the_table_calls_only_what_there_is(tables: Mapping[str, Any]):
    known = (
        tables["traffic"].keys() | {"kubernetes", "internet"} | policies([])["destinations"].keys()
    )
    assert {callee for row in tables["traffic"].values() for callee in row} <= known


def test_every_called_component_has_a_port(tables: Mapping[str, Any]):
    called = {callee for row in tables["traffic"].values() for callee in row}
    assert called & tables["traffic"].keys() == tables["ports"].keys()


def test_every_container_port_is_one_that_somebody_calls(case: Case):
    listening = {(c, port) for c, end in case.ends.items() for port in end.ports.values()}
    known = {(component, case.port(component)) for component in case.tables["ports"]}
    assert listening <= known


def test_without_policies_there_are_none(render: Render):
    assert render({"networkPolicies": {"enabled": False}}).of("NetworkPolicy") == []


def test_another_port_is_another_port_everywhere(render: Render):
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


def test_whoever_is_named_may_call_the_api_server_from_outside(render: Render):
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
    # The others call the Kubernetes API, which by default may be at any private address.
    assert reached_by(manifests, "10.2.3.4") == {
        "triggerer",
        *{"api-server", "scheduler", "create-secrets"},
    }


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


def test_a_place_with_a_name_is_reached_by_whom_values_say(render: Render):
    egress = {"worker": {"warehouse": True}, "triggerer": {"warehouse": False}}
    manifests = render(
        {"networkPolicies": {"destinations": {"warehouse": WAREHOUSE}, "egress": egress}}
    )
    assert reached_by(manifests, "10.40.1.2", 5439) == {"worker"}


def test_no_place_is_reached_that_nobody_is_said_to_reach(render: Render):
    manifests = render({"networkPolicies": {"destinations": {"warehouse": WAREHOUSE}}})
    assert reached_by(manifests, "10.40.1.2", 5439) == set()


def test_of_ipv6_private_and_metadata_addresses_are_cut_out_too(render: Render):
    manifests = render({"networkPolicies": {"internet": {"cidrs": ["0.0.0.0/0", "::/0"]}}})
    targets = ("2001:db8::1", "fd00:ec2::254", "fe80::1")
    assert ["worker" in reached_by(manifests, one) for one in targets] == [True, False, False]


def test_dags_from_elsewhere_are_fetched(render: Render):
    bundle = {"name": "main", "classpath": "airflow.providers.git.bundles.git.GitDagBundle"}
    manifests = render({"dagProcessor": {"dagBundleConfigList": [bundle]}})
    assert "dag-processor" in reached_by(manifests, OUTSIDE, 22)


@pytest.mark.parametrize(
    ("tasks", "value", "denied"),
    [("", None, False), ("", True, True), ("own", None, True), ("own", False, False)],
)
def test_others_in_the_namespace_of_the_release_are_cut_off(
    render: Render, tasks: str, value: bool | None, denied: bool
):
    policies = {} if value is None else {"defaultDeny": value}
    manifests = render({"tasks": {"namespace": tasks}, "networkPolicies": policies})
    other = End("airflow", {"app": "other"})
    assert Network(manifests).allows(other, address(OUTSIDE), 443) is not denied
