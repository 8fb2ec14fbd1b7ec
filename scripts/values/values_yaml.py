"""values.yaml: a section for each topic; each value with description, example and default."""

import textwrap
from collections.abc import Iterator
from typing import Any

from scripts.values.airflow import topics_of
from scripts.values.blocks import Block
from scripts.values.fields import Field, fields_of, in_lines, inline

WIDTH = 100
EXAMPLES = "Several values have the same description; only the first one has the example."


def values_yaml(model: type[Block], header: str) -> str:
    """Return the text of values.yaml; values that are unset are comments."""
    lines, shown = [f"# {header}", f"# {EXAMPLES}"], set[str]()
    for topic in topics_of(model):
        lines += ["", *_heading(topic)]
        for field in fields_of(topic()):
            lines += ["", *_entry(field, 0, shown)]
    return "\n".join(lines) + "\n"


def _heading(topic: type[Block]) -> list[str]:
    title = (topic.__doc__ or "").rstrip(".")
    return [f"# {'-' * (WIDTH - 2)}", f"# {title}", f"# {'-' * (WIDTH - 2)}"]


def _entry(field: Field, depth: int, shown: set[str]) -> Iterator[str]:
    """The lines of a value: comments, then the key with its default.

    `shown` are the descriptions that were followed by their example.
    """
    pad = "  " * depth
    yield from _comment(field.description, pad)
    if field.example is not None and field.description not in shown:
        shown.add(field.description)
        yield from _example(field.example, pad)
    if field.value is None:
        yield f"{pad}# {field.key}:"
    elif field.block and any(value is not None for value in field.block.model_dump().values()):
        yield f"{pad}{field.key}:"
        for inner in fields_of(field.block):
            yield from _entry(inner, depth + 1, shown)
    else:
        yield from (f"{pad}{line}" for line in in_lines({field.key: field.value}))


def _comment(text: str, pad: str) -> Iterator[str]:
    for line in textwrap.wrap(text, WIDTH - len(pad) - 2, break_on_hyphens=False):
        yield f"{pad}# {line}"


def _example(example: Any, pad: str) -> Iterator[str]:
    """An example as a comment: in one line where it fits."""
    line, lines = f"{pad}# Example: {inline(example)}", in_lines(example)
    if lines[0] == "|":
        yield f"{pad}# Example: |"
        yield from (f"{pad}# {one}" for one in lines[1:])
    elif len(line) <= WIDTH:
        yield line
    else:
        yield f"{pad}# Example:"
        yield from (f"{pad}#   {one}" for one in lines)
