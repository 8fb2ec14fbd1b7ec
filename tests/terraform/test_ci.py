"""Permissions of CI and limits of all roles, evaluated from the policies of the module ci."""

import json
import re
from dataclasses import replace

import pytest
import yaml

from scripts.paths import ROOT
from tests.terraform.iam import Request, allowed, listed
from tests.terraform.sentences import FOLDER, Subject, idle, table, unlimited

CI, GUARDS, BOUNDARY, PLAN = (table(name) for name in ("ci", "guards", "boundary", "plan"))
EVERYTHING = {"Statement": [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}]}
MODULES = ROOT / "terraform" / "modules"
# Those that an administrator applies.
BOOTSTRAPPED = ("ci", "registry")


@pytest.fixture(scope="module")
def parts(written) -> dict[str, dict]:
    """Policies of CI and the boundary, by name."""
    return {name: json.loads(text) for name, text in written["documents"]["ci"].items()}


@pytest.fixture(scope="module")
def ci(parts) -> Subject:
    others = ("boundary", "plan")
    return Subject(tuple(policy for name, policy in parts.items() if name not in others))


@pytest.fixture(scope="module")
def planning(parts) -> Subject:
    """The role of plans."""
    return Subject((parts["plan"],))


@pytest.fixture(scope="module")
def granting(ci) -> Subject:
    """CI without its denials."""
    statements = [each for each in ci.statements if each["Effect"] == "Allow"]
    return Subject(({"Statement": statements},))


@pytest.fixture(scope="module")
def mighty(parts) -> Subject:
    """CI with all permissions attached to its role."""
    return Subject((EVERYTHING, parts["guards"]))


@pytest.fixture(scope="module")
def bounded(parts) -> Subject:
    """A role with all permissions."""
    return Subject((EVERYTHING,), parts["boundary"])


@pytest.mark.parametrize("sentence", CI, ids=lambda sentence: sentence.what)
def test_ci_has_the_permissions_of_its_sentences_only(ci, sentence):
    assert ci.may(sentence.request) is bool(sentence.may)


@pytest.mark.parametrize("sentence", PLAN, ids=lambda sentence: sentence.what)
def test_plans_have_the_permissions_of_their_sentences_only(planning, sentence):
    assert planning.may(sentence.request) is bool(sentence.may)


def test_no_permission_of_plans_changes_anything(planning):
    allowing = [each for each in planning.statements if each["Effect"] == "Allow"]
    actions = {action for each in allowing for action in listed(each["Action"])}
    assert actions
    changing = {one for one in actions if not re.search(":(Describe|Get|List)", one)}
    assert changing == {"kms:Decrypt"}


@pytest.mark.parametrize("sentence", GUARDS, ids=lambda sentence: sentence.what)
def test_denials_of_ci_hold_with_all_permissions_attached(mighty, sentence):
    assert mighty.may(sentence.request) is bool(sentence.may)


@pytest.mark.parametrize("sentence", BOUNDARY, ids=lambda sentence: sentence.what)
def test_the_boundary_limits_a_role_with_all_permissions(bounded, sentence):
    assert bounded.may(sentence.request) is bool(sentence.may)


def test_the_boundary_allows_all_permissions_of_components(parts, written):
    """With it, the answer to every sentence about a team's roles is the same."""
    policies = [json.loads(text) for text in written["documents"]["all"].values()]
    changed = [
        sentence.what
        for policy in policies
        for sentence in table("identity")
        if Subject((policy,)).may(sentence.request)
        != Subject((policy,), parts["boundary"]).may(sentence.request)
    ]
    assert policies
    assert changed == []


@pytest.mark.parametrize(("who", "said"), [("granting", CI), ("mighty", GUARDS)])
def test_no_statement_of_ci_is_idle(request, who, said):
    assert idle(request.getfixturevalue(who), said) == []


def test_denials_of_the_boundary_matter_even_with_a_wider_ceiling(bounded, parts):
    """A denial may be idle while the ceiling lacks its service, but not afterwards."""
    denials = [each for each in parts["boundary"]["Statement"] if each["Effect"] == "Deny"]
    widened = Subject((EVERYTHING,), {"Statement": [*EVERYTHING["Statement"], *denials]})
    assert set(idle(bounded, BOUNDARY)) & set(idle(widened, BOUNDARY)) == set()


