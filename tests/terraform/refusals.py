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
from tests.terraform.copies import linked

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
    folder: str
    given: Mapping[str, Any]
    cases: tuple[Case, ...]


def tables() -> list[Table]:
    """All tables, one per module."""
    return [_table(path) for path in sorted(FOLDER.glob("*.yaml"))]


def _table(path: Path) -> Table:
    text = yaml.safe_load(path.read_text())
    cases = (Case(name, case["set"], case["error"]) for name, case in text["refused"].items())
    folder = text.get("folder", f"terraform/modules/{path.stem}")
    return Table(path.stem, folder, text["given"], tuple(cases))


def errors(table: Table, ready: Ready, attached: str, copy: Path) -> dict[str, list[str]]:
    """The errors of each case, by its name, from one run of Terraform in a copy of the module."""
    linked(copy, [table.folder], _files(table))
    done = subprocess.run(
        [program(), f"-chdir={copy / table.folder}", "test", "-test-directory=cases", "-json"],
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


def _files(table: Table) -> dict[str, str]:
    """A file of tests for each case."""
    common = {**_providers(ROOT / table.folder), "variables": table.given}
    return {
        f"{table.folder}/cases/{number}.tftest.json": json.dumps(
            {**common, "run": {"refused": {"command": "plan", "variables": case.variables}}}
        )
        for number, case in enumerate(table.cases)
    }


def _providers(folder: Path) -> dict[str, Any]:
    """Mocks of all providers, which are quick; they do not support ephemeral resources."""
    names = {address.partition("/")[2] for address in needed(folder)}
    mocks = {name: MOCKS.get(name, {}) for name in sorted(names)}
    if not any('ephemeral "' in file.read_text() for file in folder.glob("*.tf")):
        return {"mock_provider": mocks}
    return {"provider": {"aws": AWS}}
