"""Modules refuse the wrong inputs in their tables of refusals, each with its error."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from scripts.paths import ROOT
from tests.terraform.conftest import ready
from tests.terraform.refusals import Case, Table, errors, tables

TABLES = {table.module: table for table in tables()}
CASES = [(table.module, case) for table in TABLES.values() for case in table.cases]
RULE = re.compile(r"This was checked by the validation rule at variables\.tf:(\d+),")


@pytest.fixture(scope="session")
def refusals(
    providing: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, list[str]]]:
    """The errors of a module's cases, from one run of Terraform."""

    @cache
    def act(module: str) -> dict[str, list[str]]:
        table = TABLES[module]
        folder = tmp_path_factory.mktemp(module)
        return errors(table, ready(table.folder), providing(ROOT / table.folder), folder)

    return act


@pytest.mark.parametrize(
    ("module", "case"), CASES, ids=[f"{module}: {case.name}" for module, case in CASES]
)
def test_a_wrong_input_is_refused_with_its_error_only(refusals, module: str, case: Case):
    errors = refusals(module).get(case.name, [])
    assert [error[: len(case.error)] for error in errors] == [case.error]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_validation_refuses_a_case(refusals, table: Table):
    variables = (ROOT / table.folder / "variables.tf").read_text().splitlines()
    rules = {number for number, line in enumerate(variables, 1) if "validation {" in line}
    details = [detail for found in refusals(table.module).values() for detail in found]
    assert rules
    assert rules - {int(number) for detail in details for number in RULE.findall(detail)} == set()
