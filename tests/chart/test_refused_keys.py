"""Keys of values that are refused: unknown, of a wrong type, or null."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args, get_origin

import pytest
from jsonschema import Draft7Validator, ValidationError
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scripts.paths import CHART
from scripts.values import AirflowValues
from tests.chart.components import COMPONENTS
from tests.conftest import Render

SCHEMA = Draft7Validator(json.loads((CHART / "values.schema.json").read_text()))
UNKNOWN = r"'misspelt' (was unexpected|does not match any of the regexes)"


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"shceduler": {}}, "shceduler"),
        ({"scheduler": {"replica": 2}}, "scheduler.replica"),
        ({"images": {"airflow": {"tga": "3.3.2"}}}, "images.airflow.tga"),
        (
            {"apiServer": {"networkPolicy": {"ingress": {"form": []}}}},
            "apiServer.networkPolicy.ingress.form",
        ),
        ({"workers": {"kubernetes": {"sets": []}}}, "workers.kubernetes.sets"),
        ({"secretRevisions": {"fernet": "1"}}, "secretRevisions.fernet"),
        (
            {"networkPolicies": {"extraEgress": {"dagProcessor": []}}},
            "networkPolicies.extraEgress.dagProcessor",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_its_path(refusal, values: dict, key: str):
    assert f"unknown value `{key}`" in refusal(values)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"scheduler": {"replicas": "two"}}, "scheduler.replicas"),
        ({"scheduler": {"replicas": -1}}, "scheduler.replicas"),
        ({"images": {"airflow": {"pullPolicy": "Sometimes"}}}, "images.airflow.pullPolicy"),
        ({"labels": {"a": 1}}, "labels.a"),
        ({"secret": [{"envName": "A"}]}, "secret.0"),
        ({"priorityClasses": [{"name": "high"}]}, "priorityClasses.0"),
    ],
)
def test_a_value_of_a_wrong_type_is_refused_with_its_path(refusal, values: dict, key: str):
    assert f"`{key}`" in refusal(values)


def blocks(model: type[BaseModel], wrap: Callable[[Any], Any] = dict) -> Iterator[Callable]:
    """For every closed block of the model, a function from the block's content to values."""
    yield wrap
    for name, field in model.model_fields.items():
        for block, shape in _models(field.annotation):
            key = field.alias or name

            def deeper(
                content: Any, key: str = key, shape: Callable[[Any], Any] = shape
            ) -> dict[str, Any]:
                return wrap({key: shape(content)})

            yield from blocks(block, deeper)


def _models(kind: Any) -> Iterator[tuple[type[BaseModel], Callable[[Any], Any]]]:
    """The models in a type, and how a value of the type holds one."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind, lambda content: content
    elif get_origin(kind) is list:
        yield from ((block, lambda content: [content]) for block, _ in _models(get_args(kind)[0]))
    elif get_origin(kind) is dict:
        names, item = get_args(kind)
        key = next(iter(get_args(names)), "any")
        yield from ((block, lambda content: {key: content}) for block, _ in _models(item))
    else:
        for part in get_args(kind):
            yield from _models(part)


def test_an_unknown_key_is_refused_at_any_depth():
    found = [make({"misspelt": 1}) for make in blocks(AirflowValues)]
    accepted = [values for values in found if not re.search(UNKNOWN, problems(values))]
    assert len(found) > len(COMPONENTS)
    assert accepted == []


def emptied(model: BaseModel, wanted: Callable[[FieldInfo], bool]) -> dict[str, Any]:
    """Values in which the wanted keys of a model are null, at any depth."""
    found: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        key, value = field.alias or name, getattr(model, name)
        if wanted(field):
            found[key] = None
        elif isinstance(value, BaseModel):
            found[key] = emptied(value, wanted)
    return found


def test_a_block_that_is_null_is_refused(refusal):
    def wanted(field: FieldInfo) -> bool:
        return isinstance(field.default, BaseModel) and field.annotation is type(field.default)

    values = emptied(AirflowValues(), wanted)
    assert set(refusal(values).splitlines()) == {
        f"{path} is null: set it, or remove the key to use its default." for path in paths(values)
    }


def test_a_block_that_is_null_in_the_official_chart_may_be_null(render: Render):
    values = {"executor": "CeleryExecutor", "data": {"resultBackendConnection": None}}
    assert not render(values).has("Secret", "airflow-result-backend")


def test_a_switch_that_is_null_is_refused(refusal):
    values = emptied(AirflowValues(), lambda field: field.annotation is bool)
    assert set(refusal(values).splitlines()) == {
        f"{path} is null: set it, or remove the key to use its default." for path in paths(values)
    }


def paths(values: dict[str, Any], above: str = "") -> Iterator[str]:
    """The dotted paths of what is null."""
    for key, value in values.items():
        if value is None:
            yield f"{above}{key}"
        else:
            yield from paths(value, f"{above}{key}.")


def test_maps_and_lists_may_be_null(render: Render):
    # As in a file of values in which all lines below a key are comments.
    values = emptied(AirflowValues(), lambda field: field.default in ({}, []))
    # The scheduler needs an address of the Kubernetes API.
    del values["networkPolicies"]["kubernetes"]["cidrs"]
    assert render(values).has("Deployment", "airflow-scheduler")


def problems(values: dict[str, Any]) -> str:
    """The errors of the schema for values, also in its alternatives."""

    def said(errors: Iterable[ValidationError]) -> Iterator[str]:
        for error in errors:
            yield error.message
            yield from said(error.context or [])

    return "; ".join(said(SCHEMA.iter_errors(values)))


@pytest.mark.parametrize("key", ["x-anchors", "global"])
def test_keys_that_helm_and_yaml_use_are_accepted(render: Render, key: str):
    assert render({key: {"anything": 1}}).has("Deployment", "airflow-scheduler")
