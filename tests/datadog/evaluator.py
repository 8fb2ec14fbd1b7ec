"""When a monitor alerts: Datadog's evaluation of the part of its query language that ours use.

Series have one value per minute, the newest last; None is a minute without a value. A counter's
value is the number of events in that minute. Rules, from Datadog's documentation of monitors, of
composite monitors, of burn rates and of `as_count()`:

- an aggregation over a window uses the values that are there; a window without values gives none;
- with `as_count()`, each metric of a formula is first summed over the window, then the formula is
  evaluated, and a metric without values counts as 0;
- `default_zero` gives 0 for a minute, or a step of a rollup, without a value;
- without a value, the state is that before, or OK if `on_missing_data` says so; a count is 0;
- an alert ends when the value is no longer beyond the recovery threshold;
- a composite monitor has the least state of its parts, and is OK while one of its gates is not;
- a burn rate is the share of errors divided by that which the target allows, in both windows.
- `change(max(W),W)` is the maximum of the last window minus that of the one before.

A composite monitor here has no parts without data: none of ours shows it.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from statistics import fmean

from scripts.datadog.series import evaluated
from tests.datadog.queries import BURN_RATE, METRIC, MONITOR, Metric, metrics

Series = Mapping[str, Sequence[float | None]]

AGGREGATIONS: dict[str, Callable] = {"avg": fmean, "max": max, "min": min, "sum": sum}
COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
UNITS = {"m": 1, "h": 60}


class State(IntEnum):
    """State of a monitor, by severity."""

    OK = 1
    WARN = 2
    ALERT = 3


@dataclass(frozen=True)
class Thresholds:
    """Numbers that change the state of a monitor."""

    critical: float
    critical_recovery: float | None = None
    warning: float | None = None
    warning_recovery: float | None = None


def history(
    query: str, series: Series, thresholds: Thresholds | None = None, missing: str = "default"
) -> list[State]:
    """Return the states of a monitor, minute by minute, from the first whole window.

    Raises KeyError when a metric of the query has no series.
    """
    found = MONITOR.fullmatch(query)
    assert found is not None, query
    limits = thresholds or Thresholds(float(found["threshold"]))
    states: list[State] = []
    for value in values(query, series):
        before = states[-1] if states else State.OK
        if value is None and missing == "default" and ".as_count()" in query:
            value = 0.0
        if value is None:
            states.append(State.OK if missing == "resolve" else before)
        else:
            states.append(_state(value, found["comparator"], limits, before))
    return states


def combined(parts: Sequence[Sequence[State]], gates: Sequence[Sequence[State]]) -> list[State]:
    """Return the states of a composite monitor: all parts, and none of the gates."""
    minutes = min(len(states) for states in (*parts, *gates))
    rows = zip(*(states[-minutes:] for states in parts), strict=True)
    closed = zip(*(states[-minutes:] for states in gates), strict=True)
    found = [min(row) for row in rows]
    for minute, row in enumerate(closed):
        if any(state is not State.OK for state in row):
            found[minute] = State.OK
    return found


def values(query: str, series: Series) -> list[float | None]:
    """Return the value that a monitor compares, minute by minute."""
    formula = MONITOR.fullmatch(query)["formula"]
    head, window = re.match(r"(?:change\()?(\w+)\(last_(\d+[mh])\)", query).groups()
    minutes = int(window[:-1]) * UNITS[window[-1]]
    changes = query.startswith("change(")
    length = min(len(series[_key(one, series)]) for one in metrics(formula))
    first = minutes * (2 if changes else 1)
    assert length >= first, f"a window of {minutes} minutes needs as many values"
    return [
        _difference(
            *(
                _aggregated(formula, series, AGGREGATIONS[head], end - ago, minutes)
                for ago in ((0, minutes) if changes else (0,))
            )
        )
        for end in range(first, length + 1)
    ]


def burns(query: str, target: float, good: Sequence[float], total: Sequence[float]) -> bool:
    """Return whether a budget is spent too fast at the end of counts per minute."""
    found = BURN_RATE.fullmatch(query)
    assert found is not None, query
    budget = 1 - target / 100

    def rate(minutes: int) -> float:
        assert len(total) >= minutes
        return (1 - sum(good[-minutes:]) / sum(total[-minutes:])) / budget

    windows = (int(found["long"]) * 60, int(found["short"]))
    return all(rate(minutes) > float(found["threshold"]) for minutes in windows)


def _difference(now: float | None, before: float | None = 0.0) -> float | None:
    return None if now is None or before is None else now - before


def _state(value: float, comparator: str, limits: Thresholds, before: State) -> State:
    def beyond(threshold: float | None, otherwise: bool = False) -> bool:
        return otherwise if threshold is None else COMPARISONS[comparator](value, threshold)

    if beyond(limits.critical) or (before is State.ALERT and beyond(limits.critical_recovery)):
        return State.ALERT
    if beyond(limits.warning) or (before is not State.OK and beyond(limits.warning_recovery)):
        return State.WARN
    return State.OK


def _aggregated(
    formula: str, series: Series, aggregation: Callable, end: int, minutes: int
) -> float | None:
    asked = metrics(formula)
    tree = ast.parse(METRIC.sub(_names(), formula), mode="eval").body
    windows = [_steps(series[_key(one, series)][end - minutes : end], one) for one in asked]
    if all(one.counts for one in asked):
        if not any(value is not None for window in windows for value in window):
            return None
        sums = [sum(value or 0 for value in window) for window in windows]
        return evaluated(tree, _named(sums))
    points = [evaluated(tree, _named(values)) for values in zip(*windows, strict=True)]
    present = [point for point in points if point is not None]
    return aggregation(present) if present else None


def _steps(window: Sequence[float | None], metric: Metric) -> Sequence[float | None]:
    if metric.rollup is None:
        return window
    name, minutes = metric.rollup
    steps = [window[at : at + minutes] for at in range(0, len(window), minutes)]
    present = [[value for value in step if value is not None] for step in steps]
    return [AGGREGATIONS[name](step) if step else None for step in present]


def _names() -> Callable[[re.Match], str]:
    numbers = iter(range(100))
    return lambda _: f"q{next(numbers)}"


def _named(values: Sequence[float | None]) -> dict[str, float | None]:
    """Return the values by the names that `_names` gives."""
    return {f"q{number}": value for number, value in enumerate(values)}


def _key(metric: Metric, series: Series) -> str:
    """Return the series of a metric; one with a tag, `name{state:failed}`, has precedence."""
    for part in metric.scope:
        if f"{metric.name}{{{part}}}" in series:
            return f"{metric.name}{{{part}}}"
    return metric.name
