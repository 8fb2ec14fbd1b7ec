"""A policy that allows everything is refused, unless networkPolicies.allowAnywhere is true."""

from typing import Any

import pytest

from tests.chart.cases import merged
from tests.conftest import Render

EXISTS: dict[str, Any] = {"key": "a", "operator": "Exists"}
# A selector that only excludes pods matches any other pod.
SOME: dict[str, Any] = {
    "matchExpressions": [EXISTS, {"key": "b", "operator": "NotIn", "values": ["c"]}]
}
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
        for name, pattern in {"one": "*", "two": "**", "three": "*.*"}.items()
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


@pytest.mark.parametrize(
    "peer",
    [
        {"ipBlock": {"cidr": "10.0.0.0/8"}},
        {"ipBlock": {"cidr": "fc00::/7"}},
        {"podSelector": {}},
        {"namespaceSelector": {"matchLabels": {"a": "b"}}},
        {"namespaceSelector": {}, "podSelector": {"matchLabels": {"a": "b"}}},
        {
            "namespaceSelector": {
                "matchExpressions": [{**EXISTS, "operator": "In", "values": ["b"]}]
            }
        },
    ],
    ids=str,
)
def test_ingress_from_a_named_peer_is_accepted(render: Render, peer: dict):
    assert render(inwards(peer)).of("NetworkPolicy")


@pytest.mark.parametrize("where", OPENINGS)
def test_egress_to_everything_is_accepted_with_allow_anywhere(render: Render, where: str):
    values = merged(OPENINGS[where], {"networkPolicies": {"allowAnywhere": True}})
    assert render(values).of("NetworkPolicy")
