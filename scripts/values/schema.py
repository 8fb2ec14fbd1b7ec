"""The JSON schema of a values model, small: Helm compiles it at every render."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

# The keywords whose keys are names of ours.
NAMING = ("properties", "$defs", "patternProperties")
# Shorter ones cost as much as a reference.
WORTH_SHARING = 40


def schema_json(model: type[BaseModel], *, prose: bool = False, also: Iterable[str] = ()) -> str:
    """The JSON schema (draft-07, which every Helm reads); the packaged one carries no prose.

    Values at the dotted paths of `also` are legal, whatever they are.
    """
    schema = model.model_json_schema(by_alias=True)
    for path in also:
        *block, key = path.split(".")
        _block(schema, block)["properties"][key] = {}
    # Helm hands down `global`, and people keep YAML anchors under keys that begin with x-.
    schema["patternProperties"] = {"^x-": {}}
    drop = {"default", "title"} | (set() if prose else {"description"})
    body = _shared(_simple(schema, drop))
    body["$schema"] = "http://json-schema.org/draft-07/schema#"
    return json.dumps(body, indent=2 if prose else None, sort_keys=True) + "\n"


def _block(schema: dict[str, Any], path: list[str]) -> dict[str, Any]:
    """The part of a schema that holds the keys of a block."""
    block = schema
    for key in path:
        block = schema["$defs"][block["properties"][key]["$ref"].rpartition("/")[2]]
    return block


def _simple(node: Any, drop: set[str], *, names: bool = False) -> Any:
    """A schema that says the same in fewer words, and without some keywords."""
    if isinstance(node, list):
        return [_simple(item, drop) for item in node]
    if not isinstance(node, dict):
        return node
    if not names and "propertyNames" in node:
        node = _closed(node)
    node = {
        key: _simple(value, drop, names=key in NAMING and not names)
        for key, value in node.items()
        if names or key not in drop
    }
    return node if names else _merged(node)


def _closed(node: dict[str, Any]) -> dict[str, Any]:
    """A map with known keys as an object: for `propertyNames` Helm names a wrong place."""
    keys, value = node["propertyNames"]["enum"], node["additionalProperties"]
    rest = {key: part for key, part in node.items() if key != "propertyNames"}
    return {**rest, "properties": dict.fromkeys(keys, value), "additionalProperties": False}


def _merged(node: dict[str, Any]) -> dict[str, Any]:
    """A choice between mere types, or between one schema and null, as a list of types."""
    if node.get("additionalProperties") is True:
        node = {key: value for key, value in node.items() if key != "additionalProperties"}
    choices = node.get("anyOf", [])
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    if choices and all(choice.keys() == {"type"} for choice in choices):
        return {**rest, "type": [choice["type"] for choice in choices]}
    others = [choice for choice in choices if choice != {"type": "null"}]
    if len(choices) == 2 and len(others) == 1:
        other = others[0]
        if isinstance(other.get("type"), str) and "enum" not in other:
            return {**rest, **other, "type": [other["type"], "null"]}
    return node


def _shared(schema: dict[str, Any]) -> dict[str, Any]:
    """What a schema says more than once, said once and referred to."""
    counts = Counter(_text(node) for node in _nodes(schema))
    names: dict[str, str] = {}

    def referring(node: Any, *, names_of: bool = False, whole: bool = False) -> Any:
        if isinstance(node, list):
            return [referring(item) for item in node]
        if not isinstance(node, dict):
            return node
        text = _text(node)
        often = counts[text] > 1 and len(text) > WORTH_SHARING and node.keys() != {"$ref"}
        if often and not (names_of or whole):
            return {"$ref": f"#/$defs/{names.setdefault(text, f'shared{len(names)}')}"}
        return {
            key: referring(value, names_of=key in NAMING and not names_of)
            for key, value in node.items()
        }

    definitions = schema.pop("$defs", {})
    result = referring(schema, whole=True)
    found = {name: referring(node, whole=True) for name, node in definitions.items()}
    while todo := [text for text, name in names.items() if name not in found]:
        found |= {names[text]: referring(json.loads(text), whole=True) for text in todo}
    return {**result, "$defs": found}


def _nodes(node: Any, *, names: bool = False) -> Iterator[dict[str, Any]]:
    """Every schema within a schema."""
    if isinstance(node, list):
        for item in node:
            yield from _nodes(item)
    elif isinstance(node, dict):
        if not names:
            yield node
        for key, value in node.items():
            yield from _nodes(value, names=key in NAMING and not names)


def _text(node: Any) -> str:
    return json.dumps(node, sort_keys=True)
