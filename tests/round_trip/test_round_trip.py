"""Plan, apply, interrupt, plan again, drift, destroy, as an operator does, without an account.

The fixtures are the steps, each after the previous one; the tests check the result of each.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.releases import find
from scripts.releases.render import release_manifests
from scripts.terraform.plans import deleted_for_good
from tests.rendered import Manifests
from tests.round_trip.account import Account
from tests.round_trip.terraform_runs import Run, TerraformRuns, changed

# Enough to have created something, and few enough to have most of the work left.
DONE_BEFORE_INTERRUPT = 25
ASSOCIATION, RELEASE = ".aws_eks_pod_identity_association.", ".helm_release."
# The team that is removed and returns.
TEAM = "search"
# Shorter texts (a username, a port) are not secrets, and occur everywhere.
SHORTEST_SECRET = 12


@pytest.fixture(scope="module")
def planned(terraform: TerraformRuns) -> dict[str, Any]:
    run, plan = terraform.plan()
    assert run.status == 2, run.said
    return plan


@pytest.fixture(scope="module")
def interrupted(terraform: TerraformRuns, planned) -> list[Run]:
    """Ctrl-C during the apply, and again while RDS creates a database."""
    return [
        terraform.run("apply", "-json", "-auto-approve", until=_much_is_done),
        terraform.run("apply", "-json", "-auto-approve", until=_a_database_is_being_made),
    ]


@pytest.fixture(scope="module")
def refused(terraform: TerraformRuns, interrupted: list[Run]) -> Run:
    """Terraform would replace a database whose creation was interrupted."""
    return terraform.run("apply", "-json", "-auto-approve")


@pytest.fixture(scope="module")
def applied(terraform: TerraformRuns, refused: Run) -> Run:
    for address in terraform.tainted():
        terraform.run("untaint", address)
    return terraform.run("apply", "-json", "-auto-approve")


@pytest.fixture(scope="module")
def again(terraform: TerraformRuns, applied: Run) -> tuple[Run, dict[str, Any]]:
    return terraform.plan()


@pytest.fixture(scope="module")
def role(aws: Account, again) -> str:
    """A policy that was widened manually."""
    iam = aws.client("iam")
    roles = iam.list_roles(PathPrefix="/airflow/")["Roles"]
    name = next(role["RoleName"] for role in roles if role["RoleName"].endswith("scheduler"))
    policy = iam.list_role_policies(RoleName=name)["PolicyNames"][0]
    document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    document["Statement"][0]["Resource"] = "*"
    iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
    return name


@pytest.fixture(scope="module")
def drifted(terraform: TerraformRuns, role: str) -> tuple[Run, dict[str, Any]]:
    return terraform.plan()


@pytest.fixture(scope="module")
def lost(terraform: TerraformRuns, drifted) -> Run:
    """The file of a team is deleted by accident."""
    terraform.leave_out(TEAM)
    return terraform.run("plan", "-json")


@pytest.fixture(scope="module")
def retired(terraform: TerraformRuns, lost: Run) -> Run:
    """The first of two steps to remove the team."""
    terraform.leave_out()
    terraform.state_facts(retiring=[TEAM])
    return terraform.run("apply", "-json", "-auto-approve")


@pytest.fixture(scope="module")
def before(aws: Account, retired: Run) -> dict[str, str]:
    """The values of the team's secrets."""
    return {name: value for name, value in _secrets(aws) if f"/{TEAM}/" in name}


@pytest.fixture(scope="module")
def left(terraform: TerraformRuns, before) -> tuple[dict[str, Any], Run]:
    terraform.leave_out(TEAM)
    _, plan = terraform.plan()
    return plan, terraform.run("apply", "-json", "-auto-approve")


@pytest.fixture(scope="module")
def snapshot(aws: Account, left) -> str:
    """The last snapshot of the team's database."""
    [found] = aws.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    return found["DBSnapshotIdentifier"]


@pytest.fixture(scope="module")
def returned(terraform: TerraformRuns, aws: Account, snapshot: str) -> Run:
    """The way back as docs/operations/environments.md describes it."""
    client = aws.client("secretsmanager")
    for secret in client.list_secrets(IncludePlannedDeletion=True)["SecretList"]:
        if f"/{TEAM}/" in secret["Name"] and "DeletedDate" in secret:
            client.restore_secret(SecretId=secret["ARN"])
    terraform.leave_out()
    teams = {TEAM: {"snapshot": snapshot}}
    terraform.state_facts(retiring=None, returning=[TEAM], teams=teams)
    return terraform.run("apply", "-json", "-auto-approve")


