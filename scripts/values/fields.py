"""The fields of a block, as values.yaml and docs/values.md show them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import get_annotations
from typing import Any

import yaml
from pydantic import BaseModel

from scripts.values.blocks import Block


@dataclass(frozen=True)
class Field:
    """A field of a block with its value in that block."""

    key: str
    description: str
    value: Any
    examples: tuple[Any, ...]
    # Stated by the block's own class, not by a base.
    own: bool

    @property
    def example(self) -> Any:
        """The first example, unless the default already shows the shape."""
        return self.examples[0] if self.examples and self.value in (None, "", [], {}) else None

    @property
    def block(self) -> Block | None:
        """The value, when it is a block of values."""
        return self.value if isinstance(self.value, Block) else None


def fields_of(block: Block) -> Iterator[Field]:
    """The fields of a block: the switch, then those of its own class, then those of its bases."""
    kind = type(block)
    own = get_annotations(kind)
    for name in sorted(_names(kind), key=lambda name: name != "enabled"):
        field = kind.model_fields[name]
        yield Field(
            key=field.alias or name,
            description=" ".join((field.description or "").split()),
            value=getattr(block, name),
            examples=tuple(field.examples or ()),
            own=name in own,
        )


def _names(kind: type[Block]) -> list[str]:
    """The names of a block's fields, from the most derived class to the most general."""
    classes = [one for one in kind.__mro__ if issubclass(one, Block)]
    names = (name for one in classes for name in get_annotations(one))
    return [name for name in dict.fromkeys(names) if name in kind.model_fields]


def plain(value: Any) -> Any:
    """Return a value with the types of YAML and JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True, exclude_none=True)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return value


def stated_at(values: Any, path: Sequence[str]) -> tuple[bool, Any]:
    """Whether values state a path, and the value there."""
    for key in path:
        if not isinstance(values, Mapping) or key not in values:
            return False, None
        values = values[key]
    return True, values


def inline(value: Any) -> str:
    """A value in one line of YAML."""
    if value == "" or (isinstance(value, str) and "\n" in value):
        return json.dumps(value, ensure_ascii=False)
    text = yaml.safe_dump(
        plain(value), default_flow_style=True, sort_keys=False, width=float("inf")
    )
    return text.removesuffix("...\n").strip()


def in_lines(value: Any) -> list[str]:
    """A value as lines of YAML."""
    if isinstance(value, str) and "\n" in value:
        return ["|", *(f"  {line}" for line in value.splitlines())]
    text = yaml.safe_dump(plain(value), default_flow_style=False, sort_keys=False, width=100)
    return text.removesuffix("...\n").rstrip().splitlines()
