"""Permissions of roles, evaluated from the policies that the module identity plans."""

import json
import re
from itertools import chain

import pytest
import yaml

from scripts.paths import ROOT
from tests.terraform.iam import Request, allowed, statements
from tests.terraform.sentences import Subject, idle, subjects, table, unlimited

SENTENCES = table("identity")
COMPONENTS = subjects(SENTENCES)
TASKS = ("worker", "pod-launcher")
CLUSTER = "arn:aws:eks:eu-central-1:111122223333:cluster/apps"
ISSUER = "oidc-eks.eu-central-1.api.aws/id/ABC"
PROVIDER = f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"


@pytest.fixture(scope="module")
def roles(written) -> dict[str, Subject]:
    """Roles of team payments, with every feature enabled."""
    return {
        name: Subject((json.loads(text),)) for name, text in written["documents"]["all"].items()
    }


@pytest.fixture(scope="module")
def usual(written) -> dict[str, Subject]:
    """Roles of team search, which has logs and connections only."""
    documents = written["documents"]["usual"]
    return {name: Subject((json.loads(text),)) for name, text in documents.items()}


def test_the_sentences_name_every_role(roles):
    assert sorted(roles) == COMPONENTS


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.what)
def test_only_the_named_roles_have_a_permission(roles, sentence):
    assert {name for name, role in roles.items() if role.may(sentence.request)} == sentence.may


@pytest.mark.parametrize("component", COMPONENTS)
def test_no_statement_of_a_role_is_idle(roles, component):
    assert idle(roles[component], SENTENCES) == []


@pytest.mark.parametrize("component", COMPONENTS)
def test_each_statement_of_a_role_has_a_sentence_beyond_its_limit(roles, component):
    assert unlimited(roles[component], SENTENCES) == []


def test_no_role_may_act_on_everything(roles):
    granted = chain.from_iterable(role.statements for role in roles.values())
    assert [each["Sid"] for each in granted if "*" in (each["Resource"], each["Action"])] == []


def test_a_role_reads_the_secrets_whose_rows_list_its_component(roles):
    components, secrets = (
        yaml.safe_load((ROOT / f"charts/airflow/files/{name}.yaml").read_text())
        for name in ("components", "secrets")
    )
    listed = {
        (secret["name"], components[reader].get("account", reader))
        for secret in secrets
        for reader in secret["readers"]
        if "cloud" in components[reader] and reader not in secret.get("only", {})
    }
    granted = {
        (found[1], account)
        for account, role in roles.items()
        for found in re.finditer(r"payments/([a-z-]+)-\?{6}", json.dumps(role.statements))
    }
    assert granted == listed


def test_a_custom_folder_of_logs_replaces_the_default_one(usual):
    log = "arn:aws:s3:::airflow-prod-logs-111122223333/{}/attempt=1.log"
    tried = [Request("s3:PutObject", log.format(name)) for name in ("airflow/search", "search")]
    assert [usual["worker"].may(request) for request in tried] == [True, False]


def test_the_api_server_reads_connections_only_to_test_them(usual):
    name = "airflow/prod/connections/search--warehouse"
    arn = f"arn:aws:secretsmanager:eu-central-1:111122223333:secret:{name}-AbCdEf"
    asked = Request("secretsmanager:GetSecretValue", arn, {"secretsmanager:SecretId": name})
    assert [usual[name].may(asked) for name in ("triggerer", "api-server")] == [True, False]


def _pod(component: str) -> Request:
    """The request of EKS for the role of a component's pods."""
    return Request(
        "sts:AssumeRole",
        "",
        {
            "aws:SourceAccount": "111122223333",
            "aws:SourceArn": CLUSTER,
            "aws:RequestTag/eks-cluster-name": "apps",
            "aws:RequestTag/kubernetes-namespace": _namespace(component),
            "aws:RequestTag/kubernetes-service-account": f"airflow-{component}",
        },
        {"Service": "pods.eks.amazonaws.com"},
    )


def _token(component: str) -> Request:
    """The request of a pod with its ServiceAccount's token."""
    subject = f"system:serviceaccount:{_namespace(component)}:airflow-{component}"
    return Request(
        "sts:AssumeRoleWithWebIdentity",
        "",
        {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": subject},
        {"Federated": PROVIDER},
    )


def _namespace(component: str) -> str:
    return "airflow-payments-tasks" if component in TASKS else "airflow-payments"


WAYS = [("all", _pod), ("irsa", _token)]


@pytest.mark.parametrize(("way", "asking"), WAYS)
def test_the_pods_of_a_component_can_assume_its_role(written, way, asking):
    trust = {name: json.loads(text) for name, text in written["trust"][way].items()}
    assert trust
    assert {name for name, policy in trust.items() if allowed(asking(name), [policy])} == set(trust)


@pytest.mark.parametrize(("way", "asking"), WAYS)
def test_the_pods_of_another_component_cannot_assume_a_role(written, way, asking):
    trust = {name: json.loads(text) for name, text in written["trust"][way].items()}
    found = [
        (asked, name)
        for asked in trust
        for name, policy in trust.items()
        if asked != name and allowed(asking(asked), [policy])
    ]
    assert found == []


def test_with_irsa_launched_pods_assume_the_role_of_tasks(written):
    """The chart annotates both ServiceAccounts with one role."""
    trust = {name: json.loads(text) for name, text in written["trust"]["irsa"].items()}
    launcher = _token("pod-launcher")
    assert [name for name, policy in trust.items() if allowed(launcher, [policy])] == ["worker"]


@pytest.mark.parametrize(("way", "asking"), WAYS)
def test_a_request_that_differs_in_one_condition_is_denied(written, way, asking):
    """Another or no cluster, namespace, account, audience, …"""
    good = asking("worker")
    bad = [{**good.context, key: value + "x"} for key, value in good.context.items()]
    bad += [{k: v for k, v in good.context.items() if k != key} for key in good.context]
    policy = json.loads(written["trust"][way]["worker"])
    tried = [Request(good.action, "", context, good.principal) for context in bad]
    assert [request for request in tried if allowed(request, [policy])] == []


@pytest.mark.parametrize(("way", "asking"), WAYS)
def test_another_service_or_provider_cannot_assume_a_role(written, way, asking):
    good = asking("worker")
    other = {kind: value.replace("e", "a") for kind, value in good.principal.items()}
    policy = json.loads(written["trust"][way]["worker"])
    assert not allowed(Request(good.action, "", good.context, other), [policy])


@pytest.mark.parametrize("way", ["all", "irsa"])
def test_a_trust_policy_fits_into_2048_characters(written, way):
    sizes = {name: len(_packed(text)) for name, text in written["trust"][way].items()}
    assert {name: size for name, size in sizes.items() if size > 2048} == {}


def test_a_third_of_the_longest_policy_is_left_for_grants(written):
    """IAM allows 10240 characters, including the grants of a team."""
    assert max(len(_packed(text)) for text in written["documents"]["all"].values()) < 6800


def test_conditions_of_a_trust_policy_are_exact(written):
    operators = [
        operator
        for way in ("all", "irsa")
        for text in written["trust"][way].values()
        for statement in statements(json.loads(text))
        for operator in statement["Condition"]
    ]
    assert set(operators) == {"StringEquals", "ArnEquals"}


def _packed(text: str) -> str:
    return json.dumps(json.loads(text), separators=(",", ":"))
