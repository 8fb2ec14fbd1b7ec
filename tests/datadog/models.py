"""Datadog's own models of the payloads of its API, applied strictly.

Datadog's client checks types, but accepts unknown keys and unknown objects, which it leaves
unparsed. Here both are faults, as are unknown values of enumerations.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from datadog_api_client import Configuration
from datadog_api_client.exceptions import ApiTypeError, ApiValueError
from datadog_api_client.model_utils import (
    ModelComposed,
    ModelNormal,
    ModelSimple,
    UnparsedObject,
    validate_and_convert_types,
)
from datadog_api_client.v1.model.dashboard import Dashboard
from datadog_api_client.v1.model.monitor import Monitor
from datadog_api_client.v1.model.service_level_objective_request import (
    ServiceLevelObjectiveRequest,
)

KINDS = {
    "dashboard": Dashboard,
    "monitor": Monitor,
    "objective": ServiceLevelObjectiveRequest,
}


@cache
def configuration() -> Configuration:
    return Configuration()


def faults(kind: str, payload: dict[str, Any]) -> list[str]:
    """Errors of a payload by Datadog's model of a dashboard, monitor or objective."""
    try:
        model = validate_and_convert_types(
            payload, (KINDS[kind],), [kind], True, True, configuration()
        )
    except (ApiTypeError, ApiValueError, TypeError) as error:
        return [str(error)]
    return list(_faults(model, kind))


def _faults(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, UnparsedObject) or getattr(value, "_unparsed", False):
        yield f"{path} is unknown to Datadog"
    if isinstance(value, UnparsedObject | ModelSimple):
        return
    if isinstance(value, ModelComposed):
        # One of several models matched; its keys are valid.
        for instance in value._composed_instances:
            yield from _faults(instance, path)
    elif isinstance(value, ModelNormal):
        for key, inner in value._data_store.items():
            if key not in value.attribute_map:
                yield f"unknown key {path}.{key}"
            yield from _faults(inner, f"{path}.{key}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _faults(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _faults(inner, f"{path}.{index}")
