"""The Terraform code is valid, and passes the tests of its modules."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from scripts.paths import ROOT
from scripts.terraform.workspace import terraform as program
from tests.terraform.refusals import tables

MODULES = sorted(
    {
        str(path.parent.parent.relative_to(ROOT))
        for path in (ROOT / "terraform").glob("**/tests/*.tftest.hcl")
    }
)
# Those whose refusals are tests of Terraform; test_refusals.py has the others.
UNTABLED = sorted(set(MODULES) - {table.folder for table in tables()})
EXAMPLES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("examples/*"))
ROOTS = sorted(
    str(path.parent.relative_to(ROOT)) for path in ROOT.glob("environments/*/versions.tf")
)


@pytest.mark.parametrize("folder", [*ROOTS, *EXAMPLES])
def test_a_root_configuration_is_valid(terraform, folder):
    assert "Success! The configuration is valid" in terraform(folder, "validate").stdout


@pytest.mark.parametrize("folder", MODULES)
def test_a_module_passes_its_own_tests(terraform, folder):
    done = terraform(folder, "test")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", UNTABLED)
def test_every_validation_has_a_test(folder):
    refusing = "\n".join(
        path.read_text() for path in (ROOT / folder / "tests").glob("*.tftest.hcl")
    )
    variables = (ROOT / folder / "variables.tf").read_text()
    blocks = re.findall(r'^variable "(\w+)" \{(.*?)^\}', variables, re.MULTILINE | re.DOTALL)
    wanted = {name: body.count("validation {") for name, body in blocks}
    tested = {
        name: len(re.findall(rf"expect_failures.*var\.{name}\b", refusing)) for name in wanted
    }
    assert wanted
    assert {name: count for name, count in wanted.items() if tested[name] < count} == {}


@pytest.mark.parametrize("folder", [*MODULES, *EXAMPLES])
def test_the_readme_of_a_module_lists_every_variable_and_output(folder):
    readme = (ROOT / folder / "README.md").read_text()
    text = "".join((ROOT / folder / f"{kind}.tf").read_text() for kind in ("variables", "outputs"))
    names = re.findall(r'^(?:variable|output) "(\w+)"', text, re.MULTILINE)
    assert names
    assert [name for name in names if f"| `{name}` |" not in readme] == []


def test_blocks_of_the_second_version_of_the_helm_provider_are_refused(edited_module):
    """`set {}` was a block there; the provider must not ignore it."""
    error = edited_module("count = var.deployed_by", "set {}\n  count = var.deployed_by")
    assert 'Blocks of type "set" are not expected here' in error


def test_a_misspelt_argument_is_refused(edited_module):
    error = edited_module("wait_for_jobs ", "wait_for_job ")
    assert 'An argument named "wait_for_job" is not expected here' in error


@pytest.fixture
def edited_module(tmp_path: Path, attached: str):
    """The error of `terraform validate` for the release module after one edit."""

    def act(old: str, new: str) -> str:
        for file in (ROOT / "terraform" / "modules" / "release").glob("*.tf"):
            (tmp_path / file.name).write_text(file.read_text().replace(old, new))
        assert new in (tmp_path / "main.tf").read_text()
        done = subprocess.run(
            [program(), f"-chdir={tmp_path}", "validate", "-no-color"],
            env={**os.environ, "TF_REATTACH_PROVIDERS": attached},
            capture_output=True,
            text=True,
        )
        return done.stderr

    return act
