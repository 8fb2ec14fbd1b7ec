"""Strict reading of YAML files, with the line of each key."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scripts.errors import Refusal
from scripts.paths import ROOT

# A path inside a file: keys of maps, and positions in lists.
KeyPath = tuple[Any, ...]
FORMS = {dict: "map (`key: value` lines)", list: "list (`- item` lines)"}
MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True)
class Document:
    """A YAML file that is one map or list, with the line of each of its keys."""

    path: Path
    data: Any
    lines: dict[KeyPath, int]

    def at(self, path: KeyPath) -> str:
        """Return `file:line` of a key, or of its block if the key is missing."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{short(self.path)}:{self.lines.get(path, 1)}"


def read(path: Path, kind: type[dict] | type[list] = dict) -> Document:
    """Read a file that must be one map, or one list.

    Helm takes the first of several documents and silently drops the rest.
    """
    try:
        documents = _parse(path.read_text())
    except FileNotFoundError:
        raise Refusal(f"{short(path)} is missing: create it.") from None
    except _Duplicate as twice:
        raise Refusal(
            f"{short(path)}:{twice.line}: the key `{twice.key}` occurs twice: remove one of them."
        ) from None
    except RecursionError:
        raise Refusal(f"{short(path)}: an alias (`*name`) stands within its own anchor.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        reason = getattr(error, "problem", None) or "it cannot be read"
        raise Refusal(f"{short(path)}{where}: not valid YAML: {reason}.") from None
    if len(documents) != 1:
        raise Refusal(
            f"{short(path)} contains {len(documents)} YAML documents; it must contain one."
        )
    data, lines = documents[0]
    if not isinstance(data, kind):
        raise Refusal(f"{short(path)} must be a {FORMS[kind]}.")
    return Document(path, data, lines)


def short(path: Path) -> Path:
    """Return a path relative to the repository, for messages."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


class _Duplicate(Exception):
    """A key that occurs twice in a map; Helm takes the last one silently."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


class _Loader(yaml.CSafeLoader):
    """A loader that refuses duplicate keys, and reads dates as strings, as Helm does."""

    yaml_implicit_resolvers = {
        first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen = set()
        for key, _ in node.value:
            if key.value in seen and key.tag != MERGE:
                raise _Duplicate(key.value, key.start_mark.line + 1)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


@cache
def _parse(text: str) -> list[tuple[Any, dict[KeyPath, int]]]:
    loader = _Loader(text)
    found = []
    while loader.check_node():
        node = loader.get_node()
        # Lines are read first, since constructing a map replaces its merge keys.
        lines = dict(_lines(node, ()))
        found.append((loader.construct_document(node), lines))
    return found


def _lines(node: yaml.Node, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    """Yield (path, line) of each key and list item; own keys follow merged ones and win."""
    if isinstance(node, yaml.MappingNode):
        merged = [value for key, value in node.value if key.tag == MERGE]
        for value in merged:
            yield from _lines(value, path)
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(None, None, "a key must be a text", key.start_mark)
            if key.tag != MERGE:
                yield (*path, key.value), key.start_mark.line + 1
                yield from _lines(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield (*path, number), value.start_mark.line + 1
            yield from _lines(value, (*path, number))
