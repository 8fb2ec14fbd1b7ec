"""The JSON schema of a values model, small, because Helm compiles it at every render.

Definitions are below `definitions`, the keyword of draft-07. Below `$defs`, which is a later one,
Helm's validator would take each definition for an unknown part of the document and prepare it by
itself, which doubles the time that a schema costs.
"""

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from scripts.values.blocks import DEFINITIONS
from scripts.values.json_text import json_text

REFERENCE = "#/definitions/{model}"
# How many definitions have a key, and how many such keys a definition has, for them to be shared.
COMMON_FROM = 5
# The keywords whose keys are names, not keywords.
NAMING = ("properties", "definitions", "patternProperties")
# The keywords that apply to values of one type only.
OF_ONE_TYPE = {
    "object": {"additionalProperties", "properties", "required"},
    "array": {"items"},
    "string": {"pattern"},
    "integer": {"minimum", "maximum"},
}


def schema_json(model: type[BaseModel], *, also: Mapping[str, Any] | None = None) -> str:
    """The JSON schema (draft-07, which every Helm reads), without descriptions.

    `also` is a tree of further keys, of which the model has a part: the others may have any value,
    a map where they are blocks. Helm prepares each schema at every render, so they have no more.
    """
    schema = model.model_json_schema(by_alias=True, ref_template=REFERENCE)
    schema["definitions"] = schema.pop("$defs", {})
    _accept(schema, schema, also or {}, ())
    # Helm passes `global` to subcharts, and keys that begin with x- contain YAML anchors.
    schema["patternProperties"] = {"^x-": {}}
    body = _simple(schema, {"default", "description", "examples", "title"})
    body = _factored(_shared(_nullable(body)))
    body["$schema"] = "http://json-schema.org/draft-07/schema#"
    return json_text(body) + "\n"


def _accept(
    schema: JsonSchemaValue, block: JsonSchemaValue, tree: Mapping[str, Any], path: tuple[str, ...]
) -> None:
    """Add the keys of a tree to a block of a schema."""
    for key, below in tree.items():
        here = (*path, key)
        if key in block["properties"]:
            _accept(schema, _own_definition(schema, block["properties"][key], here), below, here)
        else:
            is_block = isinstance(below, Mapping)
            block["properties"][key] = {"type": ["object", "null"]} if is_block else True


def _own_definition(
    schema: JsonSchemaValue, reference: JsonSchemaValue, path: tuple[str, ...]
) -> JsonSchemaValue:
    """Return the definition of a reference; one that other blocks use, too, is copied first."""
    definitions = schema["definitions"]
    # A block that may be null is a choice.
    reference = next((one for one in reference.get("anyOf", []) if "$ref" in one), reference)
    if _text(schema).count(_text(reference["$ref"])) > 1:
        definitions[_title(path)] = deepcopy(definitions[_name(reference)])
        reference["$ref"] = REFERENCE.format(model=_title(path))
    return definitions[_name(reference)]


def _title(path: tuple[str, ...]) -> str:
    """The name of the definition of the block at a path."""
    return "".join(key[0].upper() + key[1:] for key in path)


def _name(reference: JsonSchemaValue) -> str:
    return reference["$ref"].rpartition("/")[2]


def _simple(node: Any, drop: set[str], *, names: bool = False) -> Any:
    """Return an equivalent schema with fewer words, and without some keywords."""
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


def _closed(node: JsonSchemaValue) -> JsonSchemaValue:
    """Return a map with known keys as an object: for `propertyNames` Helm reports a wrong path."""
    names, value = node["propertyNames"], node["additionalProperties"]
    keys = names.get("enum") or [names["const"]]
    rest = {key: part for key, part in node.items() if key != "propertyNames"}
    return {**rest, "properties": dict.fromkeys(keys, value), "additionalProperties": False}


def _merged(node: JsonSchemaValue) -> JsonSchemaValue:
    """A choice between different types as one schema with a list of types."""
    if node.get("additionalProperties") is True:
        node = {key: value for key, value in node.items() if key != "additionalProperties"}
    choices = node.get("anyOf", [])
    types = [choice.get("type") for choice in choices]
    of_one_type = all(
        isinstance(kind, str) and choice.keys() <= {"type"} | OF_ONE_TYPE.get(kind, set())
        for kind, choice in zip(types, choices, strict=True)
    )
    if not choices or not of_one_type or len(set(types)) < len(types):
        return node
    if "number" in types:
        types = [kind for kind in types if kind != "integer"]
    merged = {key: value for key, value in node.items() if key != "anyOf"}
    for choice in choices:
        merged |= choice
    return {**merged, "type": types}


