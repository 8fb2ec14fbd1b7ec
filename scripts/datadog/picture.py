"""A dashboard as a picture: its widgets in their places, with series."""

from scripts import svg
from scripts.datadog.charts import Data, Frame, card
from scripts.datadog.widgets import COLUMNS, Dashboard, layout

# A cell of the grid and a heading, in pixels.
CELL, ROW, HEADING = 114, 104, 44
HEAD, GAP, MARGIN = 66, 8, 16
GROUND = "#f6f7f9"


def picture(dashboard: Dashboard, data: Data) -> str:
    """Return the dashboard as SVG."""
    elements, top = [], float(HEAD)
    for group in dashboard.groups:
        elements.append(svg.text(MARGIN, top + 30, group.title, 16, font_weight=600))
        top += HEADING
        placed = layout(group.widgets)
        for widget, x, y in placed:
            frame = Frame(
                MARGIN + x * CELL,
                top + y * ROW,
                widget.width * CELL - GAP,
                widget.height * ROW - GAP,
            )
            elements += card(widget, frame, data)
        top += max(y + widget.height for widget, _, y in placed) * ROW
    width, height = COLUMNS * CELL + 2 * MARGIN - GAP, round(top + MARGIN)
    title = dashboard.title.replace("${environment}", data.variables["env"])
    filters = " · ".join(f"${name}: {data.variables[name]}" for name in dashboard.variables)
    head = [
        svg.box(0, 0, width, height, GROUND),
        svg.text(MARGIN, 30, title, 20, font_weight=600),
        svg.text(MARGIN, 52, dashboard.description, 13, fill=svg.GRAY),
        svg.text(width - MARGIN, 30, filters, 12, fill=svg.GRAY, text_anchor="end"),
    ]
    return svg.picture(width, height, [*head, *elements])
