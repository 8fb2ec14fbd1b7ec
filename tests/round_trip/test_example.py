"""The example cluster, created in an empty account, and an environment planned with its facts.

Moto has no add-ons and access entries; tests/round_trip/eks.py is a double of them.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import ENVIRONMENTS, ROOT
from scripts.releases.environment import environment_of
from scripts.releases.team_files import team_file_problems
from scripts.yaml_files import read
from tests.round_trip.account import Account, account
from tests.round_trip.terraform_runs import Run, TerraformRuns, bootstrap, changed, example, start

README = (ROOT / "examples" / "eks" / "README.md").read_text()
HOST = "airflow.example.com"


@pytest.fixture(scope="module")
def aws() -> Iterator[Account]:
    """The account of nonprod, with the policies of AWS and the bucket of the state."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        # Seconds until a certificate is valid.
        patch.setenv("MOTO_ACM_VALIDATION_WAIT", "1")
        facts = yaml.safe_load((ENVIRONMENTS / "nonprod" / "environment.yaml").read_text())
        with account(facts["terraform"]["account"], facts["terraform"]["region"]) as found:
            backend = (ENVIRONMENTS / "nonprod" / "backend.tf").read_text()
            bucket = re.search(r'bucket += "(.+)"', backend)
            assert bucket
            found.client("s3").create_bucket(
                Bucket=bucket[1], CreateBucketConfiguration={"LocationConstraint": found.region}
            )
            yield found


