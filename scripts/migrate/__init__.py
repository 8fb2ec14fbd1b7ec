"""Translation of values files of the official chart into values of this one, with a report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from scripts.errors import Refusal
from scripts.migrate.decisions import Decision, Decisions
from scripts.migrate.known_keys import block_at, stated_values
from scripts.migrate.text import ValuesText
from scripts.releases import helm
from scripts.releases.checks import shown, value_at
from scripts.releases.render import helm_template
from scripts.values import AirflowValues
from scripts.values.differences import Difference, differences, refused_defaults
from scripts.values.official import KeyPath, entries
from scripts.yaml_files import Document, read, short

OFFICIAL = "Defaults of the official chart:"
# The tag of the image, of which the official default depends on the version of the chart.
VERSION_KEYS = (
    ("defaultAirflowTag",),
    ("images", "airflow", "tag"),
    ("defaultAirflowDigest",),
    ("images", "airflow", "digest"),
)


@dataclass(frozen=True)
class Migration:
    """A translated file: its text, and the decision about each value."""

    document: Document
    text: str
    decisions: list[Decision]

    @property
    def to_do(self) -> list[Decision]:
        """The values that need a decision of the user."""
        return [one for one in self.decisions if one.status == "to do"]

    def line(self, one: Decision) -> int | None:
        """Return the line of a value in the file; None for one that is not in it."""
        return self.document.lines.get(one.path) if one.stated else None


def migrate(path: Path) -> Migration:
    """Translate a file; raise Refusal when it is not a values file of the official chart."""
    document = _read(path)
    decisions = Decisions(document.data, stated_values(document))
    text = ValuesText(path.read_text(), document.data, lambda at: bool(block_at(at)))
    found = [decisions.decide(one) for one in decisions.stated]
    for one in found:
        _edit(text, one, document.data)
    added = list(_added(decisions, found))
    for one in added:
        if one.new:
            text.set(one.new, one.value, OFFICIAL)
    return Migration(document, str(text), [*found, *added])


def _read(path: Path) -> Document:
    try:
        return read(path)
    except (IsADirectoryError, UnicodeDecodeError):
        raise Refusal(f"{short(path)} is not a text file: give a values file in YAML.") from None


def rendered(migration: Migration) -> Migration:
    """Return a migration with a `to do` for each sentence with which the chart refuses it."""
    try:
        helm_template(values=yaml.safe_load(migration.text) or {})
    except helm.Failed as failed:
        decisions = [*migration.decisions]
        for sentence in str(failed).splitlines():
            reason, number = sentence.rstrip("."), _named(sentence, decisions)
            if number is None:
                decisions.append(Decision(_first_key(sentence), "to do", reason, stated=False))
            else:
                decisions[number] = replace(decisions[number], status="to do", reason=reason)
        return replace(migration, decisions=decisions)
    return migration


def _edit(text: ValuesText, one: Decision, data: dict[str, Any]) -> None:
    """Carry a decision out."""
    if one.status in ("dropped", "to do"):
        text.remove(one.path)
    elif one.status != "kept" and one.new:
        if one.new not in text:
            text.move(one.path, one.new)
        elif one.new != one.path:
            text.remove(one.path)
        if one.value != value_at(data, one.path):
            text.set(one.new, one.value)


def _added(decisions: Decisions, found: list[Decision]) -> Iterator[Decision]:
    """Yield the official defaults on which the running release depends."""
    stated = {one.path for one in found} | {one.new for one in found if one.new}
    for one in differences(AirflowValues):
        conditions = one.reason.keep if one.reason else None
        if one.path in stated or conditions is None:
            continue
        if all(decisions.holds(condition) for condition in conditions):
            yield _default(one)
    for path, rule in refused_defaults():
        if path not in stated:
            yield replace(decisions.refused(path, rule), stated=False)
    if not any(path in stated for path in VERSION_KEYS):
        reason = "set it to the version that runs: the default depends on the version of the chart"
        yield Decision(VERSION_KEYS[0], "to do", reason, stated=False)


def _default(one: Difference) -> Decision:
    if not one.is_missing:
        why = one.reason.why if one.reason else ""
        reason = f"{shown(one.official)}, since the default here is {shown(one.own)}: {why}"
        return Decision(one.path, "added", reason, one.path, one.official, stated=False)
    entry = next(entry for entry in entries() if one.path in entry.values)
    return Decision(one.path, "to do", f"it is on in the official chart: {entry.way}", stated=False)


def _named(sentence: str, decisions: list[Decision]) -> int | None:
    """Return the number of the decision about the value that a sentence names first."""
    numbers = {one.new or one.path: number for number, one in enumerate(decisions)}
    parts = (path[:length] for path in _paths(sentence) for length in range(len(path), 0, -1))
    return next((numbers[part] for part in parts if part in numbers), None)


def _first_key(sentence: str) -> KeyPath:
    """Return the first value that a sentence names, which is not in the file."""
    paths = _paths(sentence)
    return next((path for path in paths if block_at(path) is not None), paths[0])


def _paths(sentence: str) -> list[KeyPath]:
    """Return the words of a sentence as paths."""
    return [tuple(word.split(".")) for word in re.findall(r"[\w-]+(?:\.[\w-]+)*", sentence)]
