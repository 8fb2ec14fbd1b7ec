"""A destination that a component needs must have an address, when network policies are on."""

from typing import Any

import pytest

from tests.chart.cases import merged
from tests.conftest import Render

NOWHERE: dict[str, Any] = {"networkPolicies": {"kubernetes": {"cidrs": []}}}
NO_LOGS: dict[str, Any] = {
    "config": {"logging": {"remote_logging": True}},
    "networkPolicies": {"destinations": {"objectStorage": {"cidrs": []}}},
}
# Components that call the Kubernetes API.
CALLERS = ("scheduler", "api-server", "create-secrets")
TO_IT = [{"to": [{"ipBlock": {"cidr": "10.9.0.0/16"}}]}]


@pytest.mark.parametrize("values", [NOWHERE, NO_LOGS], ids=["kubernetes", "logs"])
def test_a_needed_destination_without_an_address_is_refused(refusal, values: dict):
    assert "cidrs is empty" in refusal(values)


@pytest.mark.parametrize(
    ("values", "more"),
    [
        (NOWHERE, {"networkPolicies": {"enabled": False}}),
        (NOWHERE, {"networkPolicies": {"egress": {one: {"kubernetes": False} for one in CALLERS}}}),
        (NOWHERE, {"networkPolicies": {"extraEgress": dict.fromkeys(CALLERS, TO_IT)}}),
        (NOWHERE, {"networkPolicies": {"kubernetes": {"podLabels": {"component": "apiserver"}}}}),
        (NO_LOGS, {"networkPolicies": {"enabled": False}}),
        (NO_LOGS, {"config": {"logging": {"remote_logging": False}}}),
        (NO_LOGS, {"networkPolicies": {"extraEgress": {"api-server": TO_IT, "worker": TO_IT}}}),
        (
            NO_LOGS,
            {
                "networkPolicies": {
                    "cilium": {"enabled": True},
                    "destinations": {"objectStorage": {"fqdns": ["s3.amazonaws.com"]}},
                }
            },
        ),
    ],
    ids=["no policies", "not wanted", "rules", "labels", "none", "no logs", "log rules", "name"],
)
def test_a_destination_that_is_not_needed_may_be_empty(render: Render, values: dict, more: dict):
    assert render(merged(values, more)).objects
