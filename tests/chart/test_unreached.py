"""A place that a component cannot do without, and that policies let nobody reach, is refused."""

from typing import Any

import pytest

from tests.chart.cases import merged
from tests.conftest import Render

NOWHERE: dict[str, Any] = {"networkPolicies": {"kubernetes": {"cidrs": []}}}
NO_LOGS: dict[str, Any] = {
    "config": {"logging": {"remote_logging": True}},
    "networkPolicies": {"destinations": {"objectStorage": {"cidrs": []}}},
}
TO_IT = [{"to": [{"ipBlock": {"cidr": "10.9.0.0/16"}}]}]


def test_a_scheduler_must_reach_the_kubernetes_api(refusal):
    assert refusal(NOWHERE) == (
        "networkPolicies.kubernetes.cidrs must name the network of the Kubernetes API, since "
        "network policies are on and scheduler needs it: name it there, or in "
        "networkPolicies.extraEgress.scheduler."
    )


def test_who_writes_and_who_shows_remote_logs_must_reach_them(refusal):
    assert refusal(NO_LOGS).splitlines() == [
        "networkPolicies.destinations.objectStorage.cidrs must name the network of remote logs, "
        f"since network policies are on and {component} needs it: name it there, or in "
        f"networkPolicies.extraEgress.{component}."
        for component in ("api-server", "worker")
    ]


@pytest.mark.parametrize(
    ("values", "more"),
    [
        (NOWHERE, {"networkPolicies": {"enabled": False}}),
        (NOWHERE, {"scheduler": {"enabled": False}}),
        (NOWHERE, {"networkPolicies": {"egress": {"scheduler": {"kubernetes": False}}}}),
        (NOWHERE, {"networkPolicies": {"extraEgress": {"scheduler": TO_IT}}}),
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
    ids=["no policies", "no scheduler", "not wanted", "a rule", "none", "no logs", "rules", "name"],
)
def test_what_is_not_needed_or_reached_otherwise_is_not_refused(
    render: Render, values: dict, more: dict
):
    assert render(merged(values, more)).objects
