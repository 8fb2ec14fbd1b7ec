"""Terraform's values: their encoding, and the completion of a proposed state.

Terraform proposes a state; the provider fills in its defaults, marks values as unknown until an
apply, and names the arguments whose change replaces the object.
"""

import json
from collections.abc import Mapping
from typing import Any

import msgpack
from tf.gen import tfplugin_pb2 as protocol

from scripts.workshop.providers.schema import Attribute, Block

UNKNOWN = msgpack.ExtType(0, b"\0")
Values = dict[str, Any]


def decode(message: protocol.DynamicValue) -> Any:
    if message.msgpack:
        return msgpack.unpackb(message.msgpack, raw=False, strict_map_key=False)
    return json.loads(message.json) if message.json else None


def encode(value: Any) -> protocol.DynamicValue:
    return protocol.DynamicValue(msgpack=msgpack.packb(value))


def conform(block: Block, values: Mapping) -> Values:
    """Return a stored state in the shape of the schema: missing values are null, others removed.

    The state may come from the real provider, or from an older stand-in with fewer arguments.
    """
    attributes = {
        name: _conform_attribute(attribute, values.get(name))
        for name, attribute in block.attributes.items()
    }
    blocks = {
        name: [conform(nested, one) for one in values.get(name) or []]
        for name, nested in block.blocks.items()
    }
    return attributes | blocks


def with_defaults(block: Block, proposed: Values, config: Values) -> Values:
    """Return a proposed state with the provider's defaults."""
    attributes = {
        name: attribute.default
        if attribute.default is not None and config[name] is None
        else proposed[name]
        for name, attribute in block.attributes.items()
    }
    blocks = {
        name: proposed[name]
        if proposed[name] == UNKNOWN
        else [
            with_defaults(nested, one, configured)
            for one, configured in zip(proposed[name], config[name], strict=True)
        ]
        for name, nested in block.blocks.items()
    }
    return attributes | blocks


def with_unknowns(block: Block, planned: Values, config: Values, prior: Values | None) -> Values:
    """Mark computed values as unknown until an apply; `prior` is None for a new object."""
    attributes = {
        name: UNKNOWN
        if attribute.computed
        and attribute.default is None
        and config[name] is None
        and not (attribute.kept and prior is not None)
        else planned[name]
        for name, attribute in block.attributes.items()
    }
    blocks = {
        name: planned[name]
        if planned[name] == UNKNOWN
        else [
            with_unknowns(nested, one, config[name][index], _at(prior, name, index))
            for index, one in enumerate(planned[name])
        ]
        for name, nested in block.blocks.items()
    }
    return attributes | blocks


def revealed(block: Block, planned: Values, config: Values, prior: Values | None) -> Values:
    """Return a plan with the write-only arguments whose revision has changed."""
    return planned | {
        name: config[name]
        for name, attribute in block.attributes.items()
        if attribute.write_only
        and (prior is None or prior[f"{name}_revision"] != planned[f"{name}_revision"])
    }


def hidden(block: Block, values: Values) -> Values:
    """Return a state without write-only values."""
    return values | {
        name: None for name, attribute in block.attributes.items() if attribute.write_only
    }


def replacing(block: Block, prior: Values, planned: Values) -> list[protocol.AttributePath]:
    """Return the paths of changed arguments that replace the object."""
    return [protocol.AttributePath(steps=steps) for steps in _replacing(block, prior, planned)]


def _replacing(block: Block, prior: Values, planned: Values) -> list[list]:
    found = [
        [_named(name)]
        for name, attribute in block.attributes.items()
        if attribute.replaces and prior[name] != planned[name]
    ]
    for name, nested in block.blocks.items():
        for index, (before, after) in enumerate(zip(prior[name], planned[name], strict=False)):
            position = protocol.AttributePath.Step(element_key_int=index)
            found += [[_named(name), position, *rest] for rest in _replacing(nested, before, after)]
    return found


def _named(name: str) -> protocol.AttributePath.Step:
    return protocol.AttributePath.Step(attribute_name=name)


def _at(values: Values | None, name: str, index: int) -> Values | None:
    return values[name][index] if values is not None and index < len(values[name]) else None


def _conform_attribute(attribute: Attribute, value: Any) -> Any:
    if attribute.nesting != "single" or value is None:
        return value
    return {
        name: _conform_attribute(nested, value.get(name))
        for name, nested in attribute.attributes.items()
    }
