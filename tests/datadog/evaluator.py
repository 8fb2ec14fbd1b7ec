"""When a monitor alerts: Datadog's evaluation of the part of its query language that ours use.

Series have one value per minute, the newest last; None is a minute without a value. A counter's
value is the number of events in that minute. Rules, from Datadog's documentation of monitors and of
`as_count()`:

- an aggregation over a window uses the values that are there; a window without values gives none;
- with `as_count()`, each metric of a formula is first summed over the window, then the formula is
  evaluated, and a metric without values counts as 0;
- `default_zero` gives 0 for a minute without a value;
- `change(max(W),W)` is the maximum of the last window minus that of the one before.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from tests.datadog.queries import METRIC, MONITOR, Metric, metrics

Series = Mapping[str, Sequence[float | None]]

AGGREGATIONS: dict[str, Callable] = {"avg": fmean, "max": max, "min": min, "sum": sum}
COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
ARITHMETIC = {
    ast.Add: operator.add,
    ast.Div: operator.truediv,
    ast.Mult: operator.mul,
    ast.Sub: operator.sub,
}
UNITS = {"m": 1, "h": 60}


def alerts(query: str, series: Series) -> bool | None:
    """Return whether a monitor alerts at the end of the series; None without data.

    Raises KeyError when a metric of the query has no series.
    """
    found = MONITOR.fullmatch(query)
    assert found is not None, query
    head, window = re.match(r"(?:change\()?(\w+)\(last_(\d+[mh])\)", query).groups()
    minutes = int(window[:-1]) * UNITS[window[-1]]
    value = _aggregated(found["formula"], series, AGGREGATIONS[head], minutes, 0)
    if value is not None and query.startswith("change("):
        before = _aggregated(found["formula"], series, AGGREGATIONS[head], minutes, minutes)
        value = None if before is None else value - before
    if value is None:
        return None
    return COMPARISONS[found["comparator"]](value, float(found["threshold"]))


def _aggregated(
    formula: str, series: Series, aggregation: Callable, minutes: int, ago: int
) -> float | None:
    asked = metrics(formula)
    tree = ast.parse(METRIC.sub(_names(), formula), mode="eval").body
    windows = [_window(series[_key(one, series)], minutes, ago) for one in asked]
    if all(one.counts for one in asked):
        if not any(value is not None for window in windows for value in window):
            return 0.0 if "default_zero" in formula else None
        sums = [sum(value or 0 for value in window) for window in windows]
        return _value(tree, sums)
    points = [_value(tree, values) for values in zip(*windows, strict=True)]
    present = [point for point in points if point is not None]
    return aggregation(present) if present else None


def _window(values: Sequence[float | None], minutes: int, ago: int) -> Sequence[float | None]:
    end = len(values) - ago
    assert end >= minutes, f"a window of {minutes} minutes needs as many values"
    return values[end - minutes : end]


def _names() -> Callable[[re.Match], str]:
    numbers = iter(range(100))
    return lambda _: f"q{next(numbers)}"


def _key(metric: Metric, series: Series) -> str:
    """Return the series of a metric; one with a tag, `name{state:failed}`, has precedence."""
    for part in metric.scope:
        if f"{metric.name}{{{part}}}" in series:
            return f"{metric.name}{{{part}}}"
    return metric.name


def _value(node: ast.expr, values: Sequence[float | None]) -> float | None:
    match node:
        case ast.Constant():
            return float(node.value)
        case ast.Name():
            return values[int(node.id[1:])]
        case ast.Call():
            return _value(node.args[0], values) or 0.0
        case ast.BinOp():
            left, right = _value(node.left, values), _value(node.right, values)
            if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
                return None
            return ARITHMETIC[type(node.op)](left, right)
    raise AssertionError(ast.dump(node))
