"""Placement: a class narrows the nodes of a pod, never more and never less."""

from collections.abc import Mapping
from copy import deepcopy
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scripts.admission.nodes import Node, feasible, satisfies
from scripts.admission.placement import mutated, placed
from scripts.admission.table import Class, Table
from scripts.paths import ROOT
from tests.admission.pods import random_nodes, random_spec

SEEDS = st.integers(0, 2**32)
CASES: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests/admission/placements.yaml").read_text())
NAMES = ("spark", "highmem", "gpu")


def pod_of(random: Random) -> dict:
    return {"metadata": {}, "spec": random_spec(random)}


def accepting(its: Class, nodes: list[Node]) -> set[str]:
    """The nodes that meet the requirements of a class, whatever their taints are."""
    return {node.name for node in nodes if all(satisfies(node.labels, one) for one in its.demands)}


@given(seed=SEEDS, name=st.sampled_from(NAMES))
def test_a_second_placement_changes_nothing(seed: int, name: str, table: Table):
    once = placed(pod_of(Random(seed)), table.classes[name])
    assert placed(once, table.classes[name]) == once


@given(seed=SEEDS, one=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
def test_the_order_of_two_classes_does_not_change_the_nodes(
    seed: int, one: str, other: str, table: Table
):
    random = Random(seed)
    pod, nodes = pod_of(random), random_nodes(random)
    first, second = table.classes[one], table.classes[other]
    there, back = placed(placed(pod, first), second), placed(placed(pod, second), first)
    assert feasible(there["spec"], nodes) == feasible(back["spec"], nodes)


@given(seed=SEEDS, name=st.sampled_from(NAMES))
def test_the_nodes_of_a_placed_pod_are_its_own_in_the_class(seed: int, name: str, table: Table):
    random = Random(seed)
    pod, nodes, its = pod_of(random), random_nodes(random), table.classes[name]
    # A value of the pod stays; the rules refuse one that contradicts the class.
    own = pod["spec"].get("nodeSelector") or {}
    for key in its.node_selector.keys() & own.keys():
        own[key] = its.node_selector[key]
    # The class's own taints are tolerated, in addition to those of the pod.
    tolerant = deepcopy(pod["spec"])
    tolerant["tolerations"] = [*tolerant.get("tolerations", []), *its.tolerations]
    expected = feasible(tolerant, nodes) & accepting(its, nodes)
    assert feasible(placed(pod, its)["spec"], nodes) == expected


@given(seed=SEEDS)
def test_a_pod_without_a_class_stays_as_it_is(seed: int, table: Table):
    pod = pod_of(Random(seed))
    assert mutated(pod, table) == pod


@given(seed=SEEDS, name=st.sampled_from(NAMES))
def test_what_a_pod_has_stays_where_it_is(seed: int, name: str, table: Table):
    pod = pod_of(Random(seed))
    made = placed(pod, table.classes[name])["spec"]
    own = pod["spec"].get("tolerations", [])
    assert made["tolerations"][: len(own)] == own
    assert pod["spec"].get("nodeSelector", {}).items() <= made.get("nodeSelector", {}).items()


def test_an_exempt_user_gets_no_placement(table: Table):
    pod = {"metadata": {"labels": {"workload-class": "spark"}}, "spec": {"containers": [{}]}}
    assert mutated(pod, table, groups=["system:nodes"]) == pod
    assert mutated(pod, table) != pod


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_has_its_placement(case: dict[str, Any], table: Table):
    container = {"name": "base", "image": "example.test/image"}
    pod = {"metadata": {}, "spec": {"containers": [container], **case.get("spec", {})}}
    assert shown(placed(pod, table.classes[case["class"]])["spec"], case) == case["expected"]


def shown(spec: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a spec that a case expects, without what the API server adds."""
    found = {key: spec.get(key) for key in case["expected"]}
    if "containers" in found:
        found["containers"] = [{"resources": one.get("resources")} for one in spec["containers"]]
    if "tolerations" in found:
        found["tolerations"] = [
            one
            for one in spec["tolerations"]
            if not one.get("key", "").startswith("node.kubernetes.io/")
        ]
    return found
