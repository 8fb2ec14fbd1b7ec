"""Figures as a table for a terminal, as JSON, and as the table of docs/performance.md."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from scripts.errors import Refusal
from scripts.paths import ROOT
from scripts.workshop.bench.figures import Bar, Figure, Measured
from scripts.workshop.bench.machine import Machine

DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"
HEAD = "| figure | what | value | bar | |\n| --- | --- | --- | --- | --- |"


@dataclass(frozen=True)
class Result:
    """A figure with its numbers, or with the problem that prevented the measurement."""

    figure: Figure
    measured: Measured | None = None
    problem: str = ""

    @property
    def lines(self) -> list[tuple[Bar, float | None]]:
        values = self.measured.values if self.measured else [None] * len(self.figure.bars)
        return list(zip(self.figure.bars, values, strict=True))

    @property
    def is_reached(self) -> bool:
        return all(reached(bar, value) is not False for bar, value in self.lines)


def reached(bar: Bar, value: float | None) -> bool | None:
    """Return whether a number is within its bar; None without a bar."""
    if value is None:
        return False
    return None if bar.at_most is None else value <= bar.at_most


def table(results: Sequence[Result], machine: Machine) -> Table:
    """Return the figures as a table for a terminal."""
    shown = Table("figure", "what", "value", "bar", "", title=str(machine), title_justify="left")
    for result in results:
        for number, (bar, value) in enumerate(result.lines):
            name = result.figure.name if number == 0 else ""
            mark = {True: "[green]reached", False: "[red]missed", None: ""}[reached(bar, value)]
            shown.add_row(name, bar.what, _number(value, bar), _limit(bar), mark)
    return shown


def as_data(results: Sequence[Result], machine: Machine) -> dict[str, Any]:
    """Return the figures as data, with all details."""
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.facts(),
        "figures": {
            result.figure.name: {
                "title": result.figure.title,
                "how": result.figure.how,
                "values": [
                    {
                        "what": bar.what,
                        "unit": bar.unit,
                        "value": value,
                        "at most": bar.at_most,
                        "reached": reached(bar, value),
                    }
                    for bar, value in result.lines
                ],
                "problem": result.problem,
                "details": dict(result.measured.details) if result.measured else {},
            }
            for result in results
        },
    }


def write(path: Path, results: Sequence[Result], machine: Machine) -> None:
    """Write the figures as JSON to a file."""
    path.write_text(json.dumps(as_data(results, machine), indent=2) + "\n")


def document(results: Sequence[Result], machine: Machine, path: Path = DOCUMENT) -> None:
    """Write the measured figures to the table of the document.

    Other figures keep their lines, unless they were measured on another machine.
    """
    text = path.read_text()
    if BEGIN not in text or END not in text:
        raise Refusal(f"{path} lacks the markers of the table of figures: {BEGIN} … {END}.")
    before, rest = text.split(BEGIN, 1)
    old, after = rest.split(END, 1)
    where = f"Measured on {machine}."
    kept = _rows(old) if where in old else {}
    today = datetime.now(UTC).date().isoformat()
    new = {result.figure.name: _row(result, today) for result in results if result.measured}
    rows = {**kept, **new}
    lines = "\n".join("\n".join(rows[name]) for name in sorted(rows))
    path.write_text(f"{before}{BEGIN}\n{where}\n\n{HEAD}\n{lines}\n{END}{after}")


def _rows(text: str) -> dict[str, list[str]]:
    """Return each figure's lines of an existing table; only its first line has its name."""
    rows: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if found := re.match(r"\| `([a-z-]+)`", line):
            name = found[1]
        if name and line.startswith("|"):
            rows.setdefault(name, []).append(line)
    return rows


def _row(result: Result, today: str) -> list[str]:
    lines = []
    for number, (bar, value) in enumerate(result.lines):
        name = f"`{result.figure.name}`: {result.figure.title} ({today})" if number == 0 else ""
        mark = {True: "reached", False: "**missed**", None: ""}[reached(bar, value)]
        lines.append(f"| {name} | {bar.what} | {_number(value, bar)} | {_limit(bar)} | {mark} |")
    return lines


def _limit(bar: Bar) -> str:
    if bar.at_most is None:
        return ""
    return f"≤ {_number(bar.at_most, bar)}" if bar.at_most else "none"


def _number(value: float | None, bar: Bar) -> str:
    if value is None:
        return "?"
    if not bar.unit:
        return f"{value:.0f}"
    digits = 3 if bar.unit == "s" and value < 1 else 1 if bar.unit == "s" and value < 100 else 0
    return f"{value:.{digits}f} {bar.unit}"
