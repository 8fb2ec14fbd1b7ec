"""The values model is the truth: every value does something."""

import re
from collections.abc import Iterator
from typing import get_args, get_origin

from pydantic import BaseModel

from scripts.paths import CHART
from scripts.values import AirflowValues, TeamValues
from tests.chart.components import COMPONENTS
from tests.chart.marks import LEAVES, Path, blocks, react_together, reacts, search, siblings

# Values that change nothing that is rendered, and why that is right.
SILENT = {
    "global": "of a parent chart; Helm hands it down",
    "executor": "there is one so far; another is refused",
    "networkPolicies.allowAnywhere": "lets through what is refused otherwise",
    "data.metadataConnection.protocol": "both names of it mean the same driver",
}


def test_every_value_does_something():
    left = set(LEAVES) - {tuple(path.split(".")) for path in SILENT}
    while found := search(left):
        left -= found
    for rest, group in siblings(left).items():
        left -= react_together(rest, group)
    assert sorted(".".join(path) for path in left if not reacts(path)) == []


def test_what_is_silent_is_a_value():
    assert SILENT.keys() <= {".".join(path) for path in LEAVES}


def read_by_templates() -> set[Path]:
    """Every path that a template reads from the values of the whole chart."""
    pattern = re.compile(r"(?:\.Values|\$values)\.([A-Za-z_][\w.]*)")
    return {
        tuple(path.rstrip(".").split("."))
        for file in sorted((CHART / "templates").iterdir())
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


def test_every_setting_that_a_template_reads_is_in_the_model_of_a_component():
    known = {path[1] for path in LEAVES if path[0] in {one.key for one in COMPONENTS}}
    pattern = re.compile(r"(?:\$settings|\.settings)\)?\.([A-Za-z]\w*)")
    texts = [file.read_text() for file in sorted((CHART / "templates").iterdir())]
    read = {name for text in texts for name in pattern.findall(text)}
    assert read
    assert read - known == set()


def test_every_value_has_a_sentence():
    silent = [
        f"{model.__name__}.{name}"
        for model in {AirflowValues, TeamValues, *_all_blocks(AirflowValues)}
        for name, field in model.model_fields.items()
        if not (field.description or "").endswith(".")
    ]
    assert silent == []


def _all_blocks(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for field in model.model_fields.values():
        for block in blocks(field.annotation):
            yield block
            yield from _all_blocks(block)
