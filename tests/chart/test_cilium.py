"""Places that are known by name, for clusters with Cilium."""

from typing import Any

from tests.conftest import Render

NAMES = ["github.com", "*.githubusercontent.com"]
VALUES: dict[str, Any] = {
    "tasks": {"namespace": "airflow-tasks"},
    "networkPolicies": {
        "cilium": {"enabled": True},
        "destinations": {"code": {"fqdns": NAMES, "ports": [443]}},
        "egress": {"worker": {"code": True}},
    },
}


def test_pods_that_may_reach_a_name_may_query_it(render: Render):
    [policy] = [
        one
        for one in render(VALUES).of("CiliumNetworkPolicy")
        if one["metadata"]["name"] == "airflow-worker-names"
    ]
    asked, reached = policy["spec"]["egress"]
    assert asked["toPorts"][0]["rules"] == {"dns": [{"matchPattern": "*"}]}
    assert reached == {
        "toFQDNs": [{"matchName": NAMES[0]}, {"matchPattern": NAMES[1]}],
        "toPorts": [{"ports": [{"port": "443", "protocol": "TCP"}]}],
    }


def test_pods_may_query_dns_in_a_namespace_with_any_labels(render: Render):
    dns = {"namespaceLabels": {"team": "network", "zone": "a"}, "podLabels": {"app": "dns"}}
    policies = VALUES["networkPolicies"] | {"dns": dns}
    found = render(VALUES | {"networkPolicies": policies}).of("CiliumNetworkPolicy")
    prefix = "k8s:io.cilium.k8s.namespace.labels"
    labels = {f"{prefix}.team": "network", f"{prefix}.zone": "a", "app": "dns"}
    peers = [one["spec"]["egress"][0]["toEndpoints"] for one in found]
    assert peers == [[{"matchLabels": labels}]] * 2


def test_tasks_and_launched_pods_have_the_same_names(render: Render):
    found = {
        one["metadata"]["name"]: one["spec"]["endpointSelector"]["matchLabels"]
        for one in render(VALUES).of("CiliumNetworkPolicy")
    }
    assert found == {
        "airflow-worker-names": {"tier": "airflow", "component": "worker", "release": "airflow"},
        "airflow-tasks-names": {},
    }


def test_without_names_cilium_has_no_policies(render: Render):
    assert (
        render({"networkPolicies": {"cilium": {"enabled": True}}}).of("CiliumNetworkPolicy") == []
    )