@pytest.mark.parametrize(
    ("who", "said"),
    [("granting", CI), ("mighty", GUARDS), ("bounded", BOUNDARY), ("planning", PLAN)],
)
def test_each_statement_has_a_sentence_beyond_its_limit(request, who, said):
    assert [sid for sid in unlimited(request.getfixturevalue(who), said) if sid != "All"] == []


def test_ci_can_create_every_kind_of_resource_in_the_modules():
    """A kind that no sentence `makes` would fail in the first apply by CI."""
    used = {
        kind
        for file in MODULES.glob("*/*.tf")
        if file.parent.name not in BOOTSTRAPPED
        for kind in re.findall(r'^(?:resource|ephemeral) "(aws_\w+)"', file.read_text(), re.M)
    }
    said = yaml.safe_load((FOLDER / "ci.yaml").read_text()).values()
    made = {sentence["makes"] for sentence in said if "may" in sentence and "makes" in sentence}
    assert used
    assert used - made == set()


def test_every_statement_with_the_resource_star_has_a_reason(parts, written):
    found = {
        statement["Sid"]
        for name in parts
        for statement in Subject((parts[name],)).statements
        if statement.get("Resource") == "*"
    }
    assert found == set(written["reasons"])


def test_a_policy_fits_into_6144_characters(parts):
    sizes = {name: len(json.dumps(each, separators=(",", ":"))) for name, each in parts.items()}
    assert {name: size for name, size in sizes.items() if size > 6144} == {}


WORKFLOW = Request(
    "sts:AssumeRoleWithWebIdentity",
    "",
    {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": (
            "repo:example/airflow-on-kubernetes:environment:prod"
        ),
    },
    {"Federated": ("arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com")},
)


@pytest.mark.parametrize(
    ("sub", "expected"),
    [
        ("repo:example/airflow-on-kubernetes:environment:prod-plan", True),
        ("repo:example/airflow-on-kubernetes:environment:prod-drift", True),
        ("repo:example/airflow-on-kubernetes:environment:prod", False),
        ("repo:example/airflow-on-kubernetes:pull_request", False),
        ("repo:example/another:environment:prod-plan", False),
        ("repo:example/another:environment:prod-drift", False),
        ("repo:example/airflow-on-kubernetes:environment:nonprod-drift", False),
    ],
)
def test_only_jobs_of_the_environments_of_plans_and_of_drift_can_plan(written, sub, expected):
    context = {**WORKFLOW.context, "token.actions.githubusercontent.com:sub": sub}
    trust = json.loads(written["trust"]["ci"]["plan"])
    assert allowed(replace(WORKFLOW, context=context), [trust]) is expected


def test_the_workflow_of_the_environment_can_assume_the_role(written):
    assert allowed(WORKFLOW, [json.loads(written["trust"]["ci"]["role"])])


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "repo:example/airflow-on-kubernetes:environment:nonprod"},
        {"sub": "repo:example/airflow-on-kubernetes:ref:refs/heads/main"},
        {"sub": "repo:example/another:environment:prod"},
        {"sub": "repo:another/airflow-on-kubernetes:environment:prod"},
        {"aud": "https://github.com/example"},
    ],
    ids=str,
)
def test_another_workflow_cannot_assume_the_role(written, changed):
    issuer = "token.actions.githubusercontent.com"
    context = {**WORKFLOW.context, **{f"{issuer}:{key}": text for key, text in changed.items()}}
    trust = json.loads(written["trust"]["ci"]["role"])
    assert not allowed(replace(WORKFLOW, context=context), [trust])


@pytest.mark.parametrize(("secure", "expected"), [("true", True), ("false", False)])
def test_the_state_requires_tls(ci, written, secure, expected):
    key = "arn:aws:s3:::airflow-prod-state-111122223333/airflow/prod.tfstate"
    request = Request("s3:GetObject", key, {"aws:SecureTransport": secure})
    assert allowed(request, [*ci.policies, json.loads(written["trust"]["ci"]["state"])]) is expected
