"""Resources that exist in Terraform's state only."""

import uuid
from collections.abc import Mapping
from typing import Any

from scripts.workshop.providers.resource import Resource
from scripts.workshop.providers.schema import Attribute, Block, Provider
from scripts.workshop.providers.values import UNKNOWN, Values

EMPTY = {"bool": False, "list": [], "map": {}, "set": []}


def remembered(provider: Provider) -> Mapping[str, Resource]:
    """Return such an implementation of each resource type of a provider."""
    return {name: Remembered(resource.block) for name, resource in provider.resources.items()}


class Remembered:
    """An object in the state only; its computed values are made up."""

    def __init__(self, block: Block) -> None:
        self._block = block

    def read(self, state: Values) -> Values | None:
        return state

    def settled(self, planned: Values) -> Values:
        return {}

    def create(self, planned: Values) -> Values:
        return _known(self._block, planned)

    def update(self, prior: Values, planned: Values) -> Values:
        return _known(self._block, planned)

    def delete(self, state: Values) -> None:
        pass

    def stop(self) -> None:
        pass


def _known(block: Block, values: Values) -> Values:
    attributes = {name: _made_up(block.attributes[name], values[name]) for name in block.attributes}
    blocks = {
        name: [_known(nested, one) for one in values[name]] for name, nested in block.blocks.items()
    }
    return attributes | blocks


def _made_up(attribute: Attribute, value: Any) -> Any:
    if value != UNKNOWN:
        return value
    if attribute.nesting == "single":
        return {name: _made_up(nested, UNKNOWN) for name, nested in attribute.attributes.items()}
    # Digits, like the identifiers of Datadog: that of a monitor is used as a number.
    number = uuid.uuid4().int % 10**9
    kind = attribute.nesting or attribute.type
    if kind in ("number", "string"):
        return number if kind == "number" else str(number)
    return EMPTY[kind if isinstance(kind, str) else kind[0]]
