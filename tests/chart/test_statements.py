"""Maps that are one statement: what values state replaces the chart's default as a whole."""

from typing import Any

import pytest

from tests.conftest import Render

NAMESPACE, POD = {"kubernetes.io/metadata.name": "kube-system"}, {"k8s-app": "kube-dns"}


def dns_peers(render: Render, **dns: Any) -> list[tuple[dict, dict]]:
    """The labels of namespaces and pods in the DNS rule of each policy."""
    policies = render({"networkPolicies": {"dns": dns}}).of("NetworkPolicy")
    peers = [
        peer
        for policy in policies
        for rule in policy["spec"].get("egress") or []
        if 53 in [port.get("port") for port in rule.get("ports") or []]
        for peer in rule["to"]
    ]
    assert peers
    return [(p["namespaceSelector"]["matchLabels"], p["podSelector"]["matchLabels"]) for p in peers]


@pytest.mark.parametrize("labels", [{}, None])
def test_dns_has_its_usual_labels(render: Render, labels: Any):
    peers = dns_peers(render, namespaceLabels=labels, podLabels=labels)
    assert peers == [(NAMESPACE, POD)] * len(peers)


@pytest.mark.parametrize("more", [{}, {"k8s-app": None}], ids=str)
def test_stated_labels_of_dns_replace_the_usual_ones(render: Render, more: dict):
    peers = dns_peers(render, podLabels={"dns": "default", **more})
    assert peers == [(NAMESPACE, {"dns": "default"})] * len(peers)


def test_a_namespace_of_dns_may_have_any_labels(render: Render):
    peers = dns_peers(render, namespaceLabels={"team": "network"})
    assert peers == [({"team": "network"}, POD)] * len(peers)


@pytest.mark.parametrize("key", ["apiServer", "dagProcessor", "triggerer"])
def test_a_stated_strategy_replaces_the_charts(render: Render, key: str):
    strategy = {"rollingUpdate": {"maxUnavailable": 1}}
    component = {"apiServer": "api-server", "dagProcessor": "dag-processor"}.get(key, key)
    usual = render().workload(component)["spec"]["strategy"]["rollingUpdate"]
    assert usual.keys() == {"maxSurge", "maxUnavailable"}
    stated = render({key: {"strategy": strategy}}).workload(component)["spec"]["strategy"]
    assert stated == strategy


@pytest.mark.parametrize(
    ("config", "spec"),
    [
        (None, {"maxUnavailable": 1}),
        ({"maxUnavailable": "50%"}, {"maxUnavailable": "50%"}),
        ({"minAvailable": 2}, {"minAvailable": 2}),
        ({"minAvailable": 2, "maxUnavailable": None}, {"minAvailable": 2}),
        ({"minAvailable": None, "maxUnavailable": 2}, {"maxUnavailable": 2}),
        (
            {"unhealthyPodEvictionPolicy": "IfHealthyBudget"},
            {"unhealthyPodEvictionPolicy": "IfHealthyBudget", "maxUnavailable": 1},
        ),
    ],
    ids=str,
)
def test_a_disruption_budget_has_one_limit(render: Render, config: Any, spec: dict):
    values = {"scheduler": {"podDisruptionBudget": {"enabled": True, "config": config}}}
    found = dict(render(values).find("PodDisruptionBudget", "airflow-scheduler-pdb")["spec"])
    del found["selector"]
    assert found == {"unhealthyPodEvictionPolicy": "AlwaysAllow", **spec}