@pytest.fixture(scope="module")
def settled(terraform: TerraformRuns, returned: Run) -> tuple[Run, dict[str, Any]]:
    terraform.state_facts(returning=None, teams=None)
    return terraform.plan()


@pytest.fixture(scope="module")
def destroyed(terraform: TerraformRuns, aws: Account, settled) -> Run:
    """Destroying prod needs one more step: the protection of the databases must be removed."""
    rds = aws.client("rds")
    for database in rds.describe_db_instances()["DBInstances"]:
        name = database["DBInstanceIdentifier"]
        rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=False)
    return terraform.run("destroy", "-no-color", "-auto-approve")


def test_the_first_plan_only_creates_resources(planned):
    assert {tuple(actions) for actions in changed(planned).values()} == {("create",)}


def test_every_resource_that_can_bear_tags_says_who_pays(planned):
    resources = _resources(planned["planned_values"]["root_module"])
    found = [one for one in resources if "tags_all" in one["values"]]
    assert len(found) > 20
    wanted = {"cost-center", "environment", "managed-by", "part-of", "team"}
    lacking = {one["address"] for one in found if wanted - (one["values"]["tags_all"] or {}).keys()}
    assert lacking == set()


def test_an_interrupted_apply_reports_the_interruption(interrupted):
    assert [run.status for run in interrupted] == [1, 1]


def test_an_interrupted_database_is_not_created_again(refused):
    """Prod protects an incomplete database, too; `terraform untaint` keeps it."""
    assert refused.errors
    assert [said for said in refused.errors if "Cannot delete protected" not in said] == []


def test_an_interrupted_apply_can_be_repeated(applied):
    assert (applied.status, applied.errors) == (0, [])


def test_a_plan_after_an_apply_has_no_changes(again):
    run, plan = again
    assert (run.status, changed(plan)) == (0, {})


def test_service_accounts_have_their_roles_before_a_release_needs_them(terraform, applied):
    """Pod Identity gives credentials to a pod only when the pod is created."""
    happened = terraform.happened()
    done = [
        time for kind, name, time in happened if kind == "apply_complete" and ASSOCIATION in name
    ]
    begun = [time for kind, name, time in happened if kind == "apply_start" and RELEASE in name]
    assert done and begun
    assert max(done) < min(begun)


def test_every_association_is_of_a_role_that_pods_may_have(aws, applied):
    eks, iam = aws.client("eks"), aws.client("iam")
    cluster = eks.list_clusters()["clusters"][0]
    listed = eks.list_pod_identity_associations(clusterName=cluster)["associations"]
    roles = {
        eks.describe_pod_identity_association(
            clusterName=cluster, associationId=one["associationId"]
        )["association"]["roleArn"]
        for one in listed
    }
    trusting = {
        role["Arn"]
        for role in iam.list_roles(PathPrefix="/airflow/")["Roles"]
        if "pods.eks.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
    }
    assert roles and roles <= trusting


def test_no_secret_is_in_a_plan_a_state_an_output_or_a_log(terraform, aws, again, planned):
    state = terraform.run("state", "pull").said
    outputs = terraform.run("output", "-json").said
    words = "".join(run.said for run in terraform.runs)
    secrets = list(_secrets(aws))
    assert len(secrets) > 3
    assert state and outputs
    assert [name for name, value in secrets if value in state + outputs + words] == []


@pytest.fixture(scope="module", params=["finance", "payments", "search"])
def rendered(request, terraform, again, tmp_path_factory) -> tuple[Manifests, Manifests]:
    """A release of prod, by its files only, and with the last layer of Terraform."""
    release = find(f"prod/{request.param}")
    layer = tmp_path_factory.mktemp("layers") / "terraform.yaml"
    layers = json.loads(terraform.run("output", "-json", "values").said)
    layer.write_text(json.dumps(layers[request.param]))
    whole = replace(release, layers=(*release.layers, layer))
    return tuple(Manifests(release_manifests(one)) for one in (release, whole))


