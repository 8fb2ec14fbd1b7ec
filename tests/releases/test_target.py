"""The cluster of a release, from one or several kubeconfig files."""

from pathlib import Path

import pytest
import yaml

from scripts import kubeconfig
from scripts.errors import Refusal
from scripts.releases import find
from scripts.releases.target import Target, find_target

NODE = "scripts.releases.target.KUBECONFIG"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Three paths in KUBECONFIG: no file, a file, and a file with a current context."""
    contents = {
        "first": {"contexts": [{"name": "prod"}, {"name": "both"}]},
        "second": {"contexts": [{"name": "both"}], "current-context": "both"},
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(yaml.safe_dump(content))
    files = [tmp_path / name for name in ("absent", "first", "second")]
    monkeypatch.setenv("KUBECONFIG", ":".join(map(str, files)))
    monkeypatch.setattr(NODE, tmp_path / "node")
    return files


def test_the_environment_names_the_context(files):
    assert find_target(find("prod/payments")) == Target("prod")


def test_a_given_context_wins_over_that_of_the_environment(files):
    assert find_target(find("prod/payments"), "both") == Target("both")


def test_without_a_context_the_current_one_is_used(files):
    assert find_target(find("local/payments")) == Target("both")


def test_a_release_of_local_is_deployed_to_the_local_node_while_it_runs(files, tmp_path):
    node = tmp_path / "node"
    node.write_text(yaml.safe_dump({"contexts": [{"name": "node"}], "current-context": "node"}))
    assert find_target(find("local/payments")) == Target("node", node)


def test_a_context_is_looked_up_in_all_files(files):
    assert kubeconfig.file_with("both", files) == files[1]
    assert kubeconfig.file_with("red", files) is None


def test_without_a_current_context_the_known_ones_are_listed(files):
    with pytest.raises(Refusal, match=r"no current context in .*/first; known: both, prod\."):
        kubeconfig.require("", files[:2])


@pytest.mark.parametrize("text", ["[]", "contexts: [1]", "contexts: [{}]", "{"])
def test_a_file_that_is_not_a_kubeconfig_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "kubeconfig"
    file.write_text(text)
    with pytest.raises(Refusal, match="kubeconfig is not a valid kubeconfig"):
        kubeconfig.require("red", [file])
