"""Values that the chart refuses, each with a sentence that names them."""

from copy import deepcopy
from typing import Any

import pytest
import yaml

from scripts.paths import ROOT
from tests.admission.conftest import VALUES, Admit

CASES: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests/admission/refusals.yaml").read_text())


def over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Maps merged key by key, as Helm does it."""
    made = deepcopy(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(made.get(key), dict)
        made[key] = over(made[key], value) if both else value
    return made


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_chart_refuses(case: dict[str, Any], admission_refusal):
    assert case["says"] in admission_refusal(over(VALUES, case["values"]))


def test_kubernetes_without_mutating_policies_is_refused(admission_refusal):
    said = admission_refusal({**VALUES, "engine": "cel"}, kube_version="1.35.3")
    assert "`engine: cel` needs Kubernetes 1.36 or newer, and this is v1.35.3" in said


def test_all_problems_are_told_at_once(admission_refusal):
    said = admission_refusal({**VALUES, "contact": "x", "engine": "webhook"})
    assert all(f"`{key}" in said for key in ("contact", "webhook.image"))


def test_the_defaults_are_accepted(admit: Admit):
    assert admit({}).objects