def test_terraform_and_values_name_the_same_secrets(rendered):
    """A render without an account must equal the deployed one."""
    by_files, by_terraform = (
        {one["metadata"]["name"]: one["spec"] for one in each.of("ExternalSecret")}
        for each in rendered
    )
    assert by_files
    assert by_files == by_terraform


def test_terraform_and_values_name_the_same_log_folder(rendered):
    by_files, by_terraform = (
        each.configuration["logging"]["remote_base_log_folder"] for each in rendered
    )
    assert by_files == by_terraform


def test_drift_is_exactly_the_manual_change(drifted, role):
    run, plan = drifted
    assert run.status == 2
    changes = plan["resource_changes"]
    roles = {
        change["address"]: (change["change"]["before"] or {}).get("role") for change in changes
    }
    found = changed(plan)
    assert list(found.values()) == [["update"]]
    assert [roles[address] for address in found] == [role]


def test_a_team_whose_file_is_gone_is_not_destroyed(lost):
    assert lost.status == 1
    [error] = lost.errors
    assert f"has no file of team {TEAM}, which exists in prod" in error
    assert f"`retiring: [{TEAM}]`" in error


def test_the_first_step_removes_nothing_but_the_protection(aws, retired):
    assert (retired.status, retired.errors) == (0, [])
    databases = aws.client("rds").describe_db_instances()["DBInstances"]
    protected = {one["DBInstanceIdentifier"]: one["DeletionProtection"] for one in databases}
    assert protected == {
        "airflow-prod-finance": True,
        "airflow-prod-payments": True,
        f"airflow-prod-{TEAM}": False,
    }


def test_the_second_step_removes_exactly_the_team_and_keeps_a_snapshot(left, aws, snapshot):
    plan, run = left
    assert (run.status, run.errors) == (0, [])
    removed = [address for address, actions in changed(plan).items() if "delete" in actions]
    assert removed
    assert [
        address for address in removed if f'["{TEAM}' not in address and TEAM not in address
    ] == []
    assert list(deleted_for_good(plan)) == []
    assert snapshot.startswith(f"airflow-prod-{TEAM}-final-")


def test_a_team_that_returns_has_its_keys_and_its_password(returned, aws, before):
    assert (returned.status, returned.errors) == (0, [])
    after = {name: value for name, value in _secrets(aws) if f"/{TEAM}/" in name}
    assert {"fernet-key", "jwt-secret", "database"} <= {name.split("/")[-1] for name in before}
    assert after == before


def test_a_plan_after_the_return_has_no_changes(settled):
    run, plan = settled
    assert (run.status, changed(plan)) == (0, {})


def test_no_secret_is_in_a_state_after_the_return(terraform, aws, settled):
    said = terraform.run("state", "pull").said + "".join(run.said for run in terraform.runs)
    assert [name for name, value in _secrets(aws) if value in said] == []


def test_a_destroyed_environment_leaves_no_database_no_role_and_no_secret(destroyed, aws):
    assert destroyed.status == 0, destroyed.said
    left = {
        "databases": aws.client("rds").describe_db_instances()["DBInstances"],
        "roles": aws.client("iam").list_roles(PathPrefix="/airflow/")["Roles"],
        "secrets": aws.client("secretsmanager").list_secrets()["SecretList"],
    }
    assert {name for name, found in left.items() if found} == set()


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The managed resources of a module and of those in it."""
    yield from (one for one in module.get("resources", []) if one["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from _resources(child)


def _much_is_done(said: str) -> bool:
    return said.count('"type":"apply_complete"') >= DONE_BEFORE_INTERRUPT


def _a_database_is_being_made(said: str) -> bool:
    last = said.splitlines()[-1]
    return "aws_db_instance" in last and '"type":"apply_progress"' in last


def _secrets(aws: Account):
    """Every secret value that the account holds, and every text inside of one that is JSON."""
    client = aws.client("secretsmanager")
    for secret in client.get_paginator("list_secrets").paginate().search("SecretList[]"):
        try:
            value = client.get_secret_value(SecretId=secret["ARN"])["SecretString"]
        except ClientError:
            # The secret has no value yet.
            continue
        for text in _texts(value):
            if len(text) >= SHORTEST_SECRET:
                yield secret["Name"], text


def _texts(value: str) -> list[str]:
    try:
        inside = json.loads(value)
    except ValueError:
        return [value]
    return [value, *map(str, inside.values())] if isinstance(inside, dict) else [value]
