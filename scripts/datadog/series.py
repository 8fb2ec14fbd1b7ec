"""Series of metrics, and the evaluation of queries over them, for pictures of dashboards.

`python -m scripts capture` writes the file of captured series. The evaluation follows the part of
Datadog's rules that the queries of dashboards need: series are selected by their tags, grouped, and
aggregated per interval; an interval without a value stays empty.
"""

import ast
import json
import math
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from statistics import fmean, median
from typing import Any

from scripts.datadog.metrics import METRICS
from scripts.datadog.queries import Query
from scripts.datadog.widgets import Line

FILE = Path(__file__).parent / "captured.json"
Points = Sequence[float | None]
Groups = dict[tuple[str, ...], list[float | None]]

ACROSS: Mapping[str, Callable] = {
    "avg": fmean,
    "last": lambda values: values[-1],
    "max": max,
    "min": min,
    "sum": sum,
}
# Aggregates that the agent makes of the values of a histogram in an interval.
HISTOGRAM: Mapping[str, Callable[[list[float]], float]] = {
    "95percentile": lambda values: sorted(values)[max(math.ceil(0.95 * len(values)) - 1, 0)],
    "avg": fmean,
    "count": len,
    "max": max,
    "median": median,
}
ARITHMETIC = {
    ast.Add: operator.add,
    ast.Div: operator.truediv,
    ast.Mult: operator.mul,
    ast.Sub: operator.sub,
}


@dataclass(frozen=True)
class Series:
    """A metric with its tags: a value per interval, or None."""

    name: str
    tags: Mapping[str, str]
    points: Points


@dataclass(frozen=True)
class Source:
    """Series of one origin, over the same intervals, oldest first."""

    title: str
    # Seconds.
    interval: int
    size: int
    series: Sequence[Series]
    # Intervals in which a release was deployed.
    deployments: Mapping[int, str]

    def query(self, query: Query, variables: Mapping[str, str]) -> Groups:
        """Return the result of a query, by the values of its groups."""
        groups: dict[tuple[str, ...], list[Points]] = defaultdict(list)
        for series in self.series:
            if series.name == query.name and _selected(series.tags, query.scope, variables):
                key = tuple(series.tags.get(name, "N/A") for name in query.by)
                groups[key].append(series.points)
        across = ACROSS[query.aggregator]
        return {
            key: [_over(across, values) for values in zip(*groups[key], strict=True)]
            for key in sorted(groups)
        }

    def line(self, line: Line, variables: Mapping[str, str]) -> Groups:
        """Return the values of a line of a graph over time, by group."""
        results = [self.query(query, variables) for query in line.queries]
        nothing = [None] * self.size
        found = {}
        for key in sorted({key for result in results for key in result}):
            columns = zip(*(result.get(key, nothing) for result in results), strict=True)
            found[key] = [formula(line.formula, values) for values in columns]
        return found

    def number(
        self, line: Line, variables: Mapping[str, str], aggregator: str
    ) -> dict[tuple[str, ...], float]:
        """Return one value per group: queries are aggregated over time, then the formula."""
        results = [self.query(query, variables) for query in line.queries]
        found = {}
        for key in sorted({key for result in results for key in result}):
            values = [_over(ACROSS[aggregator], result.get(key, ())) for result in results]
            if (value := formula(line.formula, values)) is not None:
                found[key] = value
        return found


def captured(environment: str, file: Path = FILE) -> list[Source]:
    """Return the capture, with the tag `env` of another environment; empty if there is none."""
    if not file.exists():
        return []
    recorded = json.loads(file.read_text())
    common = {**recorded["tags"], "env": environment}
    series = [
        one
        for given in recorded["series"]
        for one in _series(given["metric"], {**common, **given["tags"]}, given["points"])
    ]
    return [Source("captured", recorded["interval"], recorded["size"], series, {})]


def formula(text: str, values: Sequence[float | None]) -> float | None:
    """Return the value of a formula over queries that are named a, b, c."""
    names = dict(zip("abcdef", values, strict=False))
    return evaluated(ast.parse(text, mode="eval").body, names)


def evaluated(node: ast.expr, names: Mapping[str, float | None]) -> float | None:
    """Return the value of a parsed formula; None where a query has none, or for a division by 0.

    Raises ValueError for what is not a part of a formula.
    """
    match node:
        case ast.Constant():
            return float(node.value)
        case ast.Name():
            return names[node.id]
        case ast.Call(func=ast.Name(id="default_zero")):
            return evaluated(node.args[0], names) or 0.0
        case ast.BinOp():
            left, right = evaluated(node.left, names), evaluated(node.right, names)
            if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
                return None
            return ARITHMETIC[type(node.op)](left, right)
    raise ValueError(f"{ast.unparse(node)} is not a part of a formula.")


def _series(name: str, tags: Mapping[str, str], points: Iterable[Any]) -> Iterator[Series]:
    """The series of Datadog for a metric of Airflow; a histogram has one per aggregate."""
    metric, points = METRICS[name], list(points)
    if not metric.kind.is_histogram:
        yield Series(metric.query_name, tags, points)
        return
    for aggregate, function in HISTOGRAM.items():
        values = [None if those is None else function(those) for those in points]
        yield Series(f"{metric.query_name}.{aggregate}", tags, values)


def _selected(tags: Mapping[str, str], scope: Iterable[str], variables: Mapping[str, str]) -> bool:
    for part in scope:
        name, _, wanted = part.partition(":")
        if name.startswith("$"):
            name, wanted = name[1:], variables[name[1:]]
        if wanted != "*" and not fnmatchcase(tags.get(name, ""), wanted):
            return False
    return True


def _over(aggregation: Callable, values: Iterable[float | None]) -> float | None:
    present = [value for value in values if value is not None]
    return aggregation(present) if present else None
