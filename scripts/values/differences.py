"""Where this chart differs from the official one, and docs/differences.md: see differences.yaml."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from scripts.values.fields import inline, stated_at
from scripts.values.official import Entry, KeyPath, entries, keys, missing
from scripts.values.official_tables import OfficialValue, as_text, official_values, rename_rows
from scripts.yaml_files import read

FILE = Path(__file__).with_suffix(".yaml")
# Longer defaults are cut in the page.
LONGEST = 60
# An entry with more values is shown by its blocks.
MOST = 8
EMPTY: tuple[Any, ...] = (None, "", 0, False, [], {})
INTRODUCTION = """\
Values have the names and the meaning of the official Apache Airflow chart (1.15 to 1.22). This page
lists what differs. `python -m scripts migrate-values FILE` translates a values file of the official
chart, and writes an official default out where this chart's would change a running release;
[from-the-official-chart.md](from-the-official-chart.md) shows how to take a release over."""
DASH = """\
An empty cell is an unset value. "-" means that this chart does not have the value; the last section
says what it has instead."""
REFUSED = """\
The render fails with a sentence for each of these values. Below a switch, nothing counts while the
switch is off."""


@dataclass(frozen=True)
class Reason:
    """Why the defaults of some keys differ, and when migrate-values keeps the official ones."""

    keys: tuple[str, ...]
    why: str
    # The keys that must be set for it; None: never.
    keep: tuple[str, ...] | None = None

    def covers(self, path: KeyPath) -> bool:
        return any(fnmatchcase(".".join(path), key) for key in self.keys)


@dataclass(frozen=True)
class Refused:
    """A value that this chart refuses, and what to do instead."""

    keys: tuple[str, ...]
    value: str
    way: str
    # With one of these keys, the value is `substitute`.
    unless: tuple[str, ...] = ()
    substitute: Any = None

    def applies(self, path: KeyPath, value: Any) -> bool:
        """Return whether the rule refuses a value of a key."""
        return ".".join(path) in self.keys and fnmatchcase(as_text(value), self.value)


@dataclass(frozen=True)
class Difference:
    """A value whose default is not that of the official chart."""

    path: KeyPath
    official: Any
    # None also when this chart does not have the value.
    own: Any
    is_missing: bool

    @property
    def reason(self) -> Reason | None:
        """Return the first row of the table that fits."""
        return next((one for one in reasons() if one.covers(self.path)), None)


@cache
def reasons() -> tuple[Reason, ...]:
    """Return the reasons of differences.yaml."""
    rows = read(FILE).data["defaults"]
    return tuple(
        Reason(tuple(row["keys"]), row["why"], _conditions(row.get("keep"))) for row in rows
    )


def _conditions(keep: bool | list[str] | None) -> tuple[str, ...] | None:
    return () if keep is True else tuple(keep) if keep else None


@cache
def refused() -> tuple[Refused, ...]:
    """Return the refused values of differences.yaml."""
    return tuple(
        Refused(
            tuple(row["keys"]),
            row["value"],
            row["way"],
            tuple(row.get("unless", ())),
            row.get("substitute"),
        )
        for row in read(FILE).data["refused"]
    )


def differences(model: type[BaseModel]) -> Iterator[Difference]:
    """Yield each default of a model that differs, and each missing capability that is on there."""
    own = model().model_dump(by_alias=True)
    on = {keys(entry.switch) for entry in entries() if entry.switch}
    for path, official in official_values().items():
        if not official.has_default or official.note == "Airflow 2":
            continue
        if missing(path, model):
            if path in on and official.default:
                yield Difference(path, official.default, None, True)
            continue
        stated, value = stated_at(own, path)
        if stated and not _same(official, value):
            yield Difference(path, official.default, value, False)


def _same(official: OfficialValue, own: Any) -> bool:
    """Return whether a default means the same; Airflow reads true and the text True alike."""
    if own in EMPTY and (official.default in EMPTY or "computed" in official.note):
        return True
    return str(own).lower() == str(official.default).lower()


def differences_page(model: type[BaseModel], header: str) -> str:
    """Return the text of docs/differences.md."""
    parts = ["# Differences from the official chart", f"<!-- {header} -->", INTRODUCTION]
    parts += [
        "## Defaults",
        DASH,
        *_defaults(model),
        "## Other names",
        "A name of a block covers the values in it.",
        _table(["official chart", "this chart", "note"], list(_renamed())),
        "## Values to decide about",
        "`migrate-values` leaves these values to you.",
        _table(["value", "what to do"], list(_to_decide())),
        "## Refused values",
        REFUSED,
        _table(["value", "what to do"], list(_without_counterpart(model))),
    ]
    return "\n\n".join(parts) + "\n"


def _defaults(model: type[BaseModel]) -> Iterator[str]:
    """Yield the reasons, each above a table of its values."""
    found = list(differences(model))
    for reason in [*reasons(), None]:
        rows = [_row(one) for one in found if one.reason == reason]
        if rows:
            yield _sentence(reason.why if reason else "")
            yield _table(["value", "official chart", "this chart"], rows)


def _row(one: Difference) -> list[str]:
    own = "-" if one.is_missing else _cell(one.own)
    return [f"`{'.'.join(one.path)}`", _cell(one.official), own]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{text and ':'}"


def _cell(value: Any) -> str:
    if value in (None, ""):
        return ""
    text = inline(value)
    return f"`{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}`"


def _renamed() -> Iterator[list[str]]:
    for old, new, note in rename_rows():
        yield [f"`{old}`", f"`{new}`" if new else "-", note]


def _to_decide() -> Iterator[list[str]]:
    for rule in refused():
        named = ", ".join(f"`{key}: {rule.value}`" for key in rule.keys)
        yield [named, rule.way]


def _without_counterpart(model: type[BaseModel]) -> Iterator[list[str]]:
    """Yield the keys that this chart does not have; one row for the keys of a switch."""
    for entry in entries():
        paths = [path for path in entry.values if missing(path, model)]
        if paths:
            yield [", ".join(f"`{one}`" for one in _names(entry, paths)), _way(entry)]


def _names(entry: Entry, paths: list[KeyPath]) -> list[str]:
    """Return the switch of an entry, or its values; many of them by their blocks."""
    if entry.switch:
        return [f"{entry.switch}: true"]
    names = sorted(".".join(path) for path in paths)
    if len(names) <= MOST:
        return names
    return sorted({".".join(path[:2]) + ("" if len(path) == 2 else ".*") for path in paths})


def _way(entry: Entry) -> str:
    return f"use `{entry.use}` instead" if entry.use else entry.way or ""


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(one.replace("|", "\\|") for one in line) + " |" for line in lines
    )


def refused_defaults() -> Iterator[tuple[KeyPath, Refused]]:
    """Yield the keys whose official default is a refused value."""
    for rule in refused():
        for key in rule.keys if rule.unless else ():
            official = official_values().get(keys(key))
            if official and rule.applies(official.path, official.default):
                yield official.path, rule
