"""The schemas of the stand-ins, from schema.yaml to messages of Terraform's protocol."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tf.gen import tfplugin_pb2 as protocol

FILE = Path(__file__).parent / "schema.yaml"
NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}
FLAGS = ("required", "optional", "computed", "sensitive")
# "write_only: true" of an attribute (protocol 6.6). The library has an older protocol, but keeps
# unknown fields.
WRITE_ONLY = b"\x58\x01"


@dataclass(frozen=True)
class Attribute:
    """An argument or a computed attribute, with its default."""

    name: str
    type: Any = None
    nesting: str = ""
    attributes: Mapping[str, "Attribute"] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    default: Any = None

    @property
    def computed(self) -> bool:
        return "computed" in self.words

    @property
    def kept(self) -> bool:
        """True if an update keeps its value."""
        return "kept" in self.words

    @property
    def replaces(self) -> bool:
        """True if its change replaces the object."""
        return "replace" in self.words

    @property
    def write_only(self) -> bool:
        """True if only an apply gets it, from the configuration: plans and states omit it."""
        return "write-only" in self.words

    def message(self) -> protocol.Schema.Attribute:
        flags = {word: True for word in FLAGS if word in self.words}
        if not self.nesting:
            kind = json.dumps(self.type).encode()
            message = protocol.Schema.Attribute(name=self.name, type=kind, **flags)
            if self.write_only:
                message.MergeFromString(WRITE_ONLY)
            return message
        nested = protocol.Schema.Object(
            nesting=NESTING[self.nesting],
            attributes=[attribute.message() for attribute in self.attributes.values()],
        )
        return protocol.Schema.Attribute(name=self.name, nested_type=nested, **flags)


@dataclass(frozen=True)
class Block:
    """Attributes and nested blocks; `min` and `max` are the allowed number of a nested block."""

    attributes: Mapping[str, Attribute]
    blocks: Mapping[str, "Block"]
    nesting: str = ""
    min: int = 0
    max: int = 0

    def message(self) -> protocol.Schema.Block:
        return protocol.Schema.Block(
            attributes=[attribute.message() for attribute in self.attributes.values()],
            block_types=[
                protocol.Schema.NestedBlock(
                    type_name=name,
                    block=block.message(),
                    nesting=NESTING[block.nesting],
                    min_items=block.min,
                    max_items=block.max,
                )
                for name, block in self.blocks.items()
            ],
        )


@dataclass(frozen=True)
class ResourceType:
    """A resource type: the schema of its configuration and state."""

    version: int
    block: Block

    def message(self) -> protocol.Schema:
        return protocol.Schema(version=self.version, block=self.block.message())


@dataclass(frozen=True)
class Provider:
    """A stand-in: address and version of the real provider, and a subset of its schema."""

    address: str
    version: str
    block: Block
    resources: Mapping[str, ResourceType]

    @property
    def name(self) -> str:
        return self.address.partition("/")[2]


@cache
def providers(file: Path = FILE) -> Mapping[str, Provider]:
    """Return every provider that has a stand-in, by address."""
    data = yaml.safe_load(file.read_text())
    return {address: _provider(address, facts) for address, facts in data.items()}


def _provider(address: str, facts: Mapping) -> Provider:
    return Provider(
        address=address,
        version=facts["version"],
        block=_block(facts["provider"]),
        resources={
            name: ResourceType(resource["version"], _block(resource))
            for name, resource in facts["resources"].items()
        },
    )


def _block(facts: Mapping) -> Block:
    return Block(
        attributes=_attributes(facts.get("attributes", {})),
        blocks={name: _block(block) for name, block in facts.get("blocks", {}).items()},
        **{key: facts[key] for key in ("nesting", "min", "max") if key in facts},
    )


def _attributes(facts: Mapping) -> dict[str, Attribute]:
    return {name: _attribute(name, words) for name, words in sorted(facts.items())}


def _attribute(name: str, facts: str | Mapping) -> Attribute:
    if isinstance(facts, Mapping):
        return Attribute(
            name=name,
            nesting=facts["nesting"],
            attributes=_attributes(facts["attributes"]),
            words=frozenset(facts["words"].split()),
        )
    facts, _, default = facts.partition(" default ")
    kind, *words = facts.split()
    return Attribute(
        name=name, type=_type(kind), words=frozenset(words), default=yaml.safe_load(default or "~")
    )


def _type(text: str) -> str | list:
    """Return `map(string)` in the notation of Terraform's protocol: ["map", "string"]."""
    collection = re.fullmatch(r"(list|map|set)\((\w+)\)", text)
    return list(collection.groups()) if collection else text
