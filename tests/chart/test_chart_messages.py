"""Conclusions that the module of the scheduler draws from sentences of Kubernetes."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chart.programs import load

messages = load("chart_messages")

QUOTA = (
    'pods "a-task-1" is forbidden: exceeded quota: {name}, requested: {requested}, '
    "used: {used}, limited: {limited}"
)
NODES = (
    "0/{nodes} nodes are available: {reasons}. no new claims to deallocate, preemption: "
    "0/{nodes} nodes are available: {preemption}."
)
NEVER = "Preemption is not helpful for scheduling"
LATER = "No preemption victims found for incoming pod"


def refused(requested: str, limited: str) -> str | None:
    text = QUOTA.format(name="airflow", requested=requested, used="pods=9", limited=limited)
    return messages.above_quota(text)


@pytest.mark.parametrize(
    ("requested", "limited"),
    [
        ("requests.cpu=70", "requests.cpu=64"),
        ("requests.cpu=1001m", "requests.cpu=1"),
        ("requests.memory=2Gi", "requests.memory=2G"),
        ("pods=1", "pods=0"),
        ("pods=1,requests.cpu=70", "pods=250,requests.cpu=64"),
        ("pods=1,requests.memory=1Ti", "pods=1,requests.memory=256Gi"),
        ("limits.nvidia.com/gpu=3", "limits.nvidia.com/gpu=2"),
    ],
)
def test_a_pod_above_the_hard_limit_can_never_start(requested: str, limited: str):
    reason = refused(requested, limited)
    assert reason
    assert "the quota airflow allows" in reason


@pytest.mark.parametrize(
    ("requested", "limited"),
    [
        ("requests.cpu=64", "requests.cpu=64"),
        ("requests.cpu=1000m", "requests.cpu=1"),
        ("requests.memory=1Gi", "requests.memory=1024Mi"),
        ("pods=1,requests.cpu=100m", "pods=10,requests.cpu=1"),
    ],
)
def test_a_pod_within_the_hard_limit_waits(requested: str, limited: str):
    assert refused(requested, limited) is None


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_the_hard_limit_decides(requested: int, limited: int):
    reason = refused(f"requests.cpu={requested}m", f"requests.cpu={limited}m")
    assert bool(reason) == (requested > limited)


@given(st.text(st.characters(exclude_categories=["N"])))
def test_an_amount_that_is_no_quantity_decides_nothing(text: str):
    assert refused(f"requests.cpu={text}", "requests.cpu=1") is None
    assert refused("requests.cpu=1", f"requests.cpu={text}") is None


@pytest.mark.parametrize(
    ("reasons", "preemption", "never"),
    [
        ("1 Insufficient cpu", f"1 {NEVER}", True),
        ("3 Insufficient cpu", f"3 {NEVER}", True),
        ("1 Insufficient cpu, 1 Insufficient memory", f"2 {NEVER}", True),
        # It fits an empty node.
        ("1 Insufficient cpu", f"1 {LATER}", False),
        ("3 Insufficient cpu", f"1 {LATER}, 2 {NEVER}", False),
        # A node that takes no pods now may be large enough.
        ("1 Insufficient cpu, 1 node(s) were unschedulable", f"2 {NEVER}", False),
        ("1 node(s) had untolerated taint {a: b}, 2 Insufficient cpu", f"3 {NEVER}", False),
        ("1 node(s) didn't match Pod's node affinity/selector", f"1 {NEVER}", False),
        ("1 Too many pods", f"1 {LATER}", False),
    ],
)
def test_only_a_pod_larger_than_every_node_can_never_start(reasons, preemption, never):
    text = NODES.format(nodes=3, reasons=reasons, preemption=preemption)
    assert bool(messages.above_nodes(text)) == never


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no nodes available to schedule pods",
        "0/1 nodes are available: 1 Insufficient cpu.",
        "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to "
        "preemptionPolicy=Never.",
    ],
)
def test_a_pod_waits_if_kubernetes_says_nothing_about_its_size(text: str):
    assert messages.above_nodes(text) is None


def error(body: str | None) -> Exception:
    made = RuntimeError("(403) Reason: Forbidden")
    made.body = body
    return made


def test_the_reason_of_an_api_error_is_its_sentence():
    assert messages.reason(error(json.dumps({"message": "forbidden: why"}))) == "forbidden: why"


@pytest.mark.parametrize("body", [None, "", "no JSON", "[]", "{}", '"text"'])
def test_the_reason_of_an_error_without_a_sentence_is_its_text(body: str | None):
    assert messages.reason(error(body)) == "(403) Reason: Forbidden"


def test_the_reason_of_a_hook_is_that_of_its_cause():
    hook = RuntimeError("")
    hook.__cause__ = ValueError("no such team")
    assert messages.reason(hook) == "no such team"


def test_no_error_has_no_reason():
    assert messages.reason(None) is None
    assert messages.reason(SimpleNamespace(body=b"{}", __cause__=None))
