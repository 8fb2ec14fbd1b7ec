"""The values of the official chart (1.15 to 1.22), and the names that they have in this one.

official_values.tsv has a row for each value: path, type, default as JSON (empty: unset) and a note.
`*` in a path is any key, `[]` an item of a list. official_renames.tsv has a row for each old name:
the new one (empty: the value has no place any more) and a note. A row for a block covers every
value in it, unless a longer row does. `key: value` is a row for one value of a key.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scripts.paths import CHART
from scripts.values.official import KeyPath, keys
from scripts.yaml_files import read

HERE = Path(__file__).parent
# Text in the column of defaults when the official values.yaml has no default.
UNSET = ""
# Parts of a path: any key, and an item of a list.
OPEN, ITEM = "*", "[]"


@dataclass(frozen=True)
class OfficialValue:
    """A value of the official chart."""

    path: KeyPath
    kind: str
    # None also when there is no default.
    default: Any
    note: str
    has_default: bool


@dataclass(frozen=True)
class Rename:
    """The new name of a value of the official chart; None: it has no place any more."""

    new: KeyPath | None
    note: str


@cache
def official_values() -> dict[KeyPath, OfficialValue]:
    """Return every value of the official chart by its path."""
    found = {}
    for row in _rows("official_values.tsv"):
        path = keys(row["path"])
        default = None if row["default"] == UNSET else json.loads(row["default"])
        has = row["default"] != UNSET
        found[path] = OfficialValue(path, row["type"], default, row["note"], has)
    return found


def as_text(value: Any) -> str:
    """Return a value as the tables have it: true, not True."""
    return json.dumps(value) if isinstance(value, bool) else str(value)


@cache
def renames() -> dict[KeyPath, Rename]:
    """Return the new name of each old one, Airflow's own options included."""
    found = {keys(old): Rename(keys(new), "") for old, new in _renamed_options()}
    for old, new, note in rename_rows():
        if ": " not in old:
            found[keys(old)] = Rename(keys(new) if new else None, note)
    return found


@cache
def replacements() -> dict[tuple[KeyPath, str], tuple[str | None, str]]:
    """Return the new text, or None, and a note for each value of a key that has no meaning here."""
    found = {}
    for row, new, note in rename_rows():
        old, is_value, value = row.partition(": ")
        if is_value:
            found[keys(old), value] = (new.partition(": ")[2] or None, note)
    return found


@cache
def rename_rows() -> tuple[tuple[str, str, str], ...]:
    """Return the rows of official_renames.tsv: old name, new name or nothing, note."""
    rows = _rows("official_renames.tsv")
    return tuple((row["old"], row["new"] or "", row["note"] or "") for row in rows)


def _renamed_options() -> Iterator[tuple[str, str]]:
    """Yield old and new options that Airflow 3.0 has under their new names only."""
    options = read(CHART / "files" / "options.yaml").data
    for old, new in options["unread"].items():
        yield f"config.{old}", f"config.{new}"
    for old, (new, since) in options["renamed"].items():
        if since == "3.0":
            yield f"config.{old}", f"config.{new}"


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open() as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
