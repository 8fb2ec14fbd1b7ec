"""Widgets of a dashboard as parts of an SVG picture, with data."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scripts import svg
from scripts.datadog.series import Points, Source
from scripts.datadog.units import Scale, scale, ticks
from scripts.datadog.widgets import (
    Line,
    Logs,
    Marker,
    Monitors,
    Note,
    Objectives,
    Timeseries,
    Toplist,
    Value,
    Widget,
)

COLORS = (
    *("#2a6fdb", "#d9730d", "#1a936f", "#b0348a", "#7057d2", "#c2483c"),
    *("#2b8a9e", "#8a6d1f", "#5b6b7b", "#6a994e"),
)
GRID, BORDER, MUTED = "#e6e9ee", "#d5dae1", "#5f6b7a"
GOOD, BAD = "#e3f5ea", "#fde4e1"
GOOD_INK, BAD_INK = "#14683c", "#a4231a"
BADGES = {"captured": ("#e4eefc", "#1f4f9e"), "made up": ("#fdf0d5", "#8a5a00")}
TITLE, LEGEND, AXIS = 30, 18, 18
PAD = 10
# Width of a letter, in parts of the size of its font.
LETTER, BOLD = 0.58, 0.64
# Words over curves stay readable.
HALO = {"stroke": svg.PAPER, "stroke_width": 3, "paint_order": "stroke"}
MEANINGS = {"failed": "#c2483c", "success": "#1a936f", "up_for_retry": "#d9730d"}
FEW = 15
# Width of `and 12 more` in a legend.
MORE = 85
# A threshold at most so many times the highest value is in the graph.
NEAR = 4
LEVELS = {"Error": BAD_INK, "Warn": "#8a5a00"}


@dataclass(frozen=True)
class Frame:
    """A rectangle in the picture."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Curve:
    """One line of a graph, with its name in the legend."""

    name: str
    points: Points
    color: str


@dataclass(frozen=True)
class Data:
    """Sources of series, the best first, and the values of the template variables."""

    sources: Sequence[Source]
    variables: Mapping[str, str]
    teams: Sequence[str]
    thresholds: Mapping[str, float]

    def threshold(self, marker: Marker) -> float:
        """Return the threshold of a marker, in the unit of its graph."""
        return self.thresholds[marker.threshold] * marker.factor

    def source(self, lines: Sequence[Line]) -> Source:
        """Return the first source that has a value for any of the lines."""
        for source in self.sources:
            for line in lines:
                groups = source.line(line, self.variables).values()
                if any(point is not None for points in groups for point in points):
                    return source
        return self.sources[-1]


def card(widget: Widget, frame: Frame, data: Data) -> Iterator[str]:
    """Return the elements of a widget."""
    made_up = data.sources[-1].title
    source = data.source(widget.lines) if widget.lines else None
    badge = "" if isinstance(widget, Note) else source.title if source else made_up
    yield svg.box(frame.left, frame.top, frame.width, frame.height, rx=6, stroke=BORDER)
    # A narrow widget has the badge below its title.
    lower = TITLE if isinstance(widget, Value) else 0
    room = frame.width - 2 * PAD - (_width(badge, 10) + 18 if badge and not lower else 0)
    title = cut(widget.title, room, 13, BOLD)
    yield svg.text(
        *(frame.left + PAD, frame.top + 20, title, 13), tooltip=widget.title, font_weight=600
    )
    inside = Frame(
        frame.left + PAD,
        frame.top + TITLE,
        frame.width - 2 * PAD,
        frame.height - TITLE - PAD,
    )
    match widget:
        case Timeseries():
            yield from _graph(widget, inside, source, data)
        case Value():
            yield from _value(widget, frame, source, data)
        case Toplist():
            yield from _list(widget, inside, source, data)
        case Monitors():
            yield from _monitors(inside, data)
        case Objectives():
            yield from _objectives(inside, data)
        case Logs():
            yield from _logs(widget, inside, data)
        case Note():
            yield from _words(widget.text, inside)
    if badge:
        yield from _badge(badge, frame, lower)


def cut(words: str, room: float, size: int, letter: float = LETTER) -> str:
    """Return the words, shortened to the room in pixels."""
    letters = int(room / (letter * size))
    return words if len(words) <= letters else words[: max(letters - 1, 1)].rstrip() + "…"


def _width(words: str, size: int) -> float:
    return len(words) * LETTER * size


def _badge(words: str, frame: Frame, lower: float) -> Iterator[str]:
    ground, ink = BADGES[words]
    width = _width(words, 10) + 12
    left = frame.left + frame.width - PAD - width - lower / 6
    top = frame.top + 8 + lower
    yield svg.box(left, top, width, 16, ground, rx=8)
    yield svg.text(left + width / 2, top + 11.5, words, 10, fill=ink, text_anchor="middle")


