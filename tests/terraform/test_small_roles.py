"""Permissions of the External Secrets Operator and of the image workflow, from their policies."""

import json

import pytest

from tests.terraform.sentences import Sentence, Subject, idle, table, unlimited

TABLES = {"external_secrets": "operator", "registry": "pusher"}
SENTENCES = [(name, sentence) for name in TABLES for sentence in table(name)]


@pytest.fixture(scope="module")
def roles(written) -> dict[str, Subject]:
    """The role of each table."""
    return {
        name: Subject((json.loads(written["documents"][name][who]),))
        for name, who in TABLES.items()
    }


def _what(value: object) -> str | None:
    return value.what if isinstance(value, Sentence) else None


@pytest.mark.parametrize(("name", "sentence"), SENTENCES, ids=_what)
def test_a_role_has_the_permissions_of_its_sentences_only(roles, name, sentence):
    assert roles[name].may(sentence.request) is bool(sentence.may)


@pytest.mark.parametrize("name", TABLES)
def test_no_statement_of_a_role_is_idle(roles, name):
    assert idle(roles[name], table(name)) == []


@pytest.mark.parametrize("name", TABLES)
def test_each_statement_of_a_role_has_a_sentence_beyond_its_limit(roles, name):
    assert unlimited(roles[name], table(name)) == []


@pytest.mark.parametrize("sentence", table("external_secrets"), ids=_what)
def test_the_boundary_changes_nothing_for_the_operator(roles, written, sentence):
    operator, boundary = (
        roles["external_secrets"],
        json.loads(written["documents"]["ci"]["boundary"]),
    )
    assert Subject(operator.policies, boundary).may(sentence.request) is operator.may(
        sentence.request
    )
