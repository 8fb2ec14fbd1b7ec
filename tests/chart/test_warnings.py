"""Values that the chart accepts with a warning: warnings.yaml holds them with the warnings."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import CHART

CASES = yaml.safe_load(Path(__file__).with_name("warnings.yaml").read_text())
ROWS = yaml.safe_load((CHART / "files" / "warnings.yaml").read_text())


def warnings(notes: str) -> list[str]:
    """Each warning as one line."""
    paragraphs = (" ".join(one.split()) for one in notes.split("\n\n"))
    return [one.removeprefix("WARNING: ") for one in paragraphs if one.startswith("WARNING: ")]


@pytest.fixture(scope="module")
def usual(notes) -> list[str]:
    """Warnings of the default values."""
    return warnings(notes())


def cases() -> list[Any]:
    return [
        pytest.param(values, case["says"], id=str(values)[:80])
        for case in CASES
        for values in (case["values"] if isinstance(case["values"], list) else [case["values"]])
    ]


@pytest.mark.parametrize(("values", "said"), cases())
def test_values_are_accepted_with_a_warning(notes, usual, values: dict, said: list[str]):
    assert [one for one in warnings(notes(values)) if one not in usual] == said


def test_every_row_of_warnings_has_a_case(usual):
    said = [one for case in CASES for one in case["says"]] + usual
    patterns = [
        re.compile(".+".join(map(re.escape, re.split(r"<[\w.*]+>|\*", row["says"]))))
        for row in ROWS
    ]
    assert patterns
    assert [one.pattern for one in patterns if not any(map(one.fullmatch, said))] == []
