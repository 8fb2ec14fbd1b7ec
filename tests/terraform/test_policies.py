"""Policies as such: the lint of IAM policies knows all that they say, and each says what it is."""

import json
import warnings
from collections.abc import Iterator

import pytest

with warnings.catch_warnings():
    # It asks setuptools for its own version in a way that is given up.
    warnings.simplefilter("ignore")
    from parliament import analyze_policy_string
    from parliament.finding import Finding

from tests.terraform.iam import like, listed, statements

# What the lint says and is not so, by how its findings begin.
EXCEPTIONS = {
    "RESOURCE_STAR": "a test of its own asks for a reason, for every statement",
    "MISMATCHED_TYPE": "secretsmanager:SecretId is what was asked for, a name or an ARN",
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION": "CI writes the policies of the environment's buckets",
}


@pytest.fixture(scope="module")
def policies(written) -> dict[str, str]:
    """Every policy for identities that the Terraform code writes."""
    return dict(_flat(written["documents"], ""))


def _flat(documents: dict, prefix: str) -> Iterator[tuple[str, str]]:
    for name, document in documents.items():
        if isinstance(document, dict):
            yield from _flat(document, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", document


def test_the_lint_of_policies_finds_nothing(policies):
    found = {
        (name, str(finding))
        for name, text in policies.items()
        for finding in analyze_policy_string(text).findings
        if not str(finding).startswith(tuple(EXCEPTIONS)) and not _elsewhere(finding, text)
    }
    assert policies
    assert found == set()


def _elsewhere(finding: Finding, text: str) -> bool:
    """Whether what a statement lacks is in others: an action may need a rule and its group, say.

    IAM asks for each resource by itself; the lint wants all of them in each statement.
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
