"""The rooms of scripts/ and their imports of each other, as a drawing."""

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from scripts import svg
from scripts.errors import Refusal
from scripts.paths import ROOT

SCRIPTS = ROOT / "scripts"
WORKSHOP = "workshop/"
# Pixels: a row, its room and the distance of lines; the heading above.
ROW, ROOM, LANE, HEADING = 54, 44, 16, 44
COLORS = ("#0550ae", "#1a7f37", "#9a6700", "#6639ba", "#bc4c00", "#0a7ea4", "#a40e26", "#57606a")
APPLICATION, APART = "#ddf4ff", "#fff8c5"
LEGEND = (
    "A line leads from a room to the rooms that it imports. Yellow: the workshop, which the"
    " application never imports."
)


def rooms() -> dict[str, list[Path]]:
    """Return the files of each room: packages, and single modules that import packages."""
    packages = [*SCRIPTS.glob("*/__init__.py"), *SCRIPTS.glob("workshop/*/__init__.py")]
    folders = [path.parent for path in packages if path.parent.name != "workshop"]
    found = {
        str(folder.relative_to(SCRIPTS)): sorted(folder.rglob("*.py")) for folder in sorted(folders)
    }
    modules = [path for path in sorted(SCRIPTS.glob("*.py")) if not path.name.startswith("__")]
    return found | {path.name: [path] for path in modules if imported([path], found)}


def imported(files: list[Path], among: Mapping[str, list[Path]]) -> set[str]:
    """Return those of the rooms that files import."""
    names = {f"scripts/{room.removesuffix('.py')}".replace("/", "."): room for room in among}
    found = set()
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text()))):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}."
                found |= {room for name, room in names.items() if full.startswith(f"{name}.")}
    return found


def imports() -> dict[str, set[str]]:
    """Return the rooms that each room imports."""
    all_rooms = rooms()
    return {room: imported(files, all_rooms) - {room} for room, files in all_rooms.items()}


def ordered(edges: Mapping[str, set[str]]) -> list[str]:
    """Return the rooms, the workshop first, importers before the rooms that they import.

    Raises Refusal when rooms import each other in a circle.
    """
    try:
        # Sorted, so that the drawing depends on the sources only.
        sorter = TopologicalSorter({room: sorted(others) for room, others in edges.items()})
        order = [*sorter.static_order()][::-1]
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise Refusal(f"Rooms import each other in a circle: {circle}.") from None
    return sorted(order, key=lambda room: not room.startswith(WORKSHOP))


def draw_rooms(left: int, top: int, width: int) -> tuple[list[str], int]:
    """Return a row per room, with a lane of lines for the imports of each; and their height."""
    edges = imports()
    order = ordered(edges)
    importers = [room for room in reversed(order) if edges[room]]
    edge = left + width - LANE * (len(importers) + 1)
    lanes = {room: edge + LANE * number for number, room in enumerate(importers, 1)}
    elements = [
        *(svg.arrowhead(color) for color in COLORS),
        svg.text(left, top, "Rooms of scripts/", 20, font_weight="bold"),
        svg.text(left, top + 20, LEGEND, fill=svg.GRAY),
    ]
    ports: dict[tuple[str, str], float] = {}
    for row, room in enumerate(order):
        y = top + HEADING + row * ROW
        fill = APART if room.startswith(WORKSHOP) else APPLICATION
        elements += [
            svg.box(left, y, edge - left, ROOM, fill, rx=6, stroke=svg.LINE),
            svg.text(left + 12, y + 19, room, 13, font_weight=600),
            svg.text(left + 12, y + 35, _sentence(room), 11, fill=svg.GRAY),
        ]
        # Its own line and those that arrive share the height of the room.
        arriving = [one for one in importers if room in {one, *edges[one]}]
        for number, importer in enumerate(arriving, 1):
            ports[importer, room] = y + ROOM * number / (len(arriving) + 1)
    for number, room in enumerate(importers):
        start = f"M {edge} {ports[room, room]:.1f} H {lanes[room]}"
        for target in sorted(edges[room]):
            end = f"V {ports[room, target]:.1f} H {edge + 3}"
            elements.append(svg.arrow(f"{start} {end}", COLORS[number % len(COLORS)]))
    return elements, HEADING + ROW * len(order)


def _sentence(room: str) -> str:
    """Return the first paragraph of a room's docstring."""
    path = SCRIPTS / room
    file = path if path.suffix else path / "__init__.py"
    docstring = ast.get_docstring(ast.parse(file.read_text())) or ""
    return " ".join(docstring.split("\n\n")[0].split())
