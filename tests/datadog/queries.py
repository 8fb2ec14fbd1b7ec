"""The part of the grammar of Datadog's queries that ours use; anything else is refused."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

METRIC = re.compile(
    r"(?P<aggregator>avg|sum|min|max):(?P<name>[a-z][A-Za-z0-9_.]*)"
    r"\{(?P<scope>[^{}]*)\}(?: by \{(?P<by>[a-z_]+(?:,[a-z_]+)*)\})?"
    r"(?:(?P<count>\.as_count\(\))|\.rollup\((?P<rollup>avg|max|min|sum), (?P<seconds>\d+)\))?"
)
WINDOW = r"last_(?:5|10|15|30)m|last_1h"
MONITOR = re.compile(
    rf"(?:(?:avg|sum|min|max)\((?:{WINDOW})\)|change\(max\((?P<window>{WINDOW})\),(?P=window)\))"
    r":(?P<formula>.+) (?P<comparator><=|>=|<|>) (?P<threshold>\d+(?:\.\d+)?)"
)
# One part of a scope: a tag, a list of tags, or a template variable.
PART = re.compile(r"[a-z_]+:[A-Za-z0-9_.*-]+|[a-z_]+ IN \([^()]+\)|\$[a-z_]+")
# Parts that alert, and gates that do not.
COMPOSITE = re.compile(r"\d+( && \d+)*( && !\d+)*")
BURN_RATE = re.compile(
    r'burn_rate\("\w+"\)\.over\("(?P<timeframe>7d|30d|90d)"\)\.long_window\("(?P<long>\d+)h"\)'
    r'\.short_window\("(?P<short>\d+)m"\) > (?P<threshold>\d+(?:\.\d+)?)'
)


class NoQuery(ValueError):
    """A text that is not a valid query."""


@dataclass(frozen=True)
class Metric:
    """One metric of a query."""

    aggregator: str
    name: str
    scope: tuple[str, ...]
    by: tuple[str, ...]
    counts: bool
    # Function and minutes of its steps.
    rollup: tuple[str, int] | None = None


@dataclass(frozen=True)
class Condition:
    """The parsed query of a monitor."""

    metrics: tuple[Metric, ...]
    comparator: str
    threshold: float


def metrics(formula: str) -> tuple[Metric, ...]:
    """Return the metrics of a formula of metrics, numbers, arithmetic and default_zero."""
    found = tuple(_metrics(formula))
    _check(METRIC.sub("q", formula), {"q"})
    if not found:
        raise NoQuery(f"{formula!r} has no metric.")
    return found


def check_formula(formula: str, names: set[str]) -> None:
    """Refuse a text that is not a formula over queries of these names."""
    _check(formula, names)


def condition(query: str) -> Condition:
    """Parse a monitor's query: its metrics, comparator and threshold."""
    found = MONITOR.fullmatch(query)
    if found is None:
        raise NoQuery(f"{query!r} is not a valid condition.")
    return Condition(metrics(found["formula"]), found["comparator"], float(found["threshold"]))


def _scope(text: str) -> tuple[str, ...]:
    """Return the parts of a scope. Datadog refuses a comma between parts beside AND or IN."""
    if " AND " in text:
        return tuple(text.split(" AND "))
    parts = tuple(re.split(r",(?![^(]*\))", text))
    if len(parts) > 1 and any(" IN (" in part for part in parts):
        raise NoQuery(f"{text!r} has both commas and IN: join its parts by AND.")
    return parts


def _metrics(formula: str) -> Iterator[Metric]:
    for found in METRIC.finditer(formula):
        scope = _scope(found["scope"])
        if wrong := [part for part in scope if not PART.fullmatch(part)]:
            raise NoQuery(f"{wrong} in {formula!r} is not a valid scope.")
        by = tuple((found["by"] or "").split(",")) if found["by"] else ()
        steps = (found["rollup"], int(found["seconds"]) // 60) if found["rollup"] else None
        yield Metric(found["aggregator"], found["name"], scope, by, bool(found["count"]), steps)


def _check(formula: str, names: set[str]) -> None:
    try:
        tree = ast.parse(formula, mode="eval")
    except SyntaxError as error:
        raise NoQuery(f"{formula!r} is not a valid formula.") from error
    for node in ast.walk(tree.body):
        if isinstance(node, ast.Name) and node.id not in names | {"default_zero"}:
            raise NoQuery(f"{node.id} in {formula!r} is not a known query.")
        if not isinstance(node, ALLOWED):
            raise NoQuery(f"{ast.unparse(node)!r} is not allowed in a formula.")


ALLOWED = (
    *(ast.Name, ast.Load, ast.Constant, ast.Call, ast.BinOp),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div),
)
