"""The example cluster: its policies, its tags, and outputs that fit the shipped environments.

tests/round_trip/test_example.py applies it.
"""

import json
import re
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

import pytest
import yaml

from scripts.paths import ENVIRONMENTS, ROOT
from tests.terraform.iam import Request, allowed, listed
from tests.terraform.sentences import Subject, idle, subjects, table, unlimited
from tests.terraform.test_policies import findings

EXAMPLE = "examples/eks"
SENTENCES = table("eks")
OPERATORS = subjects(SENTENCES)
# The account of moto, which the provider asks for its own.
ACCOUNT = "123456789012"
TAGS = {"cost-center", "environment", "managed-by", "part-of", "team"}
CERTIFICATE = f"arn:aws:acm:eu-central-1:{ACCOUNT}:certificate/a1"
INGRESS = json.dumps({"certificate_arn": CERTIFICATE, "host": "airflow.example.com"})
# Descriptions and lists, for which AWS supports no resources.
EVERYWHERE = {"Describe", "DescribeEc2", "ListInstanceProfiles", "ReadPrices"}

Plan = dict[str, Any]


def planned(terraform: Callable, folder: Any, environment: str, *more: str) -> Plan:
    plan = folder / environment
    files = (f"-var-file={environment}.tfvars", f"-var=account={ACCOUNT}")
    done = terraform(EXAMPLE, "plan", "-input=false", f"-out={plan}", *files, *more)
    assert done.returncode == 0, done.stderr
    return json.loads(terraform(EXAMPLE, "show", "-json", str(plan)).stdout)