def _graph(widget: Timeseries, frame: Frame, source: Source, data: Data) -> Iterator[str]:
    found, empty = [], []
    for line in widget.series:
        groups = source.line(line, data.variables)
        if not groups:
            empty.append(line.label)
        for key, points in groups.items():
            name = ", ".join(key) or line.label
            if key and len(widget.series) > 1:
                name = f"{line.label}: {name}"
            found.append((name, points))
    curves = [
        Curve(name, points, MEANINGS.get(name, COLORS[number % len(COLORS)]))
        for number, (name, points) in enumerate(found)
    ]
    if widget.display == "area":
        curves = list(_stacked(curves))
    unit = widget.series[0].unit_name
    highest = _highest(widget, curves, source.size, data)
    shown = scale(unit, highest)
    axis = ticks(highest, unit)
    labels = [shown.shown(value) for value in axis]
    margin = max(_width(label, 11) for label in labels) + 6
    rows = list(_legend(curves, [f"{one}: no data" for one in empty], frame.width))
    plot = Frame(
        frame.left + margin,
        frame.top + 12,
        frame.width - margin - 4,
        frame.height - 12 - AXIS - LEGEND * len(rows),
    )

    def y(value: float) -> float:
        return round(plot.top + plot.height * (1 - value / axis[-1]), 1)

    for value, label in zip(axis, labels, strict=True):
        yield svg.path(f"M {plot.left:g} {y(value):g} h {plot.width:g}", GRID)
        end = {"fill": MUTED, "text_anchor": "end"}
        yield svg.text(plot.left - 6, y(value) + 4, label, 11, **end)
    draw = _bars if widget.display == "bars" else _lines
    yield from draw(widget, curves, plot, source, y)
    yield from _times(plot, source)
    if widget.display == "bars" and curves and not highest:
        middle = {"fill": MUTED, "text_anchor": "middle"}
        center = plot.left + plot.width / 2, plot.top + plot.height / 2
        yield svg.text(*center, "all values are 0", 11, **middle)
    for marker in widget.markers:
        yield from _marker(data.threshold(marker), axis[-1], unit, plot, y)
    top = plot.top + plot.height + AXIS + 12
    for number, row in enumerate(rows):
        left = frame.left
        for name, color in row:
            yield svg.box(left, top + number * LEGEND - 8, 9, 9, color or GRID, rx=2)
            words = cut(name, frame.width - 14, 11)
            yield svg.text(left + 13, top + number * LEGEND, words, 11, tooltip=name, fill=MUTED)
            left += 13 + _width(words, 11) + 12


def _highest(widget: Timeseries, curves: Sequence[Curve], size: int, data: Data) -> float:
    """Return the highest value of a graph, or a threshold that is not far above it."""
    values = [point for curve in curves for point in curve.points if point is not None]
    if widget.display == "bars":
        values = [sum(curve.points[at] or 0 for curve in curves) for at in range(size)]
    highest = max([*values, 0])
    alerts = [data.threshold(marker) * 1.1 for marker in widget.markers]
    return max([highest, *(alert for alert in alerts if alert < NEAR * highest)])


def _marker(
    alert: float, end: float, unit: str, plot: Frame, y: Callable[[float], float]
) -> Iterator[str]:
    """The threshold of a monitor: a line, or only words when it is above the axis."""
    words = f"alert: {scale(unit, alert).shown(alert)}"
    place = plot.top + 9
    if alert <= end:
        place = y(alert) - 4 if y(alert) - 4 > plot.top + 8 else y(alert) + 12
        line = f"M {plot.left:g} {y(alert):g} h {plot.width:g}"
        yield svg.path(line, BAD_INK, stroke_dasharray="5 3")
    else:
        words = f"{words} ↑"
    right = {"fill": BAD_INK, "text_anchor": "end", **HALO}
    yield svg.text(plot.left + plot.width, place, words, 10, **right)


def _legend(
    curves: Sequence[Curve], empty: Sequence[str], room: float
) -> Iterator[list[tuple[str, str]]]:
    """Rows of names and colors; two rows at most."""
    row: list[tuple[str, str]] = []
    rows, used = 0, 0.0
    items = [(curve.name, curve.color) for curve in curves] + [(name, "") for name in empty]
    for number, (name, color) in enumerate(items):
        width = 25 + _width(name, 11)
        if row and used + width > room:
            if rows == 1:
                left = len(items) - number
                if used + MORE > room:
                    row.pop()
                    left += 1
                row.append((f"and {left} more", ""))
                break
            yield row
            row, used, rows = [], 0.0, rows + 1
        row.append((name, color))
        used += width
    if row:
        yield row


