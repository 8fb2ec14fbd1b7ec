"""Policies as such: the lint of IAM policies knows all that they say, and each says what it is."""

import json
import warnings
from collections.abc import Iterator

import pytest

with warnings.catch_warnings():
    # It asks setuptools for its own version in a way that is given up.
    warnings.simplefilter("ignore")
    from parliament import analyze_policy_string

from tests.terraform.iam import statements

# What the lint says and is not so.
EXCEPTIONS = {
    "MISMATCHED_TYPE": "secretsmanager:SecretId is what was asked for, a name or an ARN",
    "MISMATCHED_TYPE_BUT_USABLE": "its patterns are compared as text, so that names may be, too",
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
        if finding.issue not in EXCEPTIONS
    }
    assert policies
    assert found == set()


def test_every_statement_has_a_name_of_its_own(policies):
    for name, text in policies.items():
        names = [each.get("Sid") for each in statements(json.loads(text))]
        assert len(set(names)) == len(names) and None not in names, name
