"""The workflows: CI runs the whole proof, and deploys by the same command as people."""

from typing import Any

import pytest
import yaml

from scripts.paths import ROOT
from scripts.releases import releases

WORKFLOWS = ROOT / ".github" / "workflows"


def workflow(name: str) -> dict[str, Any]:
    # BaseLoader, because YAML 1.1 reads the key `on` as true.
    return yaml.load((WORKFLOWS / name).read_text(), Loader=yaml.BaseLoader)


def commands(name: str) -> list[str]:
    jobs = workflow(name)["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def test_ci_runs_the_whole_proof():
    assert any(command.endswith(".ci/run") for command in commands("ci.yaml"))


def test_what_can_be_deployed_is_what_ci_owns():
    inputs = workflow("deploy.yaml")["on"]["workflow_dispatch"]["inputs"]
    owned = {release.environment.name for release in releases() if release.deployed_by == "ci"}
    assert set(inputs["environment"]["options"]) == owned


def test_a_deployment_is_the_command_that_people_have():
    assert 'make deploy RELEASE="$ENVIRONMENT/$TEAM"' in commands("deploy.yaml")


def test_a_deployment_is_never_cancelled_half_way():
    assert workflow("deploy.yaml")["concurrency"]["cancel-in-progress"] == "false"


def test_terraform_runs_in_every_environment_on_a_cluster_of_its_own():
    asked = workflow("terraform.yaml")["on"]["workflow_dispatch"]["inputs"]["environment"][
        "options"
    ]
    assert set(asked) == {path.parent.name for path in ROOT.glob("environments/*/backend.tf")}


def test_ci_plans_applies_and_looks_for_drift_by_the_commands_that_people_have():
    done = "\n".join(commands("terraform.yaml"))
    acts = workflow("terraform.yaml")["on"]["workflow_dispatch"]["inputs"]["act"]["options"]
    assert set(acts) == {"plan", "apply", "drift"}
    assert 'make plan ENV="$ENVIRONMENT"' in done
    assert 'make "$ACT" ENV="$ENVIRONMENT"' in done


@pytest.mark.parametrize("name", sorted(path.name for path in WORKFLOWS.glob("*.yaml")))
def test_no_input_is_pasted_into_a_command(name: str):
    assert [command for command in commands(name) if "${{" in command] == []
