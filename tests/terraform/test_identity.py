"""Who may do what, answered from the policies that the module identity writes."""

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
    """The roles of team payments, with everything on."""
    return {
        name: Subject((json.loads(text),)) for name, text in written["documents"]["all"].items()
    }


@pytest.fixture(scope="module")
def usual(written) -> dict[str, Subject]:
    """The roles of team search, which asked for logs and connections only."""
    documents = written["documents"]["usual"]
    return {name: Subject((json.loads(text),)) for name, text in documents.items()}


def test_the_table_names_every_role(roles):
    assert sorted(roles) == COMPONENTS


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.what)
def test_those_may_who_are_named_and_nobody_else(roles, sentence):
    assert {name for name, role in roles.items() if role.may(sentence.request)} == sentence.may


@pytest.mark.parametrize("component", COMPONENTS)
def test_no_statement_of_a_role_is_idle(roles, component):
    assert idle(roles[component], SENTENCES) == []


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_sentence_says_where_each_statement_of_a_role_ends(roles, component):
    assert unlimited(roles[component], SENTENCES) == []


def test_no_role_may_act_on_everything(roles):
    said = chain.from_iterable(role.statements for role in roles.values())
    assert [each["Sid"] for each in said if "*" in (each["Resource"], each["Action"])] == []


def test_platform_secrets_are_read_by_those_to_whom_the_chart_gives_them(roles):
    """The same names, the same readers as in the chart's own table."""
    secrets = yaml.safe_load((ROOT / "charts/airflow/files/tables.yaml").read_text())["secrets"]
    jobs = {"run-airflow-migrations": "migrate-database-job"}
    charted = {
        (secret, jobs.get(reader, reader))
        for secret, facts in secrets.items()
        for reader in facts["readers"]
        if reader != "postgresql"
    }
    granted = {
        (found[1], component)
        for component, role in roles.items()
        for found in re.finditer(r"payments/([a-z-]+)-\?{6}", json.dumps(role.statements))
    }
    assert granted == charted


def test_a_folder_of_logs_of_another_name_is_the_only_one(usual):
    log = "arn:aws:s3:::airflow-prod-logs-111122223333/{}/attempt=1.log"
    tried = [Request("s3:PutObject", log.format(name)) for name in ("airflow/search", "search")]
    assert [usual["worker"].may(request) for request in tried] == [True, False]


def test_the_api_server_reads_no_connection_unless_it_may_test_them(usual):
    name = "airflow/prod/connections/search--warehouse"
    arn = f"arn:aws:secretsmanager:eu-central-1:111122223333:secret:{name}-AbCdEf"
    asked = Request("secretsmanager:GetSecretValue", arn, {"secretsmanager:SecretId": name})
    assert [usual[name].may(asked) for name in ("triggerer", "api-server")] == [True, False]


def _pod(component: str) -> Request:
    """How EKS asks for the role of a component's pods."""
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
    """How a pod asks for its role with its ServiceAccount's token."""
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
def test_the_pods_of_a_component_may_be_its_role(written, way, asking):
    trust = {name: json.loads(text) for name, text in written["trust"][way].items()}
    assert trust
    assert {name for name, policy in trust.items() if allowed(asking(name), [policy])} == set(trust)


@pytest.mark.parametrize(("way", "asking"), WAYS)
def test_the_pods_of_another_component_may_not(written, way, asking):
    trust = {name: json.loads(text) for name, text in written["trust"][way].items()}
    found = [
        (asked, name)
        for asked in trust
        for name, policy in trust.items()
        if asked != name and allowed(asking(asked), [policy])
    ]
    assert found == []


def test_with_irsa_a_task_that_launches_pods_is_the_worker(written):
    """The chart annotates both accounts with one role."""
    trust = {name: json.loads(text) for name, text in written["trust"]["irsa"].items()}
    launcher = _token("pod-launcher")
    assert [name for name, policy in trust.items() if allowed(launcher, [policy])] == ["worker"]


@pytest.mark.parametrize(("way", "asking"), WAYS)
def test_whoever_differs_in_one_respect_may_not(written, way, asking):
    """Another cluster, namespace, account, audience, … and one that does not say it."""
    good = asking("worker")
    bad = [{**good.context, key: value + "x"} for key, value in good.context.items()]
    bad += [{k: v for k, v in good.context.items() if k != key} for key in good.context]
    policy = json.loads(written["trust"][way]["worker"])
    tried = [Request(good.action, "", context, good.principal) for context in bad]
    assert [request for request in tried if allowed(request, [policy])] == []


@pytest.mark.parametrize(("way", "asking"), WAYS)
def test_another_service_or_provider_may_not(written, way, asking):
    good = asking("worker")
    other = {kind: value.replace("e", "a") for kind, value in good.principal.items()}
    policy = json.loads(written["trust"][way]["worker"])
    assert not allowed(Request(good.action, "", good.context, other), [policy])


@pytest.mark.parametrize("way", ["all", "irsa"])
def test_a_trust_policy_fits_into_2048_characters(written, way):
    sizes = {name: len(_packed(text)) for name, text in written["trust"][way].items()}
    assert {name: size for name, size in sizes.items() if size > 2048} == {}


def test_the_longest_policy_leaves_a_third_of_the_room_to_the_team(written):
    """IAM takes 10240 characters; what a team grants its tasks comes on top."""
    assert max(len(_packed(text)) for text in written["documents"]["all"].values()) < 6800


def test_conditions_of_a_trust_policy_are_exact(written):
    said = [
        operator
        for way in ("all", "irsa")
        for text in written["trust"][way].values()
        for statement in statements(json.loads(text))
        for operator in statement["Condition"]
    ]
    assert set(said) == {"StringEquals", "ArnEquals"}


def _packed(text: str) -> str:
    return json.dumps(json.loads(text), separators=(",", ":"))
