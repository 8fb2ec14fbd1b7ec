"""The report of a migration, as text or as JSON."""

import json as jsonlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from scripts.console import console
from scripts.errors import Refusal
from scripts.migrate import Migration, migrate, rendered
from scripts.releases.checks import dotted

COLORS = {"to do": "red", "dropped": "yellow", "renamed": "cyan", "added": "cyan", "kept": "green"}


def show(path: Path, *, output: Path | None, json: bool, render: bool) -> int:
    """Translate a file, print values and report; return 1 when values need a decision."""
    migration = migrate(path)
    if render:
        migration = _checked(migration)
    if output:
        _write(output, migration.text)
    if json:
        values = {} if output else {"values": migration.text}
        print(jsonlib.dumps({**values, "report": facts_of(migration)}, indent=2))
    else:
        if not output:
            sys.stdout.write(migration.text)
        # The values are on standard output, for a file; the report is for the user.
        target = Console(stderr=not output, soft_wrap=True, highlight=False)
        for line in _lines(migration):
            target.print(line)
    if migration.to_do:
        console.print(f"[bold red]✗[/] {_summary(migration)}")
    return 1 if migration.to_do else 0


def _checked(migration: Migration) -> Migration:
    try:
        return rendered(migration)
    except Refusal as refusal:
        raise Refusal(f"{refusal} Without Helm, add --no-render.") from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}.") from None


def facts_of(migration: Migration) -> list[dict[str, Any]]:
    """Return the report as data."""
    return [
        {
            "key": one.key,
            "line": migration.line(one),
            "status": one.status,
            "to": dotted(one.new) if one.new and one.status in ("renamed", "added") else None,
            "reason": one.reason,
        }
        for one in migration.decisions
    ]


def _lines(migration: Migration) -> Iterator[str]:
    """Yield the values by status, each with its line in the file."""
    facts = facts_of(migration)
    for status, color in COLORS.items():
        found = [fact for fact in facts if fact["status"] == status]
        if found:
            yield f"[bold {color}]{status} ({len(found)})[/]"
        for fact in found:
            line = f"{fact['line']}:" if fact["line"] else ""
            to = f" -> {fact['to']}" if status == "renamed" else ""
            reason = f": {fact['reason']}" if fact["reason"] else ""
            yield f"  {line:<5}{escape(fact['key'] + to + reason)}"
    yield "Other defaults that differ from those of the official chart: docs/differences.md"


def _summary(migration: Migration) -> str:
    counts = Counter(one.status for one in migration.decisions)
    others = ", ".join(
        f"{counts[name]} {name}" for name in COLORS if name != "to do" and counts[name]
    )
    number = len(migration.to_do)
    values = "1 value needs" if number == 1 else f"{number} values need"
    return f"{values} a decision, see `to do` in the report (and {others or 'no other'})."
