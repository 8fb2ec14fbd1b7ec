"""Tables of refusals: inputs that a Terraform module refuses, and the error of each.

Terraform skips the rest of a file of tests after an error, so each case becomes a file of its own.
"""

import json
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.paths import ROOT
from scripts.terraform.provider_sources import needed
from scripts.terraform.workspace import Ready
from scripts.terraform.workspace import terraform as program

FOLDER = Path(__file__).parent / "refusals"
MOCKS = {"aws": {"mock_data": {"aws_iam_policy_document": {"defaults": {"json": "{}"}}}}}
# The real provider, which tests/terraform/amazon.py connects to moto.
AWS = {
    "skip_credentials_validation": True,
    "skip_metadata_api_check": True,
    "skip_requesting_account_id": True,
}


@dataclass(frozen=True)
class Case:
    """One wrong input, and how its error begins."""

    name: str
    variables: Mapping[str, Any]
    error: str


@dataclass(frozen=True)
class Table:
    """The cases of one module: each changes some of the variables that are given."""

    module: str
    given: Mapping[str, Any]
    cases: tuple[Case, ...]

    @property
    def folder(self) -> str:
        return f"terraform/modules/{self.module}"


def tables() -> list[Table]:
    """All tables, one per module."""
    return [_table(path) for path in sorted(FOLDER.glob("*.yaml"))]


def _table(path: Path) -> Table:
    text = yaml.safe_load(path.read_text())
    cases = (Case(name, case["set"], case["error"]) for name, case in text["refused"].items())
    return Table(path.stem, text["given"], tuple(cases))


def errors(table: Table, ready: Ready, attached: str, folder: Path) -> dict[str, list[str]]:
    """The errors of each case, by its name, from one run of Terraform in an empty folder."""
    root = _copy(table, folder)
    done = subprocess.run(
        [program(), f"-chdir={root}", "test", "-test-directory=cases", "-json"],
        env={**ready.env, "TF_REATTACH_PROVIDERS": attached},
        capture_output=True,
        text=True,
    )
    found = defaultdict(list)
    for event in map(json.loads, done.stdout.splitlines()):
        if event["type"] == "diagnostic" and event["diagnostic"]["severity"] == "error":
            assert "@testfile" in event, event["diagnostic"]
            number = int(Path(event["@testfile"]).name.partition(".")[0])
            found[table.cases[number].name].append(event["diagnostic"]["detail"])
    assert found, done.stdout + done.stderr
    return dict(found)


def _copy(table: Table, folder: Path) -> Path:
    """The module as a folder of links, with a file of tests for each case in `cases`."""
    root = folder / table.folder
    (root / "cases").mkdir(parents=True)
    (folder / "charts").symlink_to(ROOT / "charts")
    for source in (ROOT / table.folder).iterdir():
        if source.name not in (".terraform", "tests"):
            (root / source.name).symlink_to(source)
    providers = _providers(ROOT / table.folder)
    for number, case in enumerate(table.cases):
        run = {"refused": {"command": "plan", "variables": case.variables}}
        text = json.dumps({**providers, "variables": table.given, "run": run})
        (root / "cases" / f"{number}.tftest.json").write_text(text)
    return root


def _providers(folder: Path) -> dict[str, Any]:
    """Mocks of all providers, which are quick; they do not support ephemeral resources."""
    names = {address.partition("/")[2] for address in needed(folder)}
    mocks = {name: MOCKS.get(name, {}) for name in sorted(names)}
    if not any('ephemeral "' in file.read_text() for file in folder.glob("*.tf")):
        return {"mock_provider": mocks}
    return {"provider": {"aws": AWS}}
