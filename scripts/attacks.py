"""Attacks that code in a Dag could try, and their outcomes: docs/attacks.yaml.

The tables of docs/security.md are generated from them, and the cluster tests expect them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts.paths import ROOT

DATA = ROOT / "docs" / "attacks.yaml"
PAGE = ROOT / "docs" / "security.md"
TABLE = re.compile(r"(<!-- attacks: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True)
class Attacks:
    """Attempts of one kind; each lists the places from which it is possible, with a note."""

    places: Mapping[str, str]
    attempts: Mapping[str, Mapping[str, int]]

    def outcomes(self, place: str) -> dict[str, str]:
        """Return `possible` or `refused` for each attempt from a place."""
        if place not in self.places:
            raise KeyError(place)
        return {
            attempt: "possible" if place in notes else "refused"
            for attempt, notes in self.attempts.items()
        }

    def table(self) -> str:
        """Return the attempts as a Markdown table, with a column for each place."""
        rows = [["attempt", *self.places.values()], ["---"] * (len(self.places) + 1)]
        for attempt, notes in self.attempts.items():
            rows.append([attempt, *(_cell(notes.get(place)) for place in self.places)])
        return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def attacks(data: Path = DATA) -> dict[str, Attacks]:
    """Return the attacks of each kind."""
    return {kind: Attacks(**row) for kind, row in yaml.safe_load(data.read_text()).items()}


def files() -> dict[Path, str]:
    """Return docs/security.md with its tables."""
    found = attacks()
    text = TABLE.sub(lambda table: table[1] + found[table[2]].table() + table[3], PAGE.read_text())
    return {PAGE: text}


def _cell(note: int | None) -> str:
    return "refused" if note is None else f"possible ({note})"