def _stacked(curves: Sequence[Curve]) -> Iterator[Curve]:
    """The upper edges of areas, each on top of those before it."""
    total: list[float] = []
    for curve in curves:
        total = total or [0.0] * len(curve.points)
        total = [below + (point or 0) for below, point in zip(total, curve.points, strict=True)]
        yield Curve(curve.name, tuple(total), curve.color)


def _times(plot: Frame, source: Source) -> Iterator[str]:
    """The axis of time, and deployments."""
    bottom = plot.top + plot.height
    length = source.interval * source.size
    unit, symbol = (60, "min") if length >= 300 else (1, "s")
    for part in range(5):
        at = plot.left + plot.width * part / 4
        ago = round(length * (4 - part) / 4 / unit)
        anchor = "start" if part == 0 else "end" if part == 4 else "middle"
        label = f"-{ago} {symbol}" if ago else "now"
        yield svg.text(at, bottom + 14, label, 10, fill=MUTED, text_anchor=anchor)
    for at, label in source.deployments.items():
        x = plot.left + plot.width * at / (source.size - 1)
        yield svg.path(f"M {x:g} {plot.top:g} V {bottom:g}", "#7a869a", stroke_dasharray="2 3")
        yield svg.text(x, plot.top - 3, label, 9, fill="#7a869a", text_anchor="middle")


def _lines(
    widget: Timeseries,
    curves: Sequence[Curve],
    plot: Frame,
    source: Source,
    y: Callable[[float], float],
) -> Iterator[str]:
    bottom = plot.top + plot.height
    for curve in reversed(curves) if widget.display == "area" else curves:
        places = [
            (round(plot.left + plot.width * at / max(source.size - 1, 1), 1), y(point))
            for at, point in enumerate(curve.points)
            if point is not None
        ]
        if not places:
            continue
        points = " L ".join(f"{x:g} {height:g}" for x, height in places)
        if widget.display == "area":
            area = f"M {places[0][0]:g} {bottom:g} L {points} L {places[-1][0]:g} {bottom:g} z"
            yield f'<path d="{area}" fill="{_pale(curve.color)}" stroke="none"/>'
        yield svg.path(f"M {points}", curve.color, stroke_width=1.5, stroke_linejoin="round")
        if len(places) <= FEW:
            for x, height in places:
                yield f'<circle cx="{x:g}" cy="{height:g}" r="2.2" fill="{curve.color}"/>'


def _bars(
    widget: Timeseries,
    curves: Sequence[Curve],
    plot: Frame,
    source: Source,
    y: Callable[[float], float],
) -> Iterator[str]:
    slot = plot.width / source.size
    bottom = plot.top + plot.height
    for at in range(source.size):
        below = 0.0
        for curve in curves:
            value = curve.points[at]
            if not value:
                continue
            top = y(below + value)
            left = plot.left + at * slot + slot * 0.12
            height = round((bottom if not below else y(below)) - top, 1)
            yield svg.box(round(left, 1), top, round(slot * 0.76, 1), height, curve.color)
            below += value


def _pale(color: str) -> str:
    """Return the color on white with little of itself."""
    parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * 0.3):02x}" for part in parts)


def _value(widget: Value, frame: Frame, source: Source, data: Data) -> Iterator[str]:
    [line] = widget.lines
    number = source.number(line, data.variables, widget.aggregator).get((), 0.0)
    ground, ink = GRID, svg.INK
    if widget.bad:
        compare = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}
        comparator, limit = widget.bad
        is_bad = compare[comparator](float(number), float(limit))
        ground, ink = (BAD, BAD_INK) if is_bad else (GOOD, GOOD_INK)
    top, height = frame.top + TITLE + 2, frame.height - TITLE - PAD - 2
    yield svg.box(frame.left + PAD, top, frame.width - 2 * PAD, height, ground, rx=4)
    shown = scale(line.unit_name, number).shown(number)
    middle = {"fill": ink, "text_anchor": "middle"}
    center = frame.left + frame.width / 2
    yield svg.text(center, top + height / 2 + 8, shown, 30, font_weight=600, **middle)
    words = f"{line.label}, {widget.aggregator}"
    yield svg.text(center, top + height - 10, words, 11, **middle)