def _nullable(schema: JsonSchemaValue) -> JsonSchemaValue:
    """A schema without choices between a definition and null: the definition has null as a type.

    Where some references of a definition exclude null, the others refer to a copy.
    """
    definitions = schema["definitions"]
    choices = {_text(_or_null(name)): name for name in definitions}
    text = _text(schema)
    nullable = {}
    for choice, name in choices.items():
        if definitions[name].get("type") == "object" and choice in text:
            is_always = text.count(_text(_reference(name))) == text.count(choice)
            nullable[choice] = name if is_always else f"{name}OrNull"
            definitions[nullable[choice]] = {**definitions[name], "type": ["object", "null"]}

    def referring(node: Any) -> Any:
        if isinstance(node, list):
            return [referring(item) for item in node]
        if not isinstance(node, dict):
            return node
        name = nullable.get(_text(node))
        if name:
            return _reference(name)
        return {key: referring(value) for key, value in node.items()}

    return referring(schema)


def _reference(name: str) -> JsonSchemaValue:
    return {"$ref": REFERENCE.format(model=name)}


def _or_null(name: str) -> JsonSchemaValue:
    return {"anyOf": [_reference(name), {"type": "null"}]}


def _shared(schema: JsonSchemaValue) -> JsonSchemaValue:
    """A schema in which the types of DEFINITIONS, and these or null, are references."""
    known = {_text(node): (name, node) for name, node in _known()}
    used: dict[str, Any] = {}

    def referring(node: Any, *, names: bool = False, whole: bool = False) -> Any:
        if isinstance(node, list):
            return [referring(item) for item in node]
        if not isinstance(node, dict):
            return node
        found = None if names or whole else known.get(_text(node))
        if found:
            name, definition = found
            if name not in used:
                used[name] = None
                used[name] = referring(definition, whole=True)
            return _reference(name)
        return {
            key: referring(value, names=key in NAMING and not names) for key, value in node.items()
        }

    result = referring(
        {key: value for key, value in schema.items() if key != "definitions"}, whole=True
    )
    models = {
        name: referring(node, whole=True) for name, node in schema.get("definitions", {}).items()
    }
    return {**result, "definitions": models | used}


def _factored(schema: JsonSchemaValue) -> JsonSchemaValue:
    """A schema in which definitions name the type of a key that many have in one place.

    Helm prepares every `$ref` and type of every definition. A key whose type is the same everywhere
    is only named there, and `then` (after an `if` that always holds) refers to the types of all of
    these keys. With `allOf` instead, errors would have a line about it.
    """
    definitions = schema["definitions"]
    blocks = [one["properties"] for one in definitions.values() if "properties" in one]
    types: dict[str, set[str]] = {}
    for key, kind in (item for block in blocks for item in block.items()):
        types.setdefault(key, set()).add(_text(kind))
    often = {
        key
        for key, kinds in types.items()
        if len(kinds) == 1 and sum(key in block for block in blocks) >= COMMON_FROM
    }
    common = {key: block[key] for block in blocks for key in sorted(often & block.keys())}
    for definition in [one for one in definitions.values() if "properties" in one]:
        own = definition["properties"]
        if len(often & own.keys()) >= COMMON_FROM and "if" not in definition:
            definition["properties"] = {key: key in often or kind for key, kind in own.items()}
            definition |= {"if": True, "then": _reference("Common")}
    definitions["Common"] = {"properties": common}
    return schema


def _known() -> Iterable[tuple[str, JsonSchemaValue]]:
    """The schemas of DEFINITIONS by name, and of the same types with null."""
    for name, kind in DEFINITIONS.items():
        for suffix, one in (("", kind), ("OrNull", kind | None)):
            yield f"{name}{suffix}", _simple(TypeAdapter(one).json_schema(), {"title"})


def _text(node: Any) -> str:
    return json.dumps(node, sort_keys=True)
