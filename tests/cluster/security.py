"""The tables of docs/security.md, which the cluster must agree with."""

import re

from scripts.paths import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| (?P<attempt>[^|]+?) +\|(?P<answers>.+)\|$", re.MULTILINE)


def column(heading: str, number: int) -> dict[str, str]:
    """What a table says in one of its columns: attempt -> `refused` or `possible`."""
    return {attempt: answers[number] for attempt, answers in table(heading).items()}


def table(heading: str) -> dict[str, list[str]]:
    """The rows of the first table below a heading: attempt -> the first word of each answer."""
    section = DOCUMENT.read_text().split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = list(ROW.finditer(section))[2:]
    return {row["attempt"]: [cell.split()[0] for cell in row["answers"].split("|")] for row in rows}
