"""Verdicts: the expressions of the chart and the functions of scripts.admission agree."""

from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.admission.placement import mutated
from scripts.admission.table import Table
from scripts.admission.verdict import Request, verdict
from scripts.paths import ROOT
from tests.admission.expressions import Rules
from tests.admission.pods import NAMESPACES, random_pod

CASES: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests/admission/verdicts.yaml").read_text())
# The permissions that the chart grants with the table of the tests: ServiceAccount and class.
MAY = {
    "payments": ["spark", "highmem"],
    "payments-tasks": ["spark", "highmem"],
    "finance": ["spark", "gpu"],
}
# Texts with which KubernetesExecutor tries again for ever.
RETRIED = ("exceeded quota", "object has been modified", "too old resource version")


def permissions(namespace: str) -> list[str]:
    accounts = ("spark-driver",) if namespace == "finance" else ("spark-driver", "default")
    return [f"{account} {name}" for account in accounts for name in MAY.get(namespace, [])]


def request_of(case: dict[str, Any], table: Table) -> Request:
    """The request of a case, in the state in which rules see it: placed, when it is created."""
    namespace, user = case.get("namespace", "payments"), case.get("user", "author")
    groups, labels = case.get("groups", []), case.get("labels", {})
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{}], **case.get("spec", {})}}
    before = None
    if "before" in case:
        before = {**pod, "metadata": {"labels": case["before"]}}
    else:
        pod = mutated(pod, table, user=user, groups=groups)
    return Request(namespace, pod, before, user, groups, may(namespace))


def may(namespace: str) -> Any:
    return lambda account, name: f"{account} {name}" in permissions(namespace)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_has_its_verdict(case: dict[str, Any], table: Table, rules: Rules):
    request = request_of(case, table)
    expected = [case["says"] + table.contact] if case["says"] else []
    of_chart = rules.verdict(request, permissions(request.namespace))
    assert (verdict(request, table)[:1], of_chart[:1]) == (expected, expected)


@settings(max_examples=300)
@given(seed=st.integers(0, 2**32))
def test_the_chart_and_the_functions_judge_random_pods_alike(seed: int, table: Table, rules: Rules):
    random = Random(seed)
    namespace = random.choice(NAMESPACES)
    pod = random_pod(random, namespace)
    before = None
    if random.random() < 0.3:
        before = {**pod, "metadata": random_pod(random, namespace)["metadata"]}
    elif random.random() < 0.8:
        pod = mutated(pod, table)
    request = Request(namespace, pod, before, may_use=may(namespace))
    assert rules.verdict(request, permissions(namespace)) == verdict(request, table)


def test_no_sentence_makes_the_executor_try_again_for_ever(table: Table):
    said = [case["says"] + table.contact for case in CASES if case["says"]]
    assert said
    assert [one for one in said if any(text in one for text in RETRIED) or "\n" in one] == []
