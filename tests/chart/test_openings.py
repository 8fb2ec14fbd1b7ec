"""A policy that opens everything is refused, unless that is said."""

import pytest

from tests.chart.cases import merged
from tests.conftest import Render

OPENINGS = {
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
    "apiServer.networkPolicy.ingress.from": {
        "apiServer": {"networkPolicy": {"ingress": {"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}}}
    },
}


@pytest.mark.parametrize("where", OPENINGS)
def test_a_policy_that_opens_everything_is_refused(refusal, where: str):
    assert refusal(OPENINGS[where]) == (
        f"{where} opens everything: name what is needed, cut private ranges out by `except`, "
        "or set networkPolicies.allowAnywhere to true."
    )


@pytest.mark.parametrize("where", OPENINGS)
def test_a_policy_that_opens_everything_is_made_when_that_is_said(render: Render, where: str):
    values = merged(OPENINGS[where], {"networkPolicies": {"allowAnywhere": True}})
    assert render(values).of("NetworkPolicy")
