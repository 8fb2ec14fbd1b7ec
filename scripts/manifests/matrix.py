"""A picture of tables that share their columns, for docs/graphs."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scripts import svg

MARGIN, LABEL, COLUMN = 24, 256, 98
LINE, PADDING, HEADING = 15, 12, 38
HEADER = 76
# Characters that fit the label's width, and the width of a column.
NOTE_WIDTH, COLUMN_WIDTH = 42, 13
NOTE_LINES = 2
BANDS = ("#ddf4ff", "#fff8c5")
SHADE = "#f6f8fa"


@dataclass(frozen=True)
class Row:
    """A row: its name, a note below it, and the lines of each cell, by column."""

    name: str
    cells: Mapping[str, Sequence[str]]
    note: str = ""

    @property
    def notes(self) -> list[str]:
        """The note in short lines; the tooltip contains all of it."""
        return textwrap.wrap(self.note, NOTE_WIDTH, max_lines=NOTE_LINES, placeholder=" …")

    @property
    def height(self) -> int:
        lines = [len(cell) for cell in self.cells.values()]
        return max(*lines, 1 + len(self.notes), 1) * LINE + PADDING


@dataclass(frozen=True)
class Section:
    """Rows below a heading; `color` is that of their cells."""

    title: str
    color: str
    rows: Sequence[Row]
    boxed: bool = True

    @property
    def height(self) -> int:
        return HEADING + sum(row.height for row in self.rows)


def matrix(
    title: str, legend: str, groups: Mapping[str, Sequence[str]], sections: Sequence[Section]
) -> str:
    """Return the picture; `groups` are the columns, by the heading that spans them."""
    columns = [column for group in groups.values() for column in group]
    width = 2 * MARGIN + LABEL + COLUMN * len(columns)
    top = MARGIN + 52
    height = top + HEADER + sum(section.height for section in sections) + MARGIN
    elements = [
        svg.text(MARGIN, MARGIN + 14, title, 20, font_weight="bold"),
        svg.text(MARGIN, MARGIN + 36, legend, 13, fill=svg.GRAY),
        *_columns(groups, top),
    ]
    top += HEADER
    for section in sections:
        elements += _section(section, columns, top)
        top += section.height
    return svg.picture(width, height, elements)


def _columns(groups: Mapping[str, Sequence[str]], top: int) -> Iterator[str]:
    """The heading of each group, and the names of its columns below."""
    x = MARGIN + LABEL
    for number, (heading, columns) in enumerate(groups.items()):
        fill = BANDS[number % len(BANDS)]
        room = COLUMN * len(columns) - 4
        yield svg.box(x + 2, top, room, 26, fill, rx=4)
        yield svg.text(x + 2 + room / 2, top + 18, heading, 13, text_anchor="middle")
        for column in columns:
            lines = textwrap.wrap(column, COLUMN_WIDTH)
            for index, line in enumerate(lines):
                y = top + 50 + 16 * index + 8 * (2 - len(lines))
                style = {"text_anchor": "middle", "font_weight": 600}
                yield svg.text(x + COLUMN / 2, y, line, 12, **style)
            x += COLUMN


def _section(section: Section, columns: Sequence[str], top: int) -> Iterator[str]:
    width = LABEL + COLUMN * len(columns)
    yield svg.text(MARGIN, top + 22, section.title, 13, font_weight="bold", fill=section.color)
    yield svg.path(f"M {MARGIN} {top + HEADING - 5} h {width}", section.color, stroke_width=1.5)
    top += HEADING
    for number, row in enumerate(section.rows):
        if number % 2 == 0:
            yield svg.box(MARGIN, top, width, row.height, SHADE)
        yield from _label(row, top)
        for index, column in enumerate(columns):
            if lines := row.cells.get(column):
                left = MARGIN + LABEL + COLUMN * index
                yield from _cell(lines, section, left, top + row.height / 2)
        top += row.height


def _label(row: Row, top: int) -> Iterator[str]:
    first = top + (row.height - LINE * (1 + len(row.notes))) / 2 + 12
    yield svg.text(MARGIN + 8, first, row.name, 13, row.note, font_weight=600)
    for index, line in enumerate(row.notes, 1):
        yield svg.text(MARGIN + 8, first + LINE * index - 1, line, 10, row.note, fill=svg.GRAY)


def _cell(lines: Sequence[str], section: Section, left: int, middle: float) -> Iterator[str]:
    height = LINE * len(lines) + 4
    start, color = middle - height / 2, section.color
    if section.boxed:
        style = {"rx": 4, "stroke": color, "stroke_opacity": 0.45}
        yield svg.box(left + 14, start, COLUMN - 28, height, svg.PAPER, **style)
    for index, line in enumerate(lines):
        y = start + 13 + LINE * index
        yield svg.text(left + COLUMN / 2, y, line, 12, text_anchor="middle", fill=color)
