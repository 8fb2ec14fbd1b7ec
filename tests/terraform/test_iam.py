"""The evaluator of IAM policies behaves as IAM's documentation says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terraform.iam import Request, allowed, applies, like
from tests.terraform.sentences import Sentence, Subject, idle, unlimited

READ = Request("s3:GetObject", "arn:aws:s3:::logs/a")
KEY = "aws:ResourceTag/team"


def allow(**more) -> dict:
    return {"Effect": "Allow", "Action": "*", "Resource": "*", **more}


def deny(**more) -> dict:
    return allow(Effect="Deny", **more)


def policy(*statements: dict) -> dict:
    return {"Statement": list(statements)}


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True),
        ("a*c", "abbc", True),
        ("a*c", "abbd", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("logs/*", "logs/a/b", True),
        ("logs/*", "logs", False),
    ],
)
def test_a_star_matches_any_text_and_a_question_mark_one_character(pattern, text, expected):
    assert like(pattern, text) is expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow(Action="s3:GetObject"), True),
        (allow(Action="s3:getobject"), True),
        (allow(Action=["s3:PutObject", "s3:Get*"]), True),
        (allow(Action="s3:PutObject"), False),
        (allow(Resource="arn:aws:s3:::logs/*"), True),
        (allow(Resource="arn:aws:s3:::LOGS/*"), False),
        (allow(Resource=["arn:aws:s3:::dags/*", "arn:aws:s3:::logs/?"]), True),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, True),
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, False),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::dags/*"}, True),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::logs/*"}, False),
    ],
)
def test_a_statement_applies_to_its_actions_and_resources(statement, expected):
    assert applies(statement, READ) is expected


@pytest.mark.parametrize(
    ("operator", "value", "given", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a", None, False),
        ("StringEqualsIfExists", "a", None, True),
        ("StringEqualsIfExists", "a", "b", False),
        ("StringEqualsIgnoreCase", "A", "a", True),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", "a", None, True),
        ("StringLike", "a*", "ab", True),
        ("StringNotLike", ["a*", "b*"], "bc", False),
        ("StringNotLike", "a*", None, True),
        ("ArnEquals", "arn:aws:iam::1:role/*", "arn:aws:iam::1:role/a/b", True),
        ("ArnLike", "arn:aws:*:1:role/a", "arn:aws:iam::1:role/a", False),
        ("ArnNotLike", "arn:aws:iam::1:role/*", "arn:aws:iam::2:role/a", True),
        ("Bool", "true", "true", True),
        ("Bool", "false", "true", False),
        ("Bool", "false", None, False),
        ("Null", "true", None, True),
        ("Null", "true", "a", False),
        ("Null", "false", "a", True),
        ("Null", "false", None, False),
        ("ForAnyValue:StringEquals", "a", ["b", "a"], True),
        ("ForAnyValue:StringEquals", "a", ["b"], False),
        ("ForAnyValue:StringEquals", "a", None, False),
        ("ForAllValues:StringEquals", ["a", "b"], ["b", "a"], True),
        ("ForAllValues:StringEquals", "a", ["b", "a"], False),
        ("ForAllValues:StringEquals", "a", None, True),
    ],
)
def test_a_condition_holds_as_documented(operator, value, given, expected):
    context = {} if given is None else {KEY.upper(): given}
    statement = allow(Condition={operator: {KEY: value}})
    assert applies(statement, Request("s3:GetObject", "*", context)) is expected


def test_all_conditions_must_hold():
    both = {"StringEquals": {"a": "1", "b": "2"}}
    assert not applies(allow(Condition=both), Request("s3:GetObject", "*", {"a": "1"}))


@pytest.mark.parametrize(
    "statement",
    [
        allow(Condition={"NumericLessThan": {KEY: "1"}}),
        allow(Condition={"ForSomeValues:StringEquals": {KEY: "1"}}),
        allow(Condition={"StringEquals": {KEY: "1"}}, NotPrincipal="*"),
        allow(Resource="arn:aws:s3:::${aws:PrincipalTag/team}/*"),
    ],
)
def test_an_unsupported_element_is_an_error_instead_of_an_answer(statement):
    with pytest.raises(ValueError, match="unsupported"):
        applies(statement, Request("s3:GetObject", "arn:aws:s3:::logs/a", {KEY: "1"}))


def test_several_values_without_a_quantifier_are_an_error():
    statement = allow(Condition={"StringEquals": {KEY: "1"}})
    with pytest.raises(ValueError, match="several values"):
        applies(statement, Request("s3:GetObject", "*", {KEY: ["1", "2"]}))


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"Service": "pods.eks.amazonaws.com"}, True),
        ({"Service": ["ec2.amazonaws.com", "pods.eks.amazonaws.com"]}, True),
        ({"Service": "ec2.amazonaws.com"}, False),
        ({"Federated": "pods.eks.amazonaws.com"}, False),
        ("*", True),
    ],
)
def test_a_trust_policy_applies_to_its_principals(principal, expected):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    pods = {"Service": "pods.eks.amazonaws.com"}
    assert applies(statement, Request("sts:AssumeRole", "", principal=pods)) is expected


ACTIONS = st.sampled_from(["s3:GetObject", "s3:PutObject", "kms:Decrypt", "sts:AssumeRole"])
ARNS = st.sampled_from(["arn:aws:s3:::logs/a", "arn:aws:s3:::dags/a", "arn:aws:kms:::key/1"])
PATTERNS = st.sampled_from(["*", "s3:*", "s3:Get*", "kms:Decrypt", "sts:*"])
PLACES = st.sampled_from(["*", "arn:aws:s3:::*", "arn:aws:s3:::logs/*", "arn:aws:kms:::key/?"])
CONDITIONS = st.sampled_from(
    [{}, {"StringEquals": {KEY: "payments"}}, {"StringNotEquals": {KEY: "payments"}}]
)
REQUESTS = st.builds(
    Request, ACTIONS, ARNS, st.sampled_from([{}, {KEY: "payments"}, {KEY: "search"}])
)
STATEMENTS = st.builds(
    lambda effect, action, resource, condition: {
        "Effect": effect,
        "Action": action,
        "Resource": resource,
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Deny"]),
    PATTERNS,
    PLACES,
    CONDITIONS,
)
POLICIES = st.lists(STATEMENTS, max_size=4).map(lambda each: policy(*each))


@given(REQUESTS)
def test_an_empty_policy_allows_nothing(request_):
    assert not allowed(request_, [policy()])


@given(POLICIES, REQUESTS)
def test_a_deny_wins(granted, request_):
    assert not allowed(request_, [granted, policy(deny(Action=request_.action))])


@given(POLICIES, POLICIES, REQUESTS)
def test_a_boundary_only_removes_permissions(granted, boundary, request_):
    assert allowed(request_, [granted], boundary) <= allowed(request_, [granted])


@given(POLICIES, POLICIES, REQUESTS)
def test_a_boundary_leaves_what_both_policies_allow(granted, boundary, request_):
    both = allowed(request_, [granted]) and allowed(request_, [boundary])
    assert allowed(request_, [granted], boundary) is both


@given(POLICIES, POLICIES, REQUESTS)
def test_several_policies_equal_one_with_all_their_statements(one, other, request_):
    joined = policy(*one["Statement"], *other["Statement"])
    assert allowed(request_, [one, other]) is allowed(request_, [joined])


@given(POLICIES, STATEMENTS, REQUESTS)
def test_an_additional_allow_never_denies_and_a_deny_never_allows(granted, more, request_):
    before, after = allowed(request_, [granted]), allowed(request_, [granted, policy(more)])
    assert after >= before if more["Effect"] == "Allow" else after <= before


SENTENCES = [
    Sentence("read a log", READ, frozenset()),
    Sentence("write a log", Request("s3:PutObject", READ.resource), frozenset()),
]


def test_a_statement_that_changes_no_answer_is_idle():
    needed = allow(Sid="Read", Action="s3:GetObject")
    idling = allow(Sid="Keys", Action="kms:Decrypt")
    assert idle(Subject((policy(needed, idling),)), SENTENCES) == ["Keys"]


def test_a_statement_of_a_boundary_may_be_idle_too():
    boundary = policy(allow(Sid="Ceiling"), deny(Sid="Identities", Action="iam:*"))
    assert idle(Subject((policy(allow(Sid="All")),), boundary), SENTENCES) == ["Identities"]


def test_a_statement_without_a_sentence_beyond_it_is_unlimited():
    narrow = allow(Sid="Read", Action="s3:GetObject")
    wide = allow(Sid="All", Action="s3:*")
    found = [unlimited(Subject((policy(each),)), SENTENCES) for each in (narrow, wide)]
    assert found == [[], ["All"]]


def test_the_limit_of_a_deny_is_a_granted_request():
    statements = allow(Sid="All"), deny(Sid="Writing", Action="s3:Put*")
    assert unlimited(Subject((policy(*statements),)), SENTENCES) == ["All"]