@pytest.fixture(scope="module")
def nonprod(terraform: Callable, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned(terraform, tmp_path_factory.mktemp("example"), "nonprod")


@pytest.fixture(scope="module")
def prod(terraform: Callable, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """With databases in RDS, three zones and an Ingress."""
    return planned(terraform, tmp_path_factory.mktemp("example"), "prod", f"-var=ingress={INGRESS}")


def resources(plan: Plan, kind: str) -> dict[str, dict]:
    """Planned values of all resources of a kind, by their index."""
    found = plan["planned_values"]["root_module"]["resources"]
    return {one.get("index", ""): one["values"] for one in found if one["type"] == kind}


def policies(plan: Plan) -> Iterator[tuple[str, dict]]:
    """Every policy that the example writes, by its resource."""
    for one in plan["planned_values"]["root_module"]["resources"]:
        for key in ("assume_role_policy", "policy"):
            if text := one["values"].get(key):
                yield f"{one['address']} {key}", json.loads(text)


@pytest.fixture(scope="module")
def roles(nonprod: Plan) -> dict[str, Subject]:
    written = resources(nonprod, "aws_iam_role_policy")
    return {name: Subject((json.loads(one["policy"]),)) for name, one in written.items()}


def test_the_sentences_name_every_operator(roles: dict[str, Subject]):
    assert sorted(roles) == OPERATORS


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.what)
def test_only_the_named_operators_have_a_permission(roles, sentence):
    assert {name for name, role in roles.items() if role.may(sentence.request)} == sentence.may


@pytest.mark.parametrize("operator", OPERATORS)
def test_no_statement_of_an_operator_is_idle(roles, operator: str):
    assert idle(roles[operator], SENTENCES) == []


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_statement_of_an_operator_has_a_sentence_beyond_its_limit(roles, operator: str):
    assert unlimited(roles[operator], SENTENCES) == []


def test_no_operator_may_do_every_action_or_act_on_everything(roles: dict[str, Subject]):
    granted = [one for role in roles.values() for one in role.statements]
    assert [
        one["Sid"] for one in granted for action in listed(one["Action"]) if "*" in action
    ] == []
    assert {one["Sid"] for one in granted if one["Resource"] == "*"} == EVERYWHERE


def test_the_linter_finds_nothing_in_the_policies_of_operators(nonprod: Plan):
    written = resources(nonprod, "aws_iam_role_policy")
    assert written
    assert findings({name: one["policy"] for name, one in written.items()}) == set()


def test_only_pods_of_its_service_account_in_this_cluster_assume_a_role(nonprod: Plan):
    pods = resources(nonprod, "aws_eks_pod_identity_association")
    trusts = {
        address: policy
        for address, policy in policies(nonprod)
        if address.startswith("aws_iam_role.pod")
    }
    assert len(trusts) == len(pods) > 0
    for name, pod in pods.items():
        context = {
            "aws:SourceAccount": ACCOUNT,
            "aws:SourceArn": f"arn:aws:eks:eu-central-1:{ACCOUNT}:cluster/nonprod",
            "aws:RequestTag/eks-cluster-name": "nonprod",
            "aws:RequestTag/kubernetes-namespace": pod["namespace"],
            "aws:RequestTag/kubernetes-service-account": pod["service_account"],
        }
        wrong = [{**context, key: value + "x"} for key, value in context.items()]
        trust = trusts[f'aws_iam_role.pod["{name}"] assume_role_policy']
        asked = [
            Request("sts:AssumeRole", "", one, {"Service": "pods.eks.amazonaws.com"})
            for one in (context, *wrong)
        ]
        assert [allowed(one, [trust]) for one in asked] == [True, *[False] * len(wrong)]


def test_events_of_other_rules_are_not_sent_to_the_queue_of_interruptions(nonprod: Plan):
    [queue] = [policy for name, policy in policies(nonprod) if "aws_sqs_queue_policy" in name]
    rules = f"arn:aws:events:eu-central-1:{ACCOUNT}:rule"
    asked = [
        Request(
            "sqs:SendMessage",
            f"arn:aws:sqs:eu-central-1:{ACCOUNT}:eks-nonprod-interruptions",
            {"aws:SourceArn": f"{rules}/{rule}"},
            {"Service": "events.amazonaws.com"},
        )
        for rule in ("eks-nonprod-spot", "others")
    ]
    assert [allowed(one, [queue]) for one in asked] == [True, False]


def test_only_logs_of_the_control_plane_use_the_key_of_the_cluster(nonprod: Plan):
    [key] = [policy for name, policy in policies(nonprod) if "aws_kms_key" in name]
    group = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group"
    asked = [
        Request(
            "kms:Decrypt",
            "",
            {"kms:EncryptionContext:aws:logs:arn": f"{group}:{name}"},
            {"Service": "logs.eu-central-1.amazonaws.com"},
        )
        for name in ("/aws/eks/nonprod/cluster", "others")
    ]
    assert [allowed(one, [key]) for one in asked] == [True, False]


@pytest.mark.parametrize("environment", ["nonprod", "prod"])
def test_every_resource_that_can_have_tags_has_those_of_the_cluster(request, environment: str):
    plan = request.getfixturevalue(environment)
    found = [
        one
        for one in plan["planned_values"]["root_module"]["resources"]
        if {"tags", "tags_all"} & one["values"].keys()
    ]
    lacking = {one["address"] for one in found if TAGS - (one["values"]["tags_all"] or {}).keys()}
    assert len(found) > 20
    assert lacking == set()


def test_whatever_a_launch_template_starts_has_the_tags_too(nonprod: Plan):
    [template] = resources(nonprod, "aws_launch_template").values()
    tagged = {one["resource_type"]: one["tags"].keys() for one in template["tag_specifications"]}
    assert tagged.keys() == {"instance", "network-interface", "volume"}
    assert [kind for kind, keys in tagged.items() if TAGS - keys] == []


@pytest.mark.parametrize("environment", ["nonprod", "prod"])
def test_the_values_of_the_example_are_those_of_the_environment(request, environment: str):
    plan = request.getfixturevalue(environment)
    printed = yaml.safe_load(plan["planned_values"]["outputs"]["values"]["value"] or "{}")
    stated = yaml.safe_load((ENVIRONMENTS / environment / "values.yaml").read_text())
    stated["networkPolicies"]["destinations"].pop("warehouse")
    assert printed["networkPolicies"] == stated["networkPolicies"]


def test_with_the_values_of_the_example_a_team_has_a_host_of_its_own(prod: Plan, render: Callable):
    values = yaml.safe_load(prod["planned_values"]["outputs"]["values"]["value"])
    rendered = render({**values, "team": "payments"})
    [ingress] = rendered.of("Ingress")
    assert ingress["spec"]["rules"][0]["host"] == "payments.airflow.example.com"
    assert CERTIFICATE in ingress["metadata"]["annotations"].values()
    assert rendered.configuration["api"]["base_url"] == "https://payments.airflow.example.com"


def test_the_cluster_has_the_version_of_the_environment(nonprod: Plan):
    facts = yaml.safe_load((ENVIRONMENTS / "nonprod" / "environment.yaml").read_text())
    [cluster] = resources(nonprod, "aws_eks_cluster").values()
    assert cluster["version"] == facts["kubernetes"]["version"]


def test_the_api_is_private_and_secrets_are_encrypted(nonprod: Plan):
    [cluster] = resources(nonprod, "aws_eks_cluster").values()
    [network] = cluster["vpc_config"]
    assert (network["endpoint_private_access"], network["endpoint_public_access"]) == (True, False)
    assert cluster["encryption_config"][0]["resources"] == ["secrets"]
    assert cluster["access_config"][0] == {
        "authentication_mode": "API",
        "bootstrap_cluster_creator_admin_permissions": False,
    }


def test_network_policies_are_enforced(nonprod: Plan):
    addons = resources(nonprod, "aws_eks_addon")
    assert json.loads(addons["vpc-cni"]["configuration_values"])["enableNetworkPolicy"] == "true"


def test_subnets_are_apart_and_within_the_network(prod: Plan):
    [network] = resources(prod, "aws_vpc").values()
    subnets = [ip_network(one["cidr_block"]) for one in resources(prod, "aws_subnet").values()]
    assert len(subnets) == 11
    assert all(one.subnet_of(ip_network(network["cidr_block"])) for one in subnets)
    assert [(a, b) for a in subnets for b in subnets if a is not b and a.overlaps(b)] == []


def test_only_nodes_and_gateways_have_a_way_to_the_internet(prod: Plan):
    routed = [
        *resources(prod, "aws_route_table_association"),
        *resources(prod, "aws_nat_gateway"),
    ]
    assert sorted(routed) == sorted(["eu-central-1a", "eu-central-1b", "eu-central-1c"] * 2)


@pytest.mark.parametrize("environment", ["nonprod", "prod"])
def test_a_node_without_a_taint_runs_the_largest_container(request, environment: str):
    plan = request.getfixturevalue(environment)
    facts = yaml.safe_load((ENVIRONMENTS / environment / "environment.yaml").read_text())
    largest = int(facts["terraform"]["limits"]["largest"]["cpu"])
    classes = plan["variables"]["classes"]["value"].values()
    assert max(one.get("largest_cpu", 32) for one in classes if one.get("taint") is False) > largest


def test_the_readme_names_every_class_of_nodes():
    readme = (ROOT / EXAMPLE / "README.md").read_text()
    variables = (ROOT / EXAMPLE / "variables.tf").read_text()
    defaults = re.search(r'variable "classes".*?default = \{(.*?)\n  \}', variables, re.S)
    assert defaults
    classes = re.findall(r"^    (\w+) +=", defaults[1], re.M)
    assert classes
    assert [name for name in classes if f"| `{name}` |" not in readme] == []
