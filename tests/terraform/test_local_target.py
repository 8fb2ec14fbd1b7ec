"""The cluster that `local` is applied to, and the record of its last apply."""

import json
from pathlib import Path

import pytest

from scripts import terraform
from scripts.errors import Refusal
from scripts.paths import KUBECONFIG, STATE
from scripts.releases.discovery import folders
from scripts.terraform.local_target import LocalTarget, find_local_target


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    file = tmp_path / "kubeconfig"
    file.write_text(json.dumps({"contexts": [{"name": "alpha"}, {"name": "beta"}]}))
    return file


@pytest.fixture
def target(tmp_path: Path, monkeypatch) -> LocalTarget:
    monkeypatch.setattr("scripts.terraform.local_target.CACHE", tmp_path)
    found = LocalTarget(tmp_path / "kubeconfig", "alpha")
    found.make_folder()
    return found


def test_without_a_context_it_is_the_local_node():
    found = find_local_target({})
    assert (found.kubeconfig, found.state) == (
        KUBECONFIG,
        STATE / "terraform" / "terraform.tfstate",
    )


def test_a_context_is_looked_up_in_all_kubeconfig_files_of_the_user(kubeconfig, tmp_path):
    other = tmp_path / "other"
    other.write_text(json.dumps({"contexts": []}))
    found = find_local_target({"TF_VAR_context": "beta", "KUBECONFIG": f"{other}:{kubeconfig}"})
    assert found.kubeconfig == kubeconfig


def test_an_unknown_context_is_refused_with_the_known_ones(kubeconfig):
    with pytest.raises(Refusal, match=r"no context 'gamma' in .*; known: alpha, beta"):
        LocalTarget(kubeconfig, "gamma").check()


def test_a_missing_kubeconfig_is_refused(tmp_path):
    with pytest.raises(Refusal, match="start the local cluster with `make up`"):
        LocalTarget(tmp_path / "kubeconfig", "").check()


def test_each_context_has_a_state_of_its_own(kubeconfig):
    """Names that look alike as folders are different contexts."""
    states = {LocalTarget(kubeconfig, context).state for context in ("a/b", "a-b", "A-B", "")}
    assert len(states) == 4


def test_a_plan_uses_the_variables_of_the_last_apply(target):
    target.remember({"TF_VAR_team": "payments", "TF_VAR_context": "alpha"})
    assert target.variables({})["TF_VAR_team"] == "payments"


def test_given_variables_win_over_those_of_the_last_apply(target):
    target.remember({"TF_VAR_team": "payments"})
    assert target.variables({"TF_VAR_team": "finance"})["TF_VAR_team"] == "finance"


def test_an_unknown_environment_is_refused_with_the_known_ones():
    known = ", ".join(folder.name for folder in folders())
    with pytest.raises(Refusal, match=f"unknown environment 'moon'; known: {known}"):
        terraform.run("moon", ["plan"])


def test_an_environment_without_terraform_is_refused_with_the_command_to_deploy(
    monkeypatch, tmp_path
):
    trial = tmp_path / "environments" / "trial"
    trial.mkdir(parents=True)
    (trial / "environment.yaml").touch()
    monkeypatch.setattr(terraform, "ROOT", tmp_path)
    monkeypatch.setattr(terraform, "ENVIRONMENTS", trial.parent)
    with pytest.raises(Refusal, match="deploy it with `python -m scripts deploy trial/TEAM`"):
        terraform.run("trial", ["plan"])


def test_a_missing_terraform_is_refused_with_its_version(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refusal, match=r"install Terraform 1\.11 or newer"):
        terraform.run("local", ["fmt"])