def _list(widget: Toplist, frame: Frame, source: Source, data: Data) -> Iterator[str]:
    [line] = widget.lines
    numbers = source.number(line, data.variables, widget.aggregator)
    best = sorted(numbers.items(), key=lambda one: (-one[1], one[0]))[:10]
    highest = best[0][1] if best else 1
    shown: Scale = scale(line.unit_name, highest)
    row = min(26.0, frame.height / max(len(best), 5))
    rows = best[: int(frame.height // row)]
    for number, (key, value) in enumerate(rows):
        top = frame.top + number * row
        words = shown.shown(value)
        room = frame.width - 66
        width = room * value / highest if highest else 0
        yield svg.box(frame.left, top + 2, room, row - 4, "#f3f5f8", rx=3)
        yield svg.box(frame.left, top + 2, round(width, 1), row - 4, "#cfe0fb", rx=3)
        name = ", ".join(key)
        middle = top + row / 2 + 4
        yield svg.text(frame.left + 6, middle, cut(name, room - 10, 11), 11, tooltip=name)
        right = {"text_anchor": "end", "font_weight": 600}
        yield svg.text(frame.left + frame.width, middle, words, 11, **right)


def _monitors(frame: Frame, data: Data) -> Iterator[str]:
    counts = (("Alert", "1", BAD, BAD_INK), ("Warn", "1", *BADGES["made up"]))
    counts = (*counts, ("OK", "all others", GOOD, GOOD_INK))
    for number, (name, count, ground, ink) in enumerate(counts):
        left = frame.left + number * (frame.width / 3)
        yield svg.box(left, frame.top + 4, frame.width / 3 - 8, 50, ground, rx=4)
        yield svg.text(left + 10, frame.top + 24, name, 12, fill=ink)
        yield svg.text(left + 10, frame.top + 44, count, 16, fill=ink, font_weight=600)
    team = data.teams[0]
    rows = (
        ("Alert", f"Dag runs fail ({team}_report of {team})", "12 min"),
        ("Warn", f"Dag import errors ({data.teams[-1]})", "25 min"),
        *(("OK", f"No scheduler heartbeat ({one})", "") for one in data.teams),
        *(("OK", f"High task failure rate ({one})", "") for one in data.teams),
    )
    inks = {"Alert": BAD_INK, "Warn": "#8a5a00", "OK": GOOD_INK}
    yield from _table(
        Frame(frame.left, frame.top + 62, frame.width, frame.height - 62),
        [(row, inks[row[0]]) for row in rows],
        (0, 60, frame.width - 60),
    )


def _objectives(frame: Frame, data: Data) -> Iterator[str]:
    rows = [(("objective", "30 days", "target", "budget"), MUTED)]
    for number, team in enumerate(data.teams):
        good = GOOD_INK if number else BAD_INK
        left = f"{72 - 9 * number} %" if number else "-20 %"
        done = f"{99.4 - 0.2 * number:.1f} %" if number else "97.6 %"
        rows.append(((f"task success rate ({team})", done, "98 %", left), good))
        rows.append(((f"scheduler uptime ({team})", "99.9 %", "99.5 %", "84 %"), GOOD_INK))
    width = frame.width
    yield from _table(frame, rows, (0, width - 230, width - 150, width - 75))


def _logs(widget: Logs, frame: Frame, data: Data) -> Iterator[str]:
    first, last = data.teams[0], data.teams[-1]
    rows = (
        ("Error", "14:02:11", first, f"Task failed: {first}_report.load: connection refused"),
        ("Warn", "13:58:40", last, "Import of reports.py took 31 s"),
        ("Error", "13:41:07", first, "Task instance without heartbeat killed: load"),
        ("Warn", "13:37:52", first, "Retry 1 of 3: extract"),
        ("Error", "13:20:30", last, f"Task failed: {last}_hourly.extract: timed out"),
        ("Warn", "13:11:05", last, "Pool default_pool: 2 starving tasks"),
        ("Warn", "13:05:48", first, "Pod was evicted: low on memory"),
    )
    found = [(row, LEVELS[row[0]]) for row in rows if row[0].lower() in widget.search.lower()]
    yield from _table(frame, found, (0, 50, 120, 200))


def _table(
    frame: Frame, rows: Sequence[tuple[Sequence[str], str]], columns: Sequence[float]
) -> Iterator[str]:
    """Rows of words; the first word has the color."""
    ends = (*columns[1:], frame.width)
    for number, (words, ink) in enumerate(rows[: int(frame.height // 22)]):
        y = frame.top + 16 + 22 * number
        if number:
            yield svg.path(f"M {frame.left:g} {y - 15:g} h {frame.width:g}", GRID)
        for word, left, end in zip(words, columns, ends, strict=False):
            fill = {"fill": ink if not left or ink == MUTED else svg.INK}
            yield svg.text(frame.left + left, y, cut(word, end - left - 8, 12), 12, **fill)


def _words(text: str, frame: Frame) -> Iterator[str]:
    """Text in lines; links without their address."""
    line, lines = "", []
    for word in re.sub(r"\[(.*?)\]\(.*?\)", r"\1", text).split():
        if line and _width(f"{line} {word}", 12) > frame.width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    for number, one in enumerate([*lines, line]):
        yield svg.text(frame.left, frame.top + 14 + 19 * number, one, 12)
