"""docs/values.md: a table for each topic and each component, with descriptions and examples."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scripts.values.airflow import topics_of
from scripts.values.blocks import Block
from scripts.values.fields import Field, fields_of, in_lines, inline
from scripts.values.pods import SHARED, PodSettings

# A longer default is printed below its table.
LONGEST = 80
INTRODUCTION = """\
A value without a default is unset. "Through `tpl`" means that the value may contain template
expressions, such as `{{ .Release.Name }}`. An expression that may fail is refused: give each
function arguments of its types (`{{ .Values.ports.apiServer | toString | upper }}`), and do not
call functions such as `fail`, `required` and `lookup`. Values of an installation are merged over
the defaults: maps key by key, lists as a whole. Examples are YAML in one line."""


@dataclass(frozen=True)
class Section:
    """A part of the page: title, text, and values by their path."""

    title: str
    text: str
    rows: dict[str, Field]


def values_page(model: type[Block], header: str) -> str:
    """Return the text of docs/values.md."""
    return page("Values", header, INTRODUCTION, sections(model))


def page(title: str, header: str, introduction: str, of: Iterable[Section]) -> str:
    """Return the text of a page with sections of values."""
    parts = [f"# {title}", f"<!-- {header} -->", introduction]
    for section in of:
        parts += [f"## {section.title}", section.text, _table(section.rows)]
        parts += [
            f"Default of `{path}`:\n\n```yaml\n" + "\n".join(in_lines(field.value)) + "\n```"
            for path, field in section.rows.items()
            if _is_long(field)
        ]
    return "\n\n".join(filter(None, parts)) + "\n"


def sections(model: type[Block]) -> Iterator[Section]:
    """The topics, then the values that components share, then those of each component."""
    *topics, components = topics_of(model)
    yield from topic_sections(topics)
    blocks = {field.key: field.value for field in fields_of(components())}
    for kind in SHARED:
        keys = [f"`{key}`" for key, block in blocks.items() if isinstance(block, kind)]
        if keys:
            inherited = kind is PodSettings
            rows = dict(_rows(kind(), "<component>.", inherited=inherited))
            yield Section(_title(kind), f"`<component>` is {_list(keys, 'or')}.", rows)
    for key, block in blocks.items():
        links = [
            f"[{_title(kind)}](#{_title(kind).lower().replace(' ', '-')})"
            for kind in SHARED
            if isinstance(block, kind)
        ]
        text = f"{type(block).__doc__} See also {_list(links)}."
        yield Section(f"`{key}`", text, dict(_rows(block, f"{key}.", inherited=False)))


def topic_sections(topics: Iterable[type[Block]]) -> Iterator[Section]:
    """The values of topics."""
    for topic in topics:
        yield Section(_title(topic), "", dict(_rows(topic(), "")))


def _title(block: type[Block]) -> str:
    return (block.__doc__ or "").rstrip(".")


def _list(words: list[str], word: str = "and") -> str:
    *some, last = words
    return f"{', '.join(some)} {word} {last}" if some else last


def _rows(block: Block, prefix: str, *, inherited: bool = True) -> Iterator[tuple[str, Field]]:
    """The values of a block by path, blocks within it included."""
    for field in fields_of(block):
        path = f"{prefix}{field.key}"
        if not (inherited or field.own):
            continue
        yield path, field
        if field.block:
            shared = isinstance(field.block, PodSettings)
            yield from _rows(field.block, f"{path}.", inherited=not shared)


def _table(rows: dict[str, Field]) -> str:
    if not rows:
        return ""
    lines = ["| value | default | description |", "| --- | --- | --- |"]
    for path, field in rows.items():
        cells = (f"`{path}`", _default(field), _description(field))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _default(field: Field) -> str:
    if field.value is None or field.block:
        return ""
    return "see below" if _is_long(field) else f"`{inline(field.value)}`"


def _is_long(field: Field) -> bool:
    return field.value is not None and not field.block and len(inline(field.value)) > LONGEST


def _description(field: Field) -> str:
    if field.example is None:
        return field.description
    return f"{field.description}<br>Example: `{inline(field.example)}`"
