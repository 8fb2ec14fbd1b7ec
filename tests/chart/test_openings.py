"""A policy that allows everything is refused, unless networkPolicies.allowAnywhere is true."""

from typing import Any

import pytest

from scripts.manifests.network_policies import NAMESPACE_NAME, End, Network, address, pod_end
from tests.chart.cases import merged
from tests.conftest import Render

EXISTS: dict[str, Any] = {"key": "a", "operator": "Exists"}
# A selector that only excludes pods matches any other pod.
SOME: dict[str, Any] = {
    "matchExpressions": [EXISTS, {"key": "b", "operator": "NotIn", "values": ["c"]}]
}
PATTERNS = {"one": "*", "two": "**", "three": "*.*"}
OPENINGS: dict[str, dict[str, Any]] = {
    "networkPolicies.kubernetes.cidrs": {
        "networkPolicies": {"kubernetes": {"cidrs": ["0.0.0.0/0"]}}
    },
    "networkPolicies.database.cidrs": {"networkPolicies": {"database": {"cidrs": ["0.0.0.0/1"]}}},
    "networkPolicies.dns.cidrs": {"networkPolicies": {"dns": {"cidrs": ["::/0"]}}},
    "networkPolicies.internet.cidrs": {"networkPolicies": {"internet": {"except": []}}},
    "networkPolicies.destinations.git.cidrs": {
        "networkPolicies": {"destinations": {"git": {"except": []}}}
    },
    "networkPolicies.destinations.x.cidrs": {
        "networkPolicies": {
            "destinations": {"x": {"cidrs": ["0.0.0.0/0"], "except": ["192.0.2.0/24"]}}
        }
    },
    "networkPolicies.extraEgress.scheduler": {
        "networkPolicies": {
            "extraEgress": {"scheduler": [{"to": [{"podSelector": {}, "namespaceSelector": {}}]}]}
        }
    },
    "networkPolicies.extraEgress.worker": {"networkPolicies": {"extraEgress": {"worker": [{}]}}},
    "networkPolicies.extraEgress.triggerer": {
        "networkPolicies": {"extraEgress": {"triggerer": [{"to": [{"namespaceSelector": {}}]}]}}
    },
    "networkPolicies.extraEgress.api-server": {
        "networkPolicies": {"extraEgress": {"api-server": [{"to": [{"namespaceSelector": SOME}]}]}}
    },
    "networkPolicies.destinations.half.cidrs": {
        "networkPolicies": {"destinations": {"half": {"cidrs": ["0.0.0.0/7"]}}}
    },
    **{
        f"networkPolicies.destinations.{name}.fqdns": {
            "networkPolicies": {
                "cilium": {"enabled": True},
                "destinations": {name: {"fqdns": ["github.com", pattern]}},
            }
        }
        for name, pattern in PATTERNS.items()
    },
}
PRIVATE = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"]
# Ingress from all addresses is refused, even without private ones.
INWARDS: dict[str, dict[str, Any]] = {
    "all": {"ipBlock": {"cidr": "0.0.0.0/0"}},
    "public": {"ipBlock": {"cidr": "0.0.0.0/0", "except": PRIVATE}},
    "half": {"ipBlock": {"cidr": "128.0.0.0/1"}},
    "version 6": {"ipBlock": {"cidr": "::/0", "except": ["fc00::/7", "fe80::/10"]}},
    "empty peer": {},
    "any namespace": {"namespaceSelector": {}},
    "any pod": {"namespaceSelector": {}, "podSelector": {}},
    "expressions": {"namespaceSelector": SOME, "podSelector": SOME},
}


def inwards(peer: dict[str, Any]) -> dict[str, Any]:
    return {"apiServer": {"networkPolicy": {"ingress": {"from": [peer]}}}}


@pytest.mark.parametrize("where", OPENINGS)
def test_egress_to_everything_is_refused(refusal, where: str):
    said = refusal(OPENINGS[where])
    assert said.startswith(f"{where} allows all ")
    assert said.endswith("or set networkPolicies.allowAnywhere to true.")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("peer", INWARDS)
def test_ingress_from_everywhere_is_refused(refusal, peer: str):
    kind = "addresses" if "ipBlock" in INWARDS[peer] else "pods"
    assert refusal(inwards(INWARDS[peer])) == (
        f"apiServer.networkPolicy.ingress.from allows all {kind}: name those that are needed, "
        "or set networkPolicies.allowAnywhere to true."
    )


