"""Values that are wrong in ways in which values files are wrong.

An input is a document of `SOURCES`, or a part of one, with a few faults: a key that is dropped,
renamed, null or in the wrong place, a value of another type, a list in place of a map.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from scripts.paths import CHART
from tests.chart.cases import merged
from tests.chart.sentinels import LEAVES, LOWS, at, mark
from tests.conftest import EVERYTHING_ON, SHAPES

Values = dict[str, Any]
# The keys and indices that lead to a value.
Path_ = tuple[str | int, ...]

HERE = Path(__file__).parent
SCHEMA = Draft7Validator(json.loads((CHART / "values.schema.json").read_text()))
OFFICIAL: Values = yaml.safe_load((HERE / "official.yaml").read_text())
DEFAULTS: Values = yaml.safe_load((CHART / "values.yaml").read_text())
# Whole documents; a part of one reaches templates that refusals of the whole would hide.
SOURCES: tuple[Values, ...] = (
    yaml.safe_load(EVERYTHING_ON.read_text()),
    yaml.safe_load(SHAPES.read_text()),
    *LOWS,
    DEFAULTS,
)
VALUES_OF_OTHER_TYPES: tuple[Any, ...] = (
    *("", "text", "a: b", "- a", "a,b", "{", "'", '"', "#", "*a", "true", "1e3", "a\nb: c", "ü/x"),
    *(0, 1, -1, 10**12, 1.5, True, False, None),
    *([], [None], [{}], [[]], ["a"], [1], [{"name": "a"}], [{"name": None}]),
    *(
        {},
        {"a": None},
        {"a": "b"},
        {"a": {}},
        {"a": []},
        {"name": "a"},
        {"1": 2},
        {"enabled": True},
    ),
)
# The kinds of faults; another type is the most frequent one.
KINDS = (
    *("drop", "null", "retype", "retype", "retype", "rename"),
    *("misplace", "turn", "graft", "add", "template"),
)
KEYS = ("Enabled", "enable", "name", "value", "1", "a.b", "a/b", "true", "", "replica", "ü")
TEMPLATES = (
    "{{ ti.dag_id }}/{{ try_number }}.log",
    '{{ include "airflow_dags" . }}',
    "{{ .Values.elasticsearch.enabled }}",
    "{{ .Values.webserver.defaultUser.username }}",
    "{{ $labels.pod }}",
    "{{ .Release.Name }}",
    "{{ .Values.executor",
    "{{",
    "}}",
    "{% if a %}",
    "{{ 1 | squote }}x",
    "{{ params.name }} and {{ .Release.Name }}",
    "{{/*",
    '{{ define "airflow.pod" }}{{ end }}',
    "{{ fail }}",
    '{{ index .Values "a" "b" }}',
    "{{ .Values.ports.apiServer | upper }}",
    "{{ .Values.nothing | trunc 3 }}",
    "{{ .Release.Name | trunc 3 | upper }}",
    "{{ range .Values.labels }}{{ .a }}{{ end }}",
    "{{ end }}{{ if true }}",
    '{{ toYaml .Values.config | trim }}: {{ "{" }}',
)


def paths(node: Any, here: Path_ = ()) -> Iterator[Path_]:
    """Every path of a document below its root."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, below in items:
        yield (*here, key)
        if isinstance(below, dict | list):
            yield from paths(below, (*here, key))


def get(node: Any, path: Path_) -> Any:
    for key in path:
        node = node[key]
    return node


def changed(values: Values, path: Path_, change: Callable[[Any, str | int], None]) -> Values:
    """A copy of a document; `change` gets the map or list of a path, and its key there."""
    copy = deepcopy(values)
    change(get(copy, path[:-1]), path[-1])
    return copy


def placed(values: Values, path: Path_, value: Any) -> Values:
    """A copy with another value at a path."""
    return changed(values, path, lambda parent, key: parent.__setitem__(key, deepcopy(value)))


