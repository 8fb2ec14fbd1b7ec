"""A dashboard as a picture: its widgets in their places, with their queries and without data."""

from collections.abc import Iterator

from scripts import svg
from scripts.datadog.widgets import COLUMNS, Dashboard, Line, Note, Widget, layout

# A cell of the grid, and the heading of a group, in pixels.
CELL, HEIGHT = 100, 62
GAP = 4
GROUND, BORDER = "#f7f7f9", "#c8c8d0"


def picture(dashboard: Dashboard) -> str:
    """Return the dashboard as SVG."""
    elements, top = [], HEIGHT
    for group in dashboard.groups:
        elements.append(svg.text(GAP, top + 38, group.title, 17, font_weight="bold"))
        top += HEIGHT
        placed = layout(group.widgets)
        for widget, x, y in placed:
            elements += _widget(widget, x * CELL, top + y * HEIGHT)
        top += max(y + widget.height for widget, _, y in placed) * HEIGHT
    width, height = COLUMNS * CELL, top + GAP
    title = dashboard.title.replace("${environment}", "prod")
    head = [
        svg.box(0, 0, width, height, GROUND),
        svg.text(GAP, 26, title, 20, font_weight="bold"),
        svg.text(GAP, 48, dashboard.description, 13, fill=svg.GRAY),
    ]
    return svg.picture(width, height, [*head, *elements])


def _widget(widget: Widget, left: int, top: int) -> Iterator[str]:
    width, height = widget.width * CELL - GAP, widget.height * HEIGHT - GAP
    yield svg.box(left, top, width, height, rx=4, stroke=BORDER)
    yield svg.text(left + 8, top + 20, widget.title, 13)
    room = (width - 16) // 6
    lines = list(_words(widget))
    for number, line in enumerate(lines[: (height - 28) // 15]):
        shown = line if len(line) <= room else line[: room - 1] + "…"
        yield svg.text(left + 8, top + 40 + 15 * number, shown, 11, fill=svg.GRAY)


def _words(widget: Widget) -> Iterator[str]:
    """The widget's type, and its queries or its text."""
    yield widget.definition()["type"].replace("_", " ")
    for line in widget.lines:
        yield f"{line.label}{_unit(line)}"
        for query in line.queries:
            groups = f" by {', '.join(query.by)}" if query.by else ""
            yield f"  {query.name}{groups}"
    if isinstance(widget, Note):
        yield widget.text


def _unit(line: Line) -> str:
    return f" [{line.unit_name}]" if line.unit_name else ""
