"""OpenTofu accepts the same code: every root, every module, and the modules' own tests."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.go_programs import program
from scripts.paths import ROOT
from scripts.terraform.provider_sources import HOST

# The registry that OpenTofu uses for a provider without one in its address.
REGISTRY = "registry.opentofu.org"
FOLDERS = sorted(
    {
        str(path.parent.relative_to(ROOT))
        for top in ("environments", "examples", "terraform")
        for path in (ROOT / top).rglob("versions.tf")
    }
)
# OpenTofu resolves outputs of an earlier run in `variables`, but not in a condition.
LOOKING_BACK = re.compile(r"condition\b.*\brun\.")
TESTED = [
    (str(path.parent.parent.relative_to(ROOT)), f"tests/{path.name}")
    for path in sorted((ROOT / "terraform").glob("**/tests/*.tftest.hcl"))
    if not LOOKING_BACK.search(path.read_text())
]


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the configurations, since `init` writes into their folders."""
    tree = tmp_path_factory.mktemp("opentofu")
    for name in ("environments", "examples", "terraform"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns(".terraform*"))
    for path in ROOT.iterdir():
        if not (tree / path.name).exists():
            (tree / path.name).symlink_to(path)
    return tree


@pytest.fixture(scope="session")
def tofu(tree: Path, providing) -> Callable[..., subprocess.CompletedProcess]:
    program("tofu")

    def act(folder: str, *args: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [program("tofu"), f"-chdir={tree / folder}", *args, "-no-color"],
            env={
                "HOME": os.environ["HOME"],
                "PATH": os.environ["PATH"],
                "TF_REATTACH_PROVIDERS": json.dumps(
                    {
                        address.replace(HOST, REGISTRY): where
                        for address, where in json.loads(providing(ROOT / folder)).items()
                    }
                ),
            },
            capture_output=True,
            text=True,
        )

    return act


@pytest.fixture(scope="session")
def ready(tofu) -> Callable[[str], None]:
    done = set()

    def act(folder: str) -> None:
        if folder not in done:
            run = tofu(folder, "init", "-backend=false")
            assert run.returncode == 0, run.stdout + run.stderr
            done.add(folder)

    return act


@pytest.mark.parametrize("folder", FOLDERS)
def test_opentofu_accepts_a_configuration(tofu, ready, folder):
    ready(folder)
    run = tofu(folder, "validate")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(("folder", "file"), TESTED)
def test_a_file_of_tests_passes_with_opentofu(tofu, ready, folder, file):
    ready(folder)
    run = tofu(folder, "test", f"-filter={file}")
    assert run.returncode == 0, run.stdout + run.stderr