def dropped(values: Values, path: Path_) -> Values:
    """A copy without a path."""
    return changed(values, path, lambda parent, key: parent.pop(key))


def turned(value: Any) -> Any:
    """A list for a map, a map for a list, and a list of one for anything else."""
    if isinstance(value, dict):
        return [{"name": k, **v} if isinstance(v, dict) else v for k, v in value.items()]
    if isinstance(value, list):
        return {str(v.get("name", i) if isinstance(v, dict) else i): v for i, v in enumerate(value)}
    return [value]


def is_valid(values: Values) -> bool:
    """Return whether the schema accepts a document, so that templates see it."""
    return SCHEMA.is_valid(values)


@st.composite
def documents(draw: st.DrawFn) -> Values:
    """A document without a fault: whole, a block or a value of one, or values of the model."""
    kind = draw(st.sampled_from(("whole", "block", "part", "part", "model")))
    if kind == "model":
        found: Values = {}
        for path in draw(st.lists(st.sampled_from(sorted(LEAVES)), min_size=1, max_size=3)):
            found = merged(found, at(path, mark(path)[0]))
        return found
    source = draw(st.sampled_from(SOURCES))
    if kind == "whole":
        return source
    if kind == "block":
        keys = draw(st.lists(st.sampled_from(sorted(source)), min_size=1, max_size=3))
        return {key: source[key] for key in keys}
    path = draw(st.sampled_from(list(paths(source))))
    # A map of the defaults has keys that a list must not cut off.
    length = next((i for i, key in enumerate(path) if isinstance(key, int)), len(path))
    return at(path[:length], get(source, path[:length]))


@st.composite
def faults(draw: st.DrawFn, values: Values) -> Values:
    """A document with one more fault."""
    known = list(paths(values))
    kind = draw(st.sampled_from(KINDS)) if known else "graft"
    if kind == "graft":
        path = draw(st.sampled_from([p for p in paths(OFFICIAL) if isinstance(p[-1], str)]))
        length = next((i for i, key in enumerate(path) if isinstance(key, int)), len(path))
        return merged(values, at(path[:length], get(OFFICIAL, path[:length])))
    path = draw(st.sampled_from(known))
    value = get(values, path)
    if kind == "drop":
        return dropped(values, path)
    if kind == "null":
        return placed(values, path, None)
    if kind == "retype":
        return placed(values, path, draw(st.sampled_from(VALUES_OF_OTHER_TYPES)))
    if kind == "turn":
        return placed(values, path, turned(value))
    if kind == "template":
        texts = [p for p in known if isinstance(get(values, p), str)] or known
        return placed(values, draw(st.sampled_from(texts)), draw(st.sampled_from(TEMPLATES)))
    maps = [p for p in known if isinstance(get(values, p), dict)]
    if kind == "add":
        target = draw(st.sampled_from([(), *maps]))
        others = st.sampled_from(VALUES_OF_OTHER_TYPES)
        return placed(values, (*target, draw(st.sampled_from(KEYS))), draw(others))
    # Renamed and misplaced: what was there is somewhere else.
    target = path[:-1] if kind == "rename" else draw(st.sampled_from([(), *maps]))
    key = draw(st.sampled_from(KEYS)) if kind == "rename" else path[-1]
    if target[: len(path)] == path or isinstance(get(values, target), list):
        return placed(values, path, turned(value))
    moved = placed(values, (*target, str(key)), value)
    return dropped(moved, path) if (*target, str(key)) != path else moved


@st.composite
def mistakes(draw: st.DrawFn) -> Values:
    """A values file with one to three faults, most of which the schema cannot see."""
    values = draw(documents())
    for _ in range(draw(st.sampled_from((1, 1, 2, 3)))):
        # The schema answers for most faults: those that it does not see are what is looked for.
        for _ in range(8):
            candidate = draw(faults(values))
            if is_valid(candidate) or draw(st.integers(0, 15)) == 0:
                break
        values = candidate
    return values
