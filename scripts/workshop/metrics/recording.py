"""Recorded lines of the listener as series, from which pictures of the dashboards are drawn."""

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.console import console
from scripts.datadog.metrics import COMMON, METRICS, PREFIX, Kind
from scripts.datadog.series import FILE
from scripts.errors import Refusal
from scripts.paths import ROOT
from scripts.workshop.metrics.listener import Sample, samples

# The agent's own interval, in seconds, and the most points that a graph shows well.
INTERVAL, POINTS = 10, 60
DIGITS = 4


def write(lines: Path, note: str = "") -> None:
    """Write the series of recorded lines to the file that the pictures are drawn from."""
    # The first line is the listener's own, and the last may be half written.
    text = lines.read_text().split("\n")[1:-1]
    FILE.write_text(recording(samples(text), note))
    console.print(f"wrote {FILE.relative_to(ROOT)}", highlight=False)


def recording(found: Iterable[Sample], note: str = "") -> str:
    """Return the text of the file: each metric of the table with its tags, and its values."""
    known = [
        one for one in found if one.time is not None and one.name.removeprefix(PREFIX) in METRICS
    ]
    if not known:
        raise Refusal("The recording has no metric of the table with a time of arrival.")
    start, end = min(one.time for one in known), max(one.time for one in known)
    length = end - start + 1
    interval = INTERVAL * -(-length // (INTERVAL * POINTS))
    size = -(-length // interval)
    values: dict[tuple, list[list[float]]] = defaultdict(lambda: [[] for _ in range(size)])
    for one in known:
        name = one.name.removeprefix(PREFIX)
        own = {tag: one.tags[tag] for tag in METRICS[name].tags if tag in one.tags}
        point = (one.time - start) // interval
        values[name, tuple(sorted(own.items()))][point].append(one.value)
    common = {tag: known[-1].tags[tag] for tag in COMMON if tag != "env"}
    series = [
        {"metric": name, "points": [_point(name, those) for those in points], "tags": dict(tags)}
        for (name, tags), points in sorted(values.items())
    ]
    head = {"interval": interval, "note": note, "size": size, "tags": common}
    body = ",\n".join(f"  {json.dumps(one)}" for one in series)
    # One line per series, so that a new capture is a readable difference.
    return f'{json.dumps(head)[:-1]}, "series": [\n{body}\n]}}\n'


def _point(name: str, values: list[float]) -> Any:
    """Return the value of an interval: a sum, the last value, or all values of a histogram."""
    if not values:
        return None
    rounded = [float(f"{value:.{DIGITS}g}") for value in values]
    metric = METRICS[name]
    if metric.kind.is_histogram:
        return rounded
    return sum(rounded) if metric.kind is Kind.COUNTER else rounded[-1]
