"""Permissions of the External Secrets Operator, evaluated from its policy."""

import json

import pytest

from tests.terraform.sentences import Subject, idle, table, unlimited

SENTENCES = table("external_secrets")


@pytest.fixture(scope="module")
def operator(written) -> Subject:
    return Subject((json.loads(written["documents"]["external_secrets"]["operator"]),))


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.what)
def test_the_operator_reads_the_secrets_of_its_environment_only(operator, sentence):
    assert operator.may(sentence.request) is bool(sentence.may)


def test_no_statement_of_the_operator_is_idle(operator):
    assert idle(operator, SENTENCES) == []


def test_each_statement_of_the_operator_has_a_sentence_beyond_its_limit(operator):
    assert unlimited(operator, SENTENCES) == []


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.what)
def test_the_boundary_changes_nothing_for_the_operator(operator, written, sentence):
    boundary = json.loads(written["documents"]["ci"]["boundary"])
    bounded = Subject(operator.policies, boundary)
    assert bounded.may(sentence.request) is operator.may(sentence.request)
