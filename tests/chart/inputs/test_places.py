"""A place in the cluster is named by labels, by an address, or by rules of the callers."""

from typing import Any

import pytest

from scripts.manifests.network_policies import NAMESPACE_NAME, End
from tests.chart.cases import merged
from tests.chart.inputs.asked import (
    CALLERS_OF_THE_DATABASE,
    MIGRATIONS,
    assert_refused,
    reaching,
    rendered,
)

ELSEWHERE: dict[str, Any] = {
    "postgresql": {"enabled": False},
    "data": {"metadataSecretName": "flows-metadata"},
}
CALLERS = {*CALLERS_OF_THE_DATABASE, MIGRATIONS}
NAMESPACE = {NAMESPACE_NAME: "databases"}
LABELS = {"cnpg.io/cluster": "flows"}
DATABASE = End("databases", LABELS)
RULE = {
    "to": [
        {"namespaceSelector": {"matchLabels": NAMESPACE}, "podSelector": {"matchLabels": LABELS}}
    ],
    "ports": [{"port": 5432}],
}


def by_labels(**labels: Any) -> dict[str, Any]:
    return {**ELSEWHERE, "networkPolicies": {"database": labels}}


def by_rules(*callers: str) -> dict[str, Any]:
    return {**ELSEWHERE, "networkPolicies": {"extraEgress": {name: [RULE] for name in callers}}}


def test_a_database_in_another_namespace_is_named_by_labels():
    values = by_labels(namespaceLabels=NAMESPACE, podLabels=LABELS)
    assert reaching(rendered(values), DATABASE, 5432) == CALLERS


def test_labels_of_a_database_name_one_peer():
    values = by_labels(namespaceLabels=NAMESPACE, podLabels=LABELS)
    others = (End("databases", {"app": "other"}), End("other", LABELS))
    assert [reaching(rendered(values), other, 5432) for other in others] == [set(), set()]


def test_a_pooler_of_connections_is_named_with_its_port():
    pooler = {"app": "pooler"}
    values = by_labels(namespaceLabels=NAMESPACE, podLabels=pooler, ports=[6432])
    assert reaching(rendered(values), End("databases", pooler), 6432) == CALLERS


def test_rules_of_all_callers_lead_to_a_database():
    assert reaching(rendered(by_rules(*CALLERS)), DATABASE, 5432) == CALLERS


@pytest.mark.parametrize("missing", sorted(CALLERS))
def test_a_caller_without_a_rule_to_the_database_is_named(notes, prod, missing: str):
    values = by_rules(*CALLERS - {missing})
    assert f"WARNING: {missing} may reach any address on port 5432" in notes(values)
    nowhere = {"networkPolicies": {"database": {"cidrs": []}}}
    assert_refused(merged(merged(prod, nowhere), values), "networkPolicies.database", missing)


def test_a_collector_in_the_same_cluster_is_named_by_labels():
    place = {"namespaceLabels": {NAMESPACE_NAME: "watch"}, "podLabels": {"app": "exporter"}}
    metrics = {**place, "ports": [], "udpPorts": [9125]}
    values = merged(
        {"config": {"metrics": {"statsd_on": True, "statsd_port": 9125}}},
        {"networkPolicies": {"destinations": {"metrics": metrics}}},
    )
    exporter = End("watch", {"app": "exporter"})
    assert {"scheduler", "worker"} <= reaching(rendered(values), exporter, 9125, "UDP")
