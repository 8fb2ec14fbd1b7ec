"""Elements of an SVG picture, as text."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
INK, GRAY, LINE, PAPER = "#1f2328", "#6a737d", "#d8dee4", "#ffffff"


def picture(width: int, height: int, elements: Iterable[str]) -> str:
    """Return the file: elements on a white ground."""
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" fill="{INK}">'
    return "\n".join([head, box(0, 0, width, height), *elements, "</svg>"]) + "\n"


def box(
    x: float, y: float, width: float, height: float, fill: str = PAPER, **more: str | float
) -> str:
    """Return a rectangle; `more` are attributes such as `rx` and `stroke`."""
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return f'<rect {place} fill="{fill}"{_attributes(more)}/>'


def text(
    x: float, y: float, words: str, size: int = 13, tooltip: str = "", **more: str | float
) -> str:
    """Return a line of text; `more` are attributes such as `fill` and `text_anchor`."""
    title = f"<title>{escape(tooltip)}</title>" if tooltip else ""
    place = f'x="{x:g}" y="{y:g}" font-size="{size}"'
    return f"<text {place}{_attributes(more)}>{title}{escape(words)}</text>"


def path(points: str, stroke: str = GRAY, **more: str | float) -> str:
    """Return a line along points in SVG's own notation: `M 0 0 H 10`."""
    return f'<path d="{points}" fill="none" stroke="{stroke}"{_attributes(more)}/>'


def arrowhead(color: str) -> str:
    """Return the definition of the arrowhead that `arrow` needs for a color."""
    shape = f'<path d="M 0 0 L 8 4 L 0 8 z" fill="{color}"/>'
    size = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"'
    return f'<marker id="{_arrow(color)}" {size} orient="auto">{shape}</marker>'


def arrow(points: str, color: str = GRAY) -> str:
    """Return a path with an arrowhead at its end."""
    return path(points, color, marker_end=f"url(#{_arrow(color)})")


def _arrow(color: str) -> str:
    return f"arrow-{color.strip('#')}"


def _attributes(more: dict[str, str | float]) -> str:
    return "".join(
        f" {name.replace('_', '-')}={quoteattr(f'{value}')}" for name, value in more.items()
    )
