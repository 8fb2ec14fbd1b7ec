"""Check that every component, condition, port and value in the rows of a chart exists.

A misspelt name would be ignored silently: no policy would allow a connection, or no pod would read
a Secret.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.errors import Refusal
from scripts.values.blocks import Block
from scripts.values.fields import stated_at
from scripts.values.rows import AskerRow, ComponentRow, SecretRow, asker_rows
from scripts.values.topics.network import DESTINATIONS
from scripts.yaml_files import short


def refuse_taken_keys(keys: Iterable[str], taken: set[str | None], chart: Path) -> None:
    """Refuse a component whose block would replace another value."""
    file = short(chart / "files" / "components.yaml")
    for key in keys:
        if key in taken:
            raise Refusal(
                f"{file}: the key `{key}` is another value of the chart; choose a different key."
            )


def refuse_unknown_names(
    rows: Mapping[str, ComponentRow], secrets: list[SecretRow], model: type[Block], chart: Path
) -> None:
    """Refuse rows that name something that the chart does not have; all problems at once."""
    values = model().model_dump(by_alias=True)
    found = {
        "components.yaml": _of_components(rows, values, conditions(chart)),
        "secrets.yaml": _of_secrets(secrets, rows, values),
        "destinations.yaml": _of_destinations(asker_rows(chart), rows, values),
    }
    lines = [f"{short(chart / 'files' / file)}: {line}" for file in found for line in found[file]]
    if lines:
        raise Refusal("\n".join(lines))


def conditions(chart: Path) -> list[str]:
    """The names of the chart's conditions: the keys of the define `airflow.conditions`."""
    text = (chart / "templates" / "_traffic.tpl").read_text()
    define = text.partition('define "airflow.conditions"')[2].partition("{{- end }}")[0]
    return re.findall(r'^"([A-Za-z]+)": ', define, re.MULTILINE)


def _of_components(
    rows: Mapping[str, ComponentRow], values: Mapping[str, Any], known: list[str]
) -> Iterator[str]:
    callees = [*rows, "kubernetes", "internet", *DESTINATIONS]
    for name, row in rows.items():
        for callee, condition in row.calls.items():
            yield from _unknown(f"{name}.calls", "callee", callee, callees)
            yield from _unknown(f"{name}.calls.{callee}", "condition", condition, known)
        for role, rights in row.roles.items():
            yield from _unknown(f"{name}.roles.{role}.when", "condition", rights.when, known)
            if rights.rules_of and not _has(values, rights.rules_of):
                yield f"{name}.roles.{role}.rulesOf: unknown value `{rights.rules_of}`."
        if row.stands_for:
            yield from _unknown(f"{name}.standsFor", "callee", row.stands_for, callees)
        if row.replicated and row.kind != "Deployment":
            yield f"{name}.replicated: a {row.kind} has one pod; remove it."
        if isinstance(row.serves, str):
            yield from _unknown(f"{name}.serves", "port", row.serves, values["ports"])
        if row.external:
            blocks = values["networkPolicies"]
            yield from _unknown(f"{name}.external", "block", row.external, blocks)


def _of_secrets(
    secrets: list[SecretRow], rows: Mapping[str, ComponentRow], values: Mapping[str, Any]
) -> Iterator[str]:
    names = [row.name for row in secrets]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name}: two rows have this name; rename one of them."
    for row in secrets:
        for reader in row.readers:
            yield from _unknown(f"{row.name}.readers", "component", reader, rows)
            if reader in rows and rows[reader].namespace != "release":
                yield f"{row.name}.readers: {reader} runs where tasks do, and no secret is there."
        for reader in (*row.only, *row.instead):
            if reader not in row.readers:
                yield f"{row.name}: {reader} is not one of its readers; add it to `readers`."
        for key, how in row.generate.items():
            if how.password:
                yield from _unknown(f"{row.name}.generate.{key}", "secret", how.password, names)
        paths = row.values.model_dump(by_alias=True)
        stated = {f"values.{key}": path for key, path in paths.items()}
        for field, path in {**stated, "when": row.when}.items():
            if path and not _has(values, path):
                yield f"{row.name}.{field}: unknown value `{path}`; docs/values.md lists all."


def _of_destinations(
    askers: Mapping[str, list[AskerRow]],
    rows: Mapping[str, ComponentRow],
    values: Mapping[str, Any],
) -> Iterator[str]:
    for place, settings in askers.items():
        yield from _unknown(place, "destination", place, DESTINATIONS)
        if not any(place in row.calls for row in rows.values()):
            yield f"{place}: no component calls it; add it to `calls` in components.yaml."
        for asker in settings:
            if (asker.option, asker.variable, asker.text).count(None) != 2:
                yield f"{place}: a row reads an option, a variable or a text; state one of them."
            for path in (asker.text, asker.when):
                if path and not _has(values, path):
                    yield f"{place}: unknown value `{path}`; docs/values.md lists all."


def _unknown(place: str, noun: str, name: str, known: Iterable[str]) -> Iterator[str]:
    if name not in known:
        yield f"{place}: unknown {noun} `{name}`; known: {', '.join(sorted(known))}."


def _has(values: Mapping[str, Any], path: str) -> bool:
    return stated_at(values, path.split("."))[0]
