"""A dashboard as a picture: what stands where, and what it asks for; there is no data in it."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from scripts.datadog.widgets import COLUMNS, Dashboard, Line, Note, Widget, places

# A cell of the grid, and the heading of a group, in pixels.
CELL, HEIGHT = 100, 62
GAP = 4
SMALL = "font-size='11' fill='#555'"


def svg(dashboard: Dashboard) -> str:
    """The page as SVG."""
    parts, top = [], HEIGHT
    for group in dashboard.groups:
        parts.append(_text(GAP, top + 38, group.title, "font-size='17' font-weight='bold'"))
        top += HEIGHT
        placed = places(group.widgets)
        for widget, x, y in placed:
            parts += _widget(widget, x * CELL, top + y * HEIGHT)
        top += max(y + widget.height for widget, _, y in placed) * HEIGHT
    size = f"width='{COLUMNS * CELL}' height='{top + GAP}'"
    title = dashboard.title.replace("${environment}", "prod")
    head = [
        f"<svg xmlns='http://www.w3.org/2000/svg' {size} font-family='sans-serif'>",
        f"<rect {size} fill='#f7f7f9'/>",
        _text(GAP, 26, title, "font-size='20' font-weight='bold'"),
        _text(GAP, 48, dashboard.description, "font-size='13' fill='#555'"),
    ]
    return "\n".join([*head, *parts, "</svg>"]) + "\n"


def _widget(widget: Widget, left: int, top: int) -> Iterator[str]:
    width, height = widget.width * CELL - GAP, widget.height * HEIGHT - GAP
    yield (
        f"<rect x='{left}' y='{top}' width='{width}' height='{height}' rx='4' "
        "fill='white' stroke='#c8c8d0'/>"
    )
    yield _text(left + 8, top + 20, widget.title, "font-size='13'")
    room = (width - 16) // 6
    lines = list(_words(widget))
    for number, line in enumerate(lines[: (height - 28) // 15]):
        shown = line if len(line) <= room else line[: room - 1] + "…"
        yield _text(left + 8, top + 40 + 15 * number, shown, SMALL)


def _words(widget: Widget) -> Iterator[str]:
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


def _text(x: int, y: int, text: str, style: str) -> str:
    return f"<text x='{x}' y='{y}' {style}>{escape(text)}</text>"
