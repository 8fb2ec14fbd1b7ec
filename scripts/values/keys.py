"""The facts about keys that the chart's templates check, as JSON."""

from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scripts.values.blocks import Named, Object, Resources
from scripts.values.json_text import json_text
from scripts.values.official import official_keys


def keys_json(model: type[BaseModel], header: str, defaults: dict[str, Any]) -> str:
    """The keys that must not be null, by block, those of the official chart only, and the defaults.

    Templates do not judge what is equal to a default, which saves most of the time of refusals.
    """
    keys = {
        "about": header,
        "defaults": defaults,
        "needed": _needed(model),
        "official": official_keys(model),
    }
    return json_text(keys) + "\n"


def _needed(model: type[BaseModel]) -> dict[str, Any]:
    """The keys of a model that must not be null, by block: they have a default.

    A block that may be null itself has the key `?`.
    """
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        may_be_null = _may_be_null(field)
        if isinstance(field.default, BaseModel):
            own = {"?": {}} if may_be_null else {}
            found[field.alias or name] = own | _needed(type(field.default))
        elif not (field.default is None or field.default in ({}, [], "") or may_be_null):
            found[field.alias or name] = {}
    return found


def _may_be_null(field: FieldInfo) -> bool:
    """Return whether null is valid: it empties Kubernetes' own fields and lists."""
    kinds = (field.annotation, *get_args(field.annotation))
    nothing = (type(None), Object, Named, Resources)
    return any(kind in nothing or get_origin(kind) is list for kind in kinds)
