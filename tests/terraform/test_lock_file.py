"""The lock file of providers: CI takes the versions and hashes in it, and no others."""

import os
import re
from pathlib import Path

import pytest

from scripts.errors import Refusal
from scripts.terraform.provider_sources import HOST
from scripts.terraform.workspace import Workspace, prepare

PROVIDER = "example/cloud"
CONFIGURATION = f"""
terraform {{
  required_providers {{
    cloud = {{ source = "{PROVIDER}" }}
  }}
}}
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with a folder of plugins; `terraform init` only takes hashes of its files."""
    folder = tmp_path / "plugins" / HOST / PROVIDER / "1.0.0" / "linux_amd64"
    folder.mkdir(parents=True)
    plugin = folder / "terraform-provider-cloud_v1.0.0"
    plugin.write_text("")
    plugin.chmod(0o755)
    file = tmp_path / "cli.tfrc"
    mirror = f'filesystem_mirror {{ path = "{tmp_path / "plugins"}" }}'
    file.write_text(f"provider_installation {{\n  {mirror}\n}}\n")
    rest = {key: value for key, value in os.environ.items() if key != "CI"}
    return {**rest, "TF_CLI_CONFIG_FILE": str(file)}


@pytest.fixture
def workspace(tmp_path: Path, env: dict[str, str]) -> Workspace:
    """A configuration whose lock file a first `init` has written."""
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "main.tf").write_text(CONFIGURATION)
    made = Workspace("prod", folder, tmp_path / "cache")
    prepare(made, env)
    assert PROVIDER in made.lock.read_text()
    return made


def test_ci_accepts_the_providers_of_the_lock_file(workspace: Workspace, env: dict[str, str]):
    before = workspace.lock.read_text()
    prepare(workspace, {**env, "CI": "true"}, again=True)
    assert workspace.lock.read_text() == before


def test_ci_refuses_a_provider_with_another_hash(workspace: Workspace, env: dict[str, str]):
    text = re.sub(r'"h1:.', '"h1:_', workspace.lock.read_text())
    workspace.lock.write_text(text)
    with pytest.raises(Refusal, match="checksums"):
        prepare(workspace, {**env, "CI": "true"})
    assert workspace.lock.read_text() == text


def test_ci_refuses_a_provider_that_the_lock_file_lacks(workspace: Workspace, env: dict[str, str]):
    workspace.lock.write_text("")
    with pytest.raises(Refusal, match="lock"):
        prepare(workspace, {**env, "CI": "true"})
    assert workspace.lock.read_text() == ""


def test_elsewhere_terraform_writes_the_lock_file(workspace: Workspace, env: dict[str, str]):
    workspace.lock.write_text("")
    prepare(workspace, env, again=True)
    assert PROVIDER in workspace.lock.read_text()
