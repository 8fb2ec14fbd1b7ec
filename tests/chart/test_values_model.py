"""The values model: every value has an effect and a description."""

import json
import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
from jsonschema import Draft7Validator
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from scripts.paths import CHART
from scripts.values import AirflowValues, TeamValues
from scripts.values.fields import fields_of
from tests.chart.components import COMPONENTS
from tests.chart.sentinels import (
    LEAVES,
    LOWS,
    Path,
    all_react,
    at,
    react_together,
    search,
    siblings,
)

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
# A description is a row of a table: it has no previous line to refer to.
REFERRING = re.compile(r"(Its|Their|The|A|An|Another|What|Who|Whether|How|Where|When)\b")
FEWEST_WORDS = 3

# Values that change no rendered object, with the reason.
SILENT = {
    "global": "Helm passes it from a parent chart",
    "networkPolicies.allowAnywhere": "accepts values that are refused otherwise",
    "createUserJob.useHelmHooks": "gives a warning: hooks deadlock with --wait",
    "tier": "switches on the checks for production, which test_tier.py compares",
    "migrateDatabaseJob.useHelmHooks": "gives a warning: hooks deadlock with --wait",
    "syncMetadataJob.useHelmHooks": "gives a warning: hooks deadlock with --wait",
}


def test_every_value_has_an_effect():
    left = set(LEAVES) - {tuple(path.split(".")) for path in SILENT}
    for low in LOWS:
        while found := search(left, low):
            left -= found
    for rest, group in siblings(left).items():
        left -= react_together(rest, group)
    assert [".".join(path) for path, does in all_react(left).items() if not does] == []


def test_every_value_without_an_effect_is_in_the_model():
    assert SILENT.keys() <= {".".join(path) for path in LEAVES}


def read_by_templates() -> set[Path]:
    """Every path below `.Values` that a template reads."""
    pattern = re.compile(r"(?:\.Values|\$values)\.([A-Za-z_][\w.]*)")
    return {
        tuple(path.rstrip(".").split("."))
        for file in sorted((CHART / "templates").rglob("*.*"))
        for path in pattern.findall(file.read_text())
    }


def test_every_value_that_a_template_reads_is_in_the_model():
    known = {path[:length] for path in LEAVES for length in range(1, len(path) + 1)}
    maps = {
        path for path, kind in LEAVES.items() if dict in map(get_origin, (kind, *get_args(kind)))
    }
    read = read_by_templates()
    assert read
    unknown = {
        path for path in read - known if not any(path[:n] in maps for n in range(1, len(path)))
    }
    assert unknown == set()


def test_every_component_setting_that_a_template_reads_is_in_the_model():
    known = {path[1] for path in LEAVES if path[0] in {one.key for one in COMPONENTS}}
    known |= {path[2] for path in LEAVES if path[:2] == ("workers", "celery")}
    pattern = re.compile(r"(?:\$settings|\.settings)\)?\.([A-Za-z]\w*)")
    texts = [file.read_text() for file in sorted((CHART / "templates").rglob("*.*"))]
    read = {name for text in texts for name in pattern.findall(text)}
    assert read
    assert read - known == set()


def test_every_value_has_a_sentence():
    silent = [
        f"{model.__name__}.{name}"
        for model in {*models(AirflowValues), *models(TeamValues)}
        for name, field in model.model_fields.items()
        if not (field.description or "").endswith(".")
    ]
    assert silent == []


def models(kind: Any) -> Iterator[type[BaseModel]]:
    """Every model in a type: blocks, and items of lists and maps."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from models(field.annotation)
    else:
        for part in get_args(kind):
            yield from models(part)


def described() -> dict[str, FieldInfo]:
    """Every field of the values of the chart, by its class and name."""
    return {
        f"{model.__name__}.{name}": field
        for model in set(models(AirflowValues))
        for name, field in model.model_fields.items()
    }


def test_a_description_names_its_noun_and_reads_alone():
    wrong = {
        place: field.description
        for place, field in described().items()
        if REFERRING.match(field.description or "")
        or len((field.description or "").split()) < FEWEST_WORDS
    }
    assert wrong == {}


def test_every_example_is_valid_for_its_value():
    examples = [
        (place, field, example)
        for place, field in described().items()
        for example in field.examples or ()
    ]
    assert examples
    for place, field, example in examples:
        assert TypeAdapter(field.rebuild_annotation()).validate_python(example) is not None, place


def examples(block: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every example of a value, and the path of the value."""
    for field in fields_of(block):
        here = (*path, field.key)
        yield from ((here, example) for example in field.examples)
        if field.block:
            yield from examples(field.block, here)


def test_the_schema_accepts_every_example():
    validator = Draft7Validator(SCHEMA)
    found = list(examples(AirflowValues()))
    assert found
    refused = [path for path, example in found if not validator.is_valid(at(path, example))]
    assert refused == []


def is_free(kind: Any) -> bool:
    """True for a type whose fields are defined by Kubernetes, not by the model."""
    return kind is Any or any(map(is_free, get_args(kind)))


# Overrides have the shape of what they override; items of a list have no default.
FREE = ("Unset", "CeleryWorkers.", "WorkerSet.", "DagProcessorSet.", "TriggererSet.")
FREE += ("ExtraConfigMap.", "ExtraSecret.")


def test_a_value_of_free_shape_has_an_example_or_a_default_that_shows_it():
    bare = [
        place
        for place, field in described().items()
        if not place.startswith(FREE)
        and is_free(field.annotation)
        and field.default in (None, {}, [])
        and not field.examples
    ]
    assert bare == []


def test_definitions_of_the_schema_are_named_after_blocks_and_types():
    names = SCHEMA["definitions"].keys()
    assert [name for name in names if not re.fullmatch(r"([A-Z][a-z]+)+", name)] == []


def test_a_block_that_may_be_null_has_null_as_a_type_which_is_cheaper_than_a_choice():
    assert not re.search(r'"anyOf": \[{"\$ref": "[^"]+"}, {"type": "null"}\]', json.dumps(SCHEMA))


@pytest.mark.parametrize(
    "probe, valid",
    [(None, True), ({"periodSeconds": 5}, True), ({"period": 5}, False), ("5", False)],
)
def test_a_block_that_may_be_null_is_still_checked(probe: object, valid: bool):
    values = {"workers": {"celery": {"livenessProbe": probe}}}
    assert Draft7Validator(SCHEMA).is_valid(values) == valid


def test_the_schema_refuses_misspelt_resources_and_accepts_extended_ones():
    validator = Draft7Validator(SCHEMA)
    extended = {"limits": {"nvidia.com/gpu": 1, "memory": None}, "claims": [{"name": "gpu"}]}
    assert validator.is_valid({"scheduler": {"resources": extended}})
    assert not validator.is_valid({"scheduler": {"resources": {"request": {"cpu": "1"}}}})
    assert not validator.is_valid({"scheduler": {"resources": {"limits": {"cpu": ["1"]}}}})
