"""The rules of a YAML file as a flat table, made from its pydantic model.

A rule belongs to a path such as `workers.env.*`, where `*` is any key or any list item. The
sentences of refusals contain its rules. Terraform, which cannot check a JSON schema, checks them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

# JSON schema has other names for two types of YAML.
TYPES = {"object": "map", "array": "list"}
NOUNS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "list": "a list",
    "map": "a map (`key: value` lines)",
    "number": "a number",
    "string": "a string",
}


@dataclass(frozen=True)
class Rule:
    """The values allowed at one path; `must` is the end of a sentence that begins with the path."""

    types: tuple[str, ...]
    must: str
    enum: tuple[str, ...] | None = None
    keys: str | None = None
    keys_must: str | None = None
    maximum: float | None = None
    minimum: float | None = None
    pattern: str | None = None
    required: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return the rule for JSON, without fields that are not set."""
        return {key: value for key, value in asdict(self).items() if value not in (None, ())}


@cache
def rules(model: type[BaseModel]) -> dict[str, Rule]:
    """Return each path of a model and its rule; the empty path is the whole file."""
    schema = model.model_json_schema(by_alias=True)
    return dict(_walk(schema, "", schema.get("$defs", {})))


def pattern_of(path: tuple[Any, ...], table: Mapping[str, Rule]) -> str:
    """Return the path in the table for a path in a file: free keys and list items become `*`.

    A key with dots is a free key: `scheduler.replicas: 2` does not set `replicas` of `scheduler`.
    """
    found = ""
    for part in map(str, path):
        stated = join(found, part)
        known = stated in table and "." not in part
        found = stated if known else join(found, "*")
    return found


def join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def below(path: str, table: Mapping[str, Rule]) -> list[str]:
    """Return the keys that are allowed in the block at a path."""
    start = f"{path}." if path else ""
    keys = [one.removeprefix(start) for one in table if one and one.startswith(start)]
    return sorted(key for key in keys if "." not in key and key != "*")


def _walk(
    schema: Mapping[str, Any], path: str, blocks: Mapping[str, Any]
) -> Iterator[tuple[str, Rule]]:
    nodes = list(_choices(schema, blocks))
    yield path, _rule(schema, nodes)
    for node in nodes:
        for key, value in node.get("properties", {}).items():
            yield from _walk(value, join(path, key), blocks)
        items = [*node.get("patternProperties", {}).values(), node.get("items")]
        items.append(node.get("additionalProperties"))
        for item in items:
            if isinstance(item, dict):
                yield from _walk(item, join(path, "*"), blocks)


def _choices(schema: Mapping[str, Any], blocks: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the alternatives of a schema, with references resolved and without null."""
    if "$ref" in schema:
        yield from _choices(blocks[schema["$ref"].rpartition("/")[2]], blocks)
    elif choices := schema.get("anyOf") or schema.get("oneOf"):
        for choice in choices:
            yield from _choices(choice, blocks)
    elif schema.get("type") != "null":
        yield schema


def _rule(schema: Mapping[str, Any], nodes: list[Mapping[str, Any]]) -> Rule:
    # A node without a type allows them all.
    stated_types = {TYPES.get(node["type"], node["type"]) for node in nodes if "type" in node}
    types = tuple(sorted(stated_types or NOUNS))
    facts = {key: value for node in nodes for key, value in node.items()}
    enum = (facts["const"],) if "const" in facts else tuple(facts.get("enum", ())) or None
    keys = next(iter(facts.get("patternProperties", ())), None)
    minimum, maximum = facts.get("minimum"), facts.get("maximum")
    stated = schema.get("must") or facts.get("must")
    return Rule(
        types=types,
        must=stated or _must(types, enum, minimum, maximum),
        enum=enum,
        keys=keys,
        keys_must=schema.get("keysMust") or facts.get("keysMust"),
        maximum=maximum,
        minimum=minimum,
        pattern=facts.get("pattern"),
        required=tuple(facts.get("required", ())),
    )


def _must(
    types: tuple[str, ...],
    enum: tuple[str, ...] | None,
    minimum: float | None,
    maximum: float | None,
) -> str:
    if enum:
        return f"be {' or '.join(enum)}"
    nouns = " or ".join(NOUNS[kind] for kind in types)
    if minimum is not None and maximum is not None:
        return f"be {nouns} from {minimum:g} to {maximum:g}"
    return f"be {nouns}" if minimum is None else f"be {nouns}, at least {minimum:g}"
