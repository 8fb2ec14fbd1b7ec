"""Check a YAML file against its pydantic model and list every problem with its line."""

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from scripts.releases.rules import Rule, pattern_of, rules
from scripts.yaml_files import Document, KeyPath

# Characters of a value that an error quotes; more would not help to find it.
SHOWN = 40


@dataclass(frozen=True)
class Problem:
    """A mistake in a file: its path, and a sentence that says how to fix it."""

    path: KeyPath
    sentence: str

    @property
    def name(self) -> str:
        return dotted(self.path)


def problems(
    document: Document, model: type[BaseModel], unknown: Callable[[KeyPath], str]
) -> list[Problem]:
    """Return the problems of a file; `unknown` returns the sentence about an unknown key."""
    found = {path: Problem(path, _empty(path)) for path in _nulls(document.data, ())}
    for problem in _invalid(document.data, model, unknown):
        # The model reports an empty value, too: one sentence about it is enough.
        if not any(problem.path[: len(path)] == path for path in found):
            found[problem.path] = problem
    return list(found.values())


def listed(document: Document, found: Iterable[Problem]) -> list[str]:
    """Problems as lines `file:line: sentence`, in the order of the file."""
    lines = {f"{document.at(one.path)}: {one.sentence}" for one in found}
    return sorted(lines, key=lambda line: (int(line.split(":")[1]), line))


def closest(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence: the most similar known word, otherwise all known words."""
    known = sorted(known)
    near = difflib.get_close_matches(str(word), known, 1)
    return f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}."


def dotted(path: KeyPath) -> str:
    return ".".join(map(str, path))


def value_at(data: Any, path: KeyPath) -> Any:
    """Return the value at a path, or None."""
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _nulls(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    if value is None:
        yield path
    items = (
        value.items() if isinstance(value, dict) else enumerate(value) if _is_list(value) else ()
    )
    for key, inner in items:
        yield from _nulls(inner, (*path, key))


def _empty(path: KeyPath) -> str:
    return f"`{dotted(path)}` is empty (null): give it a value, or remove the key."


def _invalid(
    data: dict[str, Any], model: type[BaseModel], unknown: Callable[[KeyPath], str]
) -> Iterator[Problem]:
    table = rules(model)
    try:
        # Only the names of the file: `allow_pod_launching` is a name of Python's.
        model.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        for one in error.errors():
            path = _path(one["loc"], data)
            if one["type"] == "extra_forbidden":
                sentence = unknown(path)
            elif one["type"] == "missing":
                path = (*path, one["loc"][-1])
                sentence = f"`{dotted(path)}` is missing: add it."
            else:
                sentence = _wrong(path, value_at(data, path), one["loc"], table)
            yield Problem(path, sentence)


def _path(location: tuple[int | str, ...], data: Any) -> KeyPath:
    """Return the path in the data for pydantic's location, which names the tried types, too."""
    path: list[Any] = []
    for part in location:
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int)):
            path.append(part)
            data = data[part]
    return tuple(path)


def _wrong(
    path: KeyPath, value: Any, location: tuple[int | str, ...], table: Mapping[str, Rule]
) -> str:
    """Return the sentence about a value, or a key, that the rule of its path does not allow."""
    if location[-1] == "[key]":
        rule = table.get(pattern_of(path[:-1], table))
        wanted = rule.keys_must if rule and rule.keys_must else "be a string: quote it"
        return f"the key `{dotted(path)}` must {wanted}."
    rule = table[pattern_of(path, table)]
    return f"`{dotted(path)}` must {rule.must}, not {shown(value)}{_cure(value, rule)}."


def _cure(value: Any, rule: Rule) -> str:
    if rule.types == ("string",) and not rule.enum and isinstance(value, bool | int | float):
        return ": quote it"
    if isinstance(value, str) and "string" not in rule.types and _is_plain(value):
        return ": remove the quotes"
    return ""


def _is_plain(text: str) -> bool:
    return text in ("true", "false") or text.lstrip("-").replace(".", "", 1).isdigit()


def shown(value: Any) -> str:
    """Return a value in short YAML notation."""
    if isinstance(value, dict):
        return "a map"
    if _is_list(value):
        return "a list"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
