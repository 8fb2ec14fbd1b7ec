"""The linter of IAM policies accepts all policies, and each statement has a name."""

import json
import warnings
from collections.abc import Iterator, Mapping

import pytest

with warnings.catch_warnings():
    # It imports pkg_resources, which is deprecated.
    warnings.simplefilter("ignore")
    from parliament import analyze_policy_string
    from parliament.finding import Finding

from tests.terraform.iam import like, listed, statements

# False findings of the linter, by their beginning, and why they are false.
EXCEPTIONS = {
    "RESOURCE_STAR": "test_ci.py requires a reason for every such statement",
    "MISMATCHED_TYPE": "secretsmanager:SecretId is the name or the ARN in the request",
    "UNKNOWN_CONDITION_FOR_ACTION - Unknown condition elasticloadbalancing:CreateAction": "newer",
    "UNKNOWN_CONDITION_FOR_ACTION - Unknown condition kms:ResourceAliases": "newer than the linter",
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION": "CI must write policies of the environment's buckets",
}


@pytest.fixture(scope="module")
def policies(written) -> dict[str, str]:
    """Every IAM policy that the modules render."""
    return dict(_flat(written["documents"], ""))


def _flat(documents: dict, prefix: str) -> Iterator[tuple[str, str]]:
    for name, document in documents.items():
        if isinstance(document, dict):
            yield from _flat(document, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", document


def findings(policies: Mapping[str, str]) -> set[tuple[str, str]]:
    """Findings of the linter, by the name of the policy, without those that are false."""
    return {
        (name, str(finding))
        for name, text in policies.items()
        for finding in analyze_policy_string(text).findings
        if not str(finding).startswith(tuple(EXCEPTIONS)) and not _elsewhere(finding, text)
    }


def test_the_linter_of_policies_finds_nothing(policies):
    assert policies
    assert findings(policies) == set()


def _elsewhere(finding: Finding, text: str) -> bool:
    """Whether other statements have the resources that a statement lacks.

    IAM checks each resource of an action separately; the linter wants all of them in one statement.
    """
    return finding.issue == "RESOURCE_MISMATCH" and all(
        any(
            like(lacking["required_format"], resource)
            for statement in statements(json.loads(text))
            if lacking["action"] in statement["Action"]
            for resource in listed(statement["Resource"])
        )
        for lacking in finding.detail
    )


def test_every_statement_has_a_name_of_its_own(policies):
    for name, text in policies.items():
        names = [each.get("Sid") for each in statements(json.loads(text))]
        assert len(set(names)) == len(names) and None not in names, name