NAMED = {"matchLabels": {NAMESPACE_NAME: "ingress"}}
CONTROLLER = {"matchLabels": {"app": "controller"}}


@pytest.mark.parametrize(
    ("peer", "allowed"),
    [
        ({"ipBlock": {"cidr": "10.0.0.0/8"}}, address("10.1.2.3")),
        ({"ipBlock": {"cidr": "fc00::/7"}}, address("fd00::1")),
        ({"podSelector": {}}, End("airflow", {"app": "any"})),
        ({"namespaceSelector": NAMED}, End("ingress", {"app": "any"})),
        (
            {"namespaceSelector": NAMED, "podSelector": CONTROLLER},
            End("ingress", {"app": "controller"}),
        ),
        (
            {
                "namespaceSelector": {
                    "matchExpressions": [
                        {"key": NAMESPACE_NAME, "operator": "In", "values": ["ingress"]}
                    ]
                }
            },
            End("ingress", {"app": "any"}),
        ),
    ],
    ids=str,
)
def test_only_a_peer_that_values_name_reaches_the_api_server(
    render: Render, peer: dict, allowed: End
):
    manifests = render(inwards(peer))
    server = pod_end(manifests.pod("api-server"), "airflow")
    tried = (allowed, End("elsewhere", {"app": "any"}), address("8.8.8.8"))
    reached = [one for one in tried if Network(manifests).allows(one, server, 8080)]
    assert reached == [allowed]


PUBLIC, PRIVATE_ADDRESS = address("8.8.8.8"), address("10.9.8.7")
ANY_POD = End("elsewhere", {"app": "any"})
EXTERNAL_DATABASE = {
    "postgresql": {"enabled": False},
    "data": {"metadataSecretName": "mine"},
    "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
}


def egress(destination: str) -> dict[str, Any]:
    return {"networkPolicies": {"egress": {"worker": {destination: True}}}}


@pytest.mark.parametrize(
    ("where", "more", "caller", "target", "port"),
    [
        ("kubernetes.cidrs", {}, "scheduler", PUBLIC, 443),
        ("database.cidrs", EXTERNAL_DATABASE, "scheduler", PUBLIC, 5432),
        ("dns.cidrs", {}, "scheduler", address("2001:db8::1"), 53),
        ("internet.cidrs", {}, "worker", PRIVATE_ADDRESS, 443),
        ("destinations.git.cidrs", egress("git"), "worker", PRIVATE_ADDRESS, 22),
        ("destinations.x.cidrs", egress("x"), "worker", PRIVATE_ADDRESS, 443),
        ("destinations.half.cidrs", egress("half"), "worker", address("1.1.1.1"), 443),
        ("extraEgress.scheduler", {}, "scheduler", ANY_POD, 443),
        ("extraEgress.worker", {}, "worker", ANY_POD, 443),
        ("extraEgress.triggerer", {}, "triggerer", ANY_POD, 443),
    ],
)
def test_with_allow_anywhere_a_policy_may_open_everything(
    render: Render, where: str, more: dict, caller: str, target: End, port: int
):
    opening = OPENINGS[f"networkPolicies.{where}"]
    values = merged(more, merged(opening, {"networkPolicies": {"allowAnywhere": True}}))
    manifests = render(values)
    end = pod_end(manifests.pod(caller), "airflow")
    assert Network(manifests).allows(end, target, port, "UDP" if port == 53 else "TCP")


def test_with_allow_anywhere_a_rule_may_select_by_expressions(render: Render):
    opening = OPENINGS["networkPolicies.extraEgress.api-server"]
    manifests = render(merged(opening, {"networkPolicies": {"allowAnywhere": True}}))
    [rule] = opening["networkPolicies"]["extraEgress"]["api-server"]
    policy = manifests.find("NetworkPolicy", "airflow-api-server-policy")
    assert rule in policy["spec"]["egress"]


@pytest.mark.parametrize("name", PATTERNS)
def test_with_allow_anywhere_a_pattern_may_be_any_name(render: Render, name: str):
    opening = merged(OPENINGS[f"networkPolicies.destinations.{name}.fqdns"], egress(name))
    manifests = render(merged(opening, {"networkPolicies": {"allowAnywhere": True}}))
    policies = [one["spec"] for one in manifests.of("CiliumNetworkPolicy")]
    assert {"matchPattern": PATTERNS[name]} in [
        name for policy in policies for rule in policy["egress"] for name in rule.get("toFQDNs", [])
    ]