@pytest.fixture(scope="module")
def cluster(aws: Account, tmp_path_factory: pytest.TempPathFactory) -> TerraformRuns:
    return example("eks", aws, tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def variables(aws: Account) -> tuple[str, str]:
    """Those of nonprod, and a host name in a hosted zone."""
    zone = aws.client("route53").create_hosted_zone(Name="example.com", CallerReference="zone")
    ingress = {"host": HOST, "zone_id": zone["HostedZone"]["Id"].removeprefix("/hostedzone/")}
    return "-var-file=nonprod.tfvars", f"-var=ingress={json.dumps(ingress)}"


@pytest.fixture(scope="module")
def applied(cluster: TerraformRuns, variables: tuple[str, str]) -> Run:
    return cluster.run("apply", "-no-color", "-auto-approve", *variables)


@pytest.fixture(scope="module")
def outputs(cluster: TerraformRuns, applied: Run) -> dict[str, Any]:
    assert applied.status == 0, applied.said
    printed = json.loads(cluster.run("output", "-json").said)
    return {name: one["value"] for name, one in printed.items()}


@pytest.fixture(scope="module")
def manifests(outputs: dict[str, Any]) -> list[dict]:
    return list(yaml.safe_load_all(outputs["manifests"]))


@pytest.fixture(scope="module")
def environment(
    aws: Account, attached: str, outputs: dict, tmp_path_factory: pytest.TempPathFactory
) -> TerraformRuns:
    """environments/nonprod with the facts of the cluster, after its bootstrap."""
    made = bootstrap("nonprod", aws, tmp_path_factory.mktemp("bootstrap")).run(
        "apply", "-no-color", "-auto-approve"
    )
    assert made.status == 0, made.said
    runs = start("nonprod", aws, attached, tmp_path_factory.mktemp("environment"))
    runs.state_facts(**outputs["facts"])
    return runs


def test_an_empty_account_gets_a_cluster(applied: Run):
    assert applied.status == 0, applied.said


def test_a_second_plan_changes_nothing(cluster: TerraformRuns, outputs: dict, variables):
    run, plan = cluster.plan(*variables)
    assert (run.status, changed(plan)) == (0, {}), run.said


def test_only_the_stated_roles_and_the_nodes_have_access(aws: Account, cluster: TerraformRuns):
    state = json.loads(cluster.run("show", "-json").said)
    entries = {
        one["values"]["principal_arn"]: one["values"]["type"]
        for one in state["values"]["root_module"]["resources"]
        if one["type"] == "aws_eks_access_entry"
    }
    role = f"arn:aws:iam::{aws.id}:role/"
    assert entries == {
        f"{role}eks-nonprod-node-karpenter": "EC2_LINUX",
        f"{role}platform-admin": "STANDARD",
    }


def test_the_facts_are_those_of_an_environment(environment: TerraformRuns):
    file = environment.ready.workspace.root / "environment.yaml"
    document = read(file)
    folder = file.parent.name
    assert environment_of(document).name == folder


def test_the_environment_plans_with_these_facts(environment: TerraformRuns):
    run, plan = environment.plan()
    assert run.status == 2, run.said
    assert any("helm_release" in address for address in changed(plan))


def test_the_command_of_the_readme_prints_the_facts_as_yaml(outputs: dict):
    command = re.search(r"scripts\.bootstrap -c \\\n +'(.+)'\n", README)
    assert command
    done = subprocess.run(
        [sys.executable, "-c", command[1]],
        input=json.dumps(outputs["facts"]),
        capture_output=True,
        text=True,
    )
    assert yaml.safe_load(done.stdout) == {"terraform": outputs["facts"]}


def test_the_certificate_of_the_host_is_that_of_the_ingress(aws: Account, outputs: dict):
    [certificate] = aws.client("acm").list_certificates()["CertificateSummaryList"]
    assert certificate["DomainName"] == HOST
    values = yaml.safe_load(outputs["values"])
    annotations = values["ingress"]["apiServer"]["annotations"]
    assert annotations["alb.ingress.kubernetes.io/certificate-arn"] == certificate["CertificateArn"]


def test_the_store_of_secrets_is_that_of_the_facts(manifests: list[dict], outputs: dict):
    [store] = [one for one in manifests if one["kind"] == "ClusterSecretStore"]
    assert store["metadata"]["name"] == outputs["facts"]["secrets"]["store_name"]
    [condition] = store["spec"]["conditions"]
    text = (ROOT / "terraform" / "modules" / "release" / "main.tf").read_text()
    labels = condition["namespaceSelector"]["matchLabels"]
    assert labels == {"app.kubernetes.io/part-of": "airflow", "environment": "nonprod"}
    assert [key for key in labels if not re.search(rf'"?{key}"? += var\.', text)] == []


def test_tasks_of_the_readme_reach_the_nodes_of_their_class(manifests: list[dict], tmp_path: Path):
    [text] = re.findall(r"```yaml\n(team: .+?)```", README, re.S)
    file = tmp_path / "search.yaml"
    file.write_text(text)
    assert team_file_problems(read(file), "search", []) == []
    tasks = yaml.safe_load(text)["workers"]
    pools = {
        one["metadata"]["name"]: one["spec"]["template"]
        for one in manifests
        if one["kind"] == "NodePool"
    }
    reached = [name for name, pool in pools.items() if _accepts(pool, tasks["nodeSelector"], tasks)]
    assert reached == ["highmem"]
    assert [name for name, pool in pools.items() if _accepts(pool, {}, {})] == ["general"]


def _accepts(pool: dict, selector: dict, pod: dict) -> bool:
    """Whether a pod with these tolerations may run on nodes of a pool."""
    tolerated = [
        {key: one.get(key) for key in ("key", "value", "effect")}
        for one in pod.get("tolerations", [])
    ]
    labelled = selector.items() <= pool["metadata"]["labels"].items()
    return labelled and all(taint in tolerated for taint in pool["spec"].get("taints", []))


def test_operators_use_the_service_accounts_that_have_roles(aws: Account, outputs: dict):
    eks = aws.client("eks")
    found = eks.list_pod_identity_associations(clusterName="nonprod")["associations"]
    accounts = {one["serviceAccount"] for one in found}
    named = {yaml.safe_load(text)["serviceAccount"]["name"] for text in outputs["helm"].values()}
    assert named == {"aws-load-balancer-controller", "external-secrets", "karpenter"}
    assert named <= accounts


def test_operators_run_on_the_managed_nodes(cluster: TerraformRuns, outputs: dict):
    state = json.loads(cluster.run("show", "-json").said)
    [group] = [
        one["values"]
        for one in state["values"]["root_module"]["resources"]
        if one["type"] == "aws_eks_node_group"
    ]
    for text in outputs["helm"].values():
        values = yaml.safe_load(text)
        assert values["nodeSelector"].items() <= group["labels"].items()
        assert [one["key"] for one in values["tolerations"]] == [
            taint["key"] for taint in group["taint"]
        ]


def test_the_destroyed_cluster_leaves_nothing(aws: Account, cluster: TerraformRuns, variables):
    """The last test: it removes what the others look at."""
    run = cluster.run("destroy", "-no-color", "-auto-approve", *variables)
    assert run.status == 0, run.said
    assert aws.client("eks").list_clusters()["clusters"] == []
    vpcs = aws.client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])
    assert vpcs["Vpcs"] == []
    roles = aws.client("iam").list_roles()["Roles"]
    assert [one["RoleName"] for one in roles if one["RoleName"].startswith("eks-")] == []
