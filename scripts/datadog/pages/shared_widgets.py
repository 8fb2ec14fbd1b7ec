"""Widgets that several pages use."""

from scripts.datadog.queries import Query, count
from scripts.datadog.widgets import Display, Line, Marker, Timeseries, Value

FAILED, SUCCEEDED = "state:failed", "state:success"
SCHEDULE_DELAY = Marker("schedule_delay_seconds", 1000)
FAILED_TASKS = Marker("failed_tasks_percent")


def one(label: str, query: Query) -> Line:
    return Line(label, (query,))


def graph(
    title: str,
    *queries: tuple[str, Query],
    width: int = 4,
    display: Display = "line",
    alert: Marker | None = None,
) -> Timeseries:
    series = tuple(one(label, query) for label, query in queries)
    markers = (alert,) if alert else ()
    return Timeseries(title, width, series=series, display=display, markers=markers)


def heartbeats(title: str, name: str) -> Value:
    """Number of heartbeats in the selected time; 0 means an outage."""
    return Value(title, line=one("heartbeats", count(name)), aggregator="sum", bad=("<", 1))


def share(title: str, label: str, part: Query, whole: Query, units: int = 1) -> Timeseries:
    """One metric in percent of another, which counts in a unit that has `units` of the first."""
    divisor = f"({units} * b)" if units != 1 else "b"
    line = Line(label, (part, whole), f"100 * a / {divisor}", unit="percent")
    return Timeseries(title, 6, series=(line,))


def failure_share(by: tuple[str, ...] = (), *scope: str) -> Line:
    """Failed tasks in percent of all finished tasks."""
    failed = count("ti.finish", *scope, FAILED, by=by)
    succeeded = count("ti.finish", *scope, SUCCEEDED, by=by)
    formula = "100 * default_zero(a) / (default_zero(a) + default_zero(b))"
    return Line("failed", (failed, succeeded), formula, unit="percent")
