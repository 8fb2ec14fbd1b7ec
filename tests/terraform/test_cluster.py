"""Which cluster `local` means, and what is remembered of it."""

import json
from pathlib import Path

import pytest

from scripts import terraform
from scripts.errors import Refusal
from scripts.paths import KUBECONFIG, STATE
from scripts.releases.discovery import folders
from scripts.terraform.cluster import Cluster, cluster


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    file = tmp_path / "kubeconfig"
    file.write_text(json.dumps({"contexts": [{"name": "alpha"}, {"name": "beta"}]}))
    return file


@pytest.fixture
def remembering(tmp_path: Path, monkeypatch) -> Cluster:
    monkeypatch.setattr("scripts.terraform.cluster.CACHE", tmp_path)
    found = Cluster(tmp_path / "kubeconfig", "alpha")
    found.make_folder()
    return found


def test_without_a_context_it_is_the_local_node():
    found = cluster({})
    assert (found.kubeconfig, found.state) == (
        KUBECONFIG,
        STATE / "terraform" / "terraform.tfstate",
    )


def test_a_context_is_looked_up_in_every_kubeconfig_of_the_user(kubeconfig, tmp_path):
    other = tmp_path / "other"
    other.write_text(json.dumps({"contexts": []}))
    found = cluster({"TF_VAR_context": "beta", "KUBECONFIG": f"{other}:{kubeconfig}"})
    assert found.kubeconfig == kubeconfig


def test_an_unknown_context_is_refused_with_the_known_ones(kubeconfig):
    with pytest.raises(Refusal, match=r"no context 'gamma' in .*; known: alpha, beta"):
        Cluster(kubeconfig, "gamma").check()


def test_a_cluster_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refusal, match="`make up` starts the local cluster"):
        Cluster(tmp_path / "kubeconfig", "").check()


def test_each_context_has_a_state_of_its_own(kubeconfig):
    """Names that look alike as folders are different contexts."""
    states = {Cluster(kubeconfig, context).state for context in ("a/b", "a-b", "A-B", "")}
    assert len(states) == 4


def test_a_plan_is_made_with_what_the_last_apply_was_given(remembering):
    remembering.remember({"TF_VAR_team": "payments", "TF_VAR_context": "alpha"})
    assert remembering.variables({})["TF_VAR_team"] == "payments"


def test_what_is_given_counts_more_than_what_is_remembered(remembering):
    remembering.remember({"TF_VAR_team": "payments"})
    assert remembering.variables({"TF_VAR_team": "finance"})["TF_VAR_team"] == "finance"


def test_an_unknown_environment_is_refused_with_the_known_ones():
    known = ", ".join(folder.name for folder in folders())
    with pytest.raises(Refusal, match=f"no environment 'moon'; known: {known}"):
        terraform.run("moon", ["plan"])


def test_an_environment_without_terraform_says_who_deploys_it(monkeypatch, tmp_path):
    trial = tmp_path / "environments" / "trial"
    trial.mkdir(parents=True)
    (trial / "environment.yaml").touch()
    monkeypatch.setattr(terraform, "ROOT", tmp_path)
    monkeypatch.setattr(terraform, "ENVIRONMENTS", trial.parent)
    with pytest.raises(Refusal, match="`python -m scripts deploy trial/TEAM` deploys it"):
        terraform.run("trial", ["plan"])


def test_without_terraform_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refusal, match=r"install Terraform 1\.11 or newer"):
        terraform.run("local", ["fmt"])
