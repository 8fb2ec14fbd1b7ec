"""The keys that a values file of the official chart may have, and the values in such a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from scripts.errors import Refusal
from scripts.releases.checks import closest, dotted
from scripts.values import AirflowValues
from scripts.values.official import KeyPath, defaults
from scripts.values.official_tables import ITEM, OPEN, official_values, renames
from scripts.yaml_files import Document

# The keys of a block, by name; a value has none.
Tree = dict[str, Any]


@dataclass(frozen=True)
class Stated:
    """A value in a file; a map of Kubernetes' own or of free keys is one value."""

    path: KeyPath
    value: Any

    @property
    def key(self) -> str:
        return dotted(self.path)


def stated_values(document: Document) -> list[Stated]:
    """Return the values of a file; raise Refusal with a line for each unknown key."""
    found = list(_walk(document.data, known_keys(), ()))
    wrong = [f"{document.at(one.path)}: {one.sentence}" for one in found if isinstance(one, _Wrong)]
    if wrong:
        raise Refusal("\n".join(wrong))
    return [one for one in found if isinstance(one, Stated)]


def block_at(path: KeyPath) -> Tree | None:
    """Return the keys below a path, none for a value; None for an unknown path."""
    tree = known_keys()
    for key in path:
        below = tree.get(key, tree.get(OPEN))
        if below is None:
            return None
        tree = below
    return {} if ITEM in tree else tree


@dataclass(frozen=True)
class _Wrong:
    path: KeyPath
    sentence: str


@cache
def known_keys() -> Tree:
    """Return the keys of both charts, old names included."""
    tree: Tree = {}
    old = [path for path in renames() if path[0] != "config"]
    for path in (*official_values(), *defaults(), *old):
        # Every option of Airflow is known: `config.*.*`.
        if path[0] != "config" or OPEN in path:
            _put(tree, path)
    _add(tree, AirflowValues, {path[:-1] for path in old})
    return tree


def _put(tree: Tree, path: KeyPath) -> None:
    for key in path:
        tree = tree.setdefault(key, {})


def _add(tree: Tree, model: type[BaseModel], blocks: set[KeyPath], above: KeyPath = ()) -> None:
    """Add the keys of a model; its maps of free keys are values, unless keys in them moved."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        below = tree.setdefault(key, {})
        if isinstance(field.default, BaseModel):
            _add(below, type(field.default), blocks, (*above, key))
        elif not {OPEN, ITEM} & below.keys() and (*above, key) not in blocks:
            below.clear()


def _walk(data: dict[str, Any], tree: Tree, above: KeyPath) -> Iterator[Stated | _Wrong]:
    for key, value in data.items():
        path = (*above, str(key))
        if not isinstance(key, str):
            yield _Wrong(path, f"the key `{dotted(path)}` is not a text: quote it.")
            continue
        below = tree.get(key, tree.get(OPEN))
        if below is None and not above and key.startswith("x-"):
            yield Stated(path, value)
        elif below is None:
            known = sorted(tree.keys() - {OPEN})
            yield _Wrong(path, f"unknown value `{dotted(path)}`; {closest(key, known)}")
        elif not below or value in (None, {}):
            yield Stated(path, value)
        elif ITEM in below:
            yield from _in_items(path, value, below[ITEM])
            yield Stated(path, value)
        elif isinstance(value, dict):
            yield from _walk(value, below, path)
        else:
            yield _Wrong(path, f"`{dotted(path)}` must be a map (`key: value` lines).")


def _in_items(path: KeyPath, value: Any, tree: Tree) -> Iterator[_Wrong]:
    """Yield the unknown keys of the items of a list, or of a map by name."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in items:
        found = _walk(item, tree, (*path, name)) if isinstance(item, dict) else ()
        yield from (one for one in found if isinstance(one, _Wrong))
