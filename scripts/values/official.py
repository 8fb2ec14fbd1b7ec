"""Values of the official chart that this chart does not have: see official.yaml."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scripts.yaml_files import read

FILE = Path(__file__).with_suffix(".yaml")
KeyPath = tuple[str, ...]
# The key of a block in keys.json that has no other keys than those of the official chart.
CLOSED = "/"


def keys(path: str) -> KeyPath:
    """Return the keys of a dotted path; `[]` is a key of its own."""
    return tuple(path.replace("[]", ".[]").split("."))


@dataclass(frozen=True)
class Entry:
    """Values that this chart does not have, and what it has instead."""

    # Each key in values, and the value that changes nothing, in addition to empty ones.
    values: Mapping[KeyPath, Any]
    # The way of this chart, or its key with the same meaning.
    way: str | None = None
    use: str | None = None
    # The value that turns the capability on.
    switch: str | None = None


@cache
def entries() -> tuple[Entry, ...]:
    """Return all entries of official.yaml."""
    return tuple(_entry(**entry) for entry in read(FILE).data["entries"])


def _entry(
    values: dict[str, Any],
    way: str | None = None,
    use: str | None = None,
    switch: str | None = None,
) -> Entry:
    if way and switch:
        way = way.replace("<switch>", switch)
    return Entry(dict(_leaves(values)), way, use, switch)


def _leaves(values: Mapping[str, Any], above: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every value by its path; a map with keys is a block."""
    for key, value in values.items():
        here = (*above, key)
        if isinstance(value, dict) and value:
            yield from _leaves(value, here)
        else:
            yield here, value


def defaults() -> dict[KeyPath, Any]:
    """Return the official default of every value that this chart does not have, by its path."""
    return {path: value for entry in entries() for path, value in entry.values.items()}


def missing(path: KeyPath, model: type[BaseModel]) -> bool:
    """Return whether a values model has neither a value nor a map that contains it."""
    for key in path:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if key not in fields:
            return True
        block = block_of(fields[key])
        if not block:
            return False
        model = block
    return False


def block_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model of a field that is a block, also of one that is null by default."""
    # The items of a list or a map are not blocks.
    is_collection = get_origin(field.annotation) in (list, dict)
    kinds = () if is_collection else get_args(field.annotation) or (field.annotation,)
    return next(
        (one for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)), None
    )


def official_keys(model: type[BaseModel]) -> dict[str, Any]:
    """Return what the templates need to refuse these values.

    `keys` has their tree: a leaf is the number of its entry, and with it, as JSON, what changes
    nothing, unless it is empty. A block that the model does not have has the key `/`.
    """
    known, tree = defaults(), {}
    found = []
    for number, entry in enumerate(entries()):
        switch = known[keys(entry.switch)] if entry.switch else None
        said = {"way": entry.way, "use": entry.use, "switch": entry.switch, "on": switch}
        found.append({key: value for key, value in said.items() if value})
        for path, value in entry.values.items():
            if missing(path, model):
                text = json.dumps(value, sort_keys=True, separators=(",", ":"))
                _put(tree, path, [number, text] if value else number, model)
    return {"entries": found, "keys": tree}


def _put(tree: dict[str, Any], path: KeyPath, leaf: Any, model: type[BaseModel]) -> None:
    for depth, block in enumerate(path[:-1], start=1):
        new = {CLOSED: True} if missing(path[:depth], model) else {}
        tree = tree.setdefault(block, new)
    tree[path[-1]] = leaf
