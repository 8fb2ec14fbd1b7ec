"""The workflows: CI runs all tests, and deploys with the same command as people."""

import json
import re
from typing import Any

import pytest
import yaml

from scripts.errors import Refusal
from scripts.paths import ROOT
from scripts.releases.discovery import environments, releases
from scripts.releases.listing import deployable, nightly, on_aws

WORKFLOWS = ROOT / ".github" / "workflows"
SET_UP = ROOT / ".github" / "actions" / "set-up" / "action.yaml"


def workflow(name: str) -> dict[str, Any]:
    # BaseLoader, because YAML 1.1 reads the key `on` as true.
    return yaml.load((WORKFLOWS / name).read_text(), Loader=yaml.BaseLoader)


def commands(name: str) -> list[str]:
    return [step["run"] for step in steps(name) if "run" in step]


def steps(name: str) -> list[dict[str, Any]]:
    jobs = workflow(name)["jobs"].values()
    return [step for job in jobs for step in job.get("steps", [])]


def test_ci_runs_all_tests():
    assert any(command.endswith(".ci/run") for command in commands("ci.yaml"))


@pytest.mark.parametrize("name", ["deploy.yaml", "terraform.yaml"])
def test_the_environment_is_an_input_of_a_workflow_without_a_list(name: str):
    inputs = workflow(name)["on"]["workflow_dispatch"]["inputs"]
    assert inputs["environment"]["type"] == "environment"
    stated = (WORKFLOWS / name).read_text()
    assert [one.name for one in environments() if one.name in re.split(r"\W+", stated)] == []


def test_the_environments_of_the_nightly_drift_check_come_from_their_facts():
    wanted = [one.name for one in environments() if one.nightly_drift]
    assert json.loads(nightly()) == wanted != []
    matrix = workflow("terraform.yaml")["jobs"]["drift"]["strategy"]["matrix"]
    assert matrix == {"environment": "${{ fromJSON(needs.nightly.outputs.environments) }}"}
    assert any("-m scripts nightly" in command for command in commands("terraform.yaml"))


def test_ci_deploys_with_make_deploy():
    assert 'make deploy RELEASE="$ENVIRONMENT/$TEAM"' in commands("releases.yaml")


def test_one_run_deploys_every_team_and_then_the_same_commit_to_the_next_environment():
    jobs = workflow("deploy.yaml")["jobs"]
    assert jobs["promote"]["needs"] == "first"
    assert {job["uses"] for job in jobs.values()} == {"./.github/workflows/releases.yaml"}
    matrix = workflow("releases.yaml")["jobs"]["deploy"]["strategy"]["matrix"]
    assert matrix == {"team": "${{ fromJSON(needs.list.outputs.teams) }}"}
    assert any("scripts deployable" in command for command in commands("releases.yaml"))


def test_the_deployable_teams_are_those_of_an_environment_that_ci_deploys():
    for environment in {release.environment.name: release for release in releases()}.values():
        name = environment.environment.name
        teams = [release.team for release in releases() if release.environment.name == name]
        if environment.deployed_by == "ci":
            assert json.loads(deployable(name)) == teams
            assert json.loads(deployable(name, teams[-1])) == teams[-1:]
        else:
            with pytest.raises(Refusal, match=f"make apply ENV={name}"):
                deployable(name)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("stage",), "unknown environment 'stage'"), (("prod", "toys"), "unknown team 'toys'")],
)
def test_an_unknown_environment_or_team_is_not_deployed(arguments: tuple[str, ...], says: str):
    with pytest.raises(Refusal, match=says):
        deployable(*arguments)


def test_a_running_deployment_is_never_cancelled():
    deploy = workflow("releases.yaml")["jobs"]["deploy"]
    assert deploy["concurrency"]["cancel-in-progress"] == "false"


def test_ci_plans_applies_and_checks_for_drift_with_the_make_targets():
    done = "\n".join(commands("terraform.yaml"))
    acts = workflow("terraform.yaml")["on"]["workflow_dispatch"]["inputs"]["act"]["options"]
    assert set(acts) == {"plan", "apply", "drift"}
    for act in acts:
        assert f'make {act} ENV="$ENVIRONMENT"' in done


def test_the_plan_that_is_approved_is_the_one_that_is_applied():
    jobs = workflow("terraform.yaml")["jobs"]
    # Reviewers of the environment approve the apply, which makes no plan of its own.
    assert jobs["apply"]["environment"] == "${{ inputs.environment }}"
    assert jobs["plan"]["environment"] == "${{ matrix.environment }}-plan"
    assert jobs["apply"]["needs"] == "plan"
    assert not any("make plan" in step.get("run", "") for step in jobs["apply"]["steps"])
    [sent], [taken] = (
        [step["with"] for step in jobs[job]["steps"] if f"{act}-artifact" in step.get("uses", "")]
        for job, act in (("plan", "upload"), ("apply", "download"))
    )
    assert sent["name"].startswith("plan-") and taken["name"].startswith("plan-")
    assert sent["path"].strip().startswith("~/.cache/airflow-on-kubernetes/terraform/")


def test_every_environment_on_aws_is_planned():
    assert json.loads(on_aws()) == [one.name for one in environments() if one.terraform]
    assert any("-m scripts on-aws" in command for command in commands("terraform.yaml"))


@pytest.mark.parametrize("name", sorted(path.name for path in WORKFLOWS.glob("*.yaml")))
def test_no_input_is_pasted_into_a_command(name: str):
    assert [command for command in commands(name) if "${{" in command] == []


def test_every_action_is_pinned_by_its_commit():
    used = [step.get("uses", "") for path in WORKFLOWS.glob("*.yaml") for step in steps(path.name)]
    used += [step.get("uses", "") for step in yaml.safe_load(SET_UP.read_text())["runs"]["steps"]]
    own = [one for one in used if one.startswith("./")]
    assert own and [one for one in used if one and one not in own]
    assert [
        one for one in used if one not in own and not re.search(r"^$|@[0-9a-f]{40}$", one)
    ] == []


def test_jobs_that_run_terraform_take_only_the_committed_versions_of_providers():
    """An apply could otherwise use other providers than its plan, and CI may write IAM."""
    jobs = workflow("terraform.yaml")["jobs"]
    for job in ("plan", "apply", "drift"):
        [given] = [step["with"] for step in jobs[job]["steps"] if "set-up" in step.get("uses", "")]
        assert given == {"terraform": "true", "environment": "${{ env.ENVIRONMENT }}"}
