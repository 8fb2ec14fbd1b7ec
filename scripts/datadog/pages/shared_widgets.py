"""Widgets that several pages use."""

from scripts.datadog.queries import Query, count
from scripts.datadog.widgets import Display, Line, Timeseries, Value

FAILED, SUCCEEDED = "state:failed", "state:success"


def one(label: str, query: Query) -> Line:
    return Line(label, (query,))


def graph(
    title: str, *queries: tuple[str, Query], width: int = 4, display: Display = "line"
) -> Timeseries:
    series = tuple(one(label, query) for label, query in queries)
    return Timeseries(title, width, series=series, display=display)


def heartbeats(title: str, name: str) -> Value:
    """Number of heartbeats in the selected time; 0 means an outage."""
    return Value(title, line=one("heartbeats", count(name)), aggregator="sum", bad=("<", 1))


def failure_share(by: tuple[str, ...] = (), *scope: str) -> Line:
    """Failed tasks in percent of all finished tasks."""
    failed = count("ti.finish", *scope, FAILED, by=by)
    succeeded = count("ti.finish", *scope, SUCCEEDED, by=by)
    formula = "100 * default_zero(a) / (default_zero(a) + default_zero(b))"
    return Line("failed", (failed, succeeded), formula, unit="percent")
