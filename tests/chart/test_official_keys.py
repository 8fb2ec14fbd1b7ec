"""Values of the official chart that this chart does not have: they may say what is so anyway.

When they ask for something, the chart refuses them by their name, with the way that it has.
"""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft7Validator

from scripts.paths import ROOT
from scripts.values import AirflowValues
from scripts.values.official import Entry, KeyPath, defaults, entries, missing
from tests.chart.cases import merged
from tests.chart.sentinels import at
from tests.chart.test_refused_keys import SCHEMA
from tests.conftest import Render
from tests.rendered import Manifests

DEFAULTS = defaults()
ANYTHING = {"anything": 1}
# Switches, with their official default.
SWITCHES = {
    tuple(entry.switch.split(".")): DEFAULTS[tuple(entry.switch.split("."))]
    for entry in entries()
    if entry.switch
}


def values_at(values: Mapping[KeyPath, Any]) -> dict[str, Any]:
    """Values of the chart, from values by their paths."""
    made: dict[str, Any] = {}
    for path, value in values.items():
        made = merged(made, at(path, value))
    return made


def sentence(path: KeyPath, entry: Entry) -> str:
    """The sentence that refuses a value."""
    if entry.use:
        return f"{'.'.join(path)} has another name in this chart: use {entry.use} instead."
    return f"{'.'.join(path)} is not supported: {entry.way}."


def test_official_defaults_change_nothing_when_switches_are_off(
    render: Render, defaults: Manifests
):
    off = DEFAULTS | dict.fromkeys(SWITCHES, False)
    assert render(values_at(off)).text == defaults.text


# Maps and texts of Kubernetes, in which a switch or a number is refused as a wrong type.
TYPED = {
    ("workers", "logGroomerSidecar", "env"),
    ("workers", "strategy", "type"),
    ("workers", "waitForMigrations", "env"),
}


@pytest.mark.parametrize("nothing", [None, False, 0, "", [], {}], ids=repr)
def test_an_empty_value_changes_nothing(render: Render, defaults: Manifests, nothing: Any):
    paths = DEFAULTS.keys() - (set() if nothing is None else TYPED)
    assert render(values_at(dict.fromkeys(paths, nothing))).text == defaults.text


@pytest.mark.parametrize("off", [False, "false"], ids=repr)
def test_a_switch_that_is_off_hides_what_is_below(render: Render, defaults: Manifests, off: Any):
    below = [path for entry in entries() if entry.switch for path in entry.values]
    values = dict.fromkeys(below, ANYTHING) | dict.fromkeys(SWITCHES, off)
    assert render(values_at(values)).text == defaults.text


# Switches that are off in the official chart, and those that are on.
OFF = [path for path, value in SWITCHES.items() if not value]
ON = [path for path, value in SWITCHES.items() if value]


def test_a_switch_that_is_on_is_refused_once(refusal):
    under = [one for one in entries() if one.switch and tuple(one.switch.split(".")) in OFF]
    values = dict.fromkeys([path for one in under for path in one.values], ANYTHING)
    values |= dict.fromkeys(OFF, True)
    said = {sentence(path, one) for one in under for path in one.values.keys() & set(OFF)}
    assert sorted(refusal(values_at(values)).splitlines()) == sorted(said)


def test_a_switch_that_is_on_in_the_official_chart_changes_nothing(
    render: Render, defaults: Manifests
):
    assert ON
    assert render(values_at(dict.fromkeys(ON, True))).text == defaults.text


def test_a_value_below_a_switch_counts_when_the_official_chart_has_it_on(refusal):
    below = {
        path: entry
        for entry in entries()
        if entry.switch
        for path in entry.values
        if path not in SWITCHES
    }
    said = {
        sentence(path, entry)
        for path, entry in below.items()
        if SWITCHES[tuple(entry.switch.split("."))]
    }
    answer = refusal(values_at(dict.fromkeys(below, ANYTHING)))
    assert sorted(answer.splitlines()) == sorted(said)


def test_a_value_without_a_switch_is_refused_by_its_name(refusal):
    found = {path: entry for entry in entries() if not entry.switch for path in entry.values}
    asked = {path: entry for path, entry in found.items() if path not in TYPED}
    answer = refusal(values_at(dict.fromkeys(asked, ANYTHING)))
    assert sorted(answer.splitlines()) == sorted(sentence(*one) for one in asked.items())


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"postgresql": {"primary": {"a": 1}}}, "postgresql.primary"),
        ({"webserver": {"enabled": True, "replicas": 2}}, "webserver.replicas"),
        ({"webserver": {"replicas": 2}}, "webserver.replicas"),
    ],
)
def test_another_value_than_the_official_default_is_refused(refusal, values: dict, path: str):
    assert refusal(values).startswith(f"{path} ")


@pytest.mark.parametrize(
    "values",
    [
        {"redis": {"enabled": False, "passwordSecretName": "x"}},
        {"images": {"redis": {"tag": "8"}}, "redis": {"enabled": False}},
        {"workers": {"replicas": 1, "keda": {"enabled": False, "maxReplicaCount": 4}}},
        {"workers": {"waitForMigrations": {"enabled": False}}},
        {"scheduler": {"serviceAccount": {"serviceAccountTokenVolume": {"enabled": True}}}},
    ],
)
def test_values_that_ask_for_nothing_are_accepted(
    render: Render, defaults: Manifests, values: dict
):
    assert render(values).text == defaults.text


@pytest.mark.parametrize(
    ("values", "path"), [({"webserver": {"enable": False}}, "webserver.enable")]
)
def test_a_misspelt_key_of_the_official_chart_is_refused(refusal, values: dict, path: str):
    said = f"{path} is an unknown value, in the official chart, too: correct it or remove it."
    assert refusal(values) == said


@pytest.mark.parametrize(
    "values",
    [
        {"redis": True},
        {"flowers": {"enabled": False}},
        # The scheduler has it only.
        {"apiServer": {"serviceAccount": {"serviceAccountTokenVolume": {"enabled": True}}}},
        {"workers": {"pgbouncer": {"enabled": False}}},
    ],
    ids=str,
)
def test_what_the_official_chart_does_not_have_is_an_error_of_the_schema(values: dict):
    assert not Draft7Validator(SCHEMA.schema).is_valid(values)


def test_no_entry_is_in_the_values_model():
    # A capability that arrives in the model replaces its entry.
    assert [path for path in DEFAULTS if not missing(path, AirflowValues)] == []


def test_every_key_that_an_entry_names_is_a_value_of_the_chart():
    texts = [f"{entry.way or ''} {entry.use or ''}" for entry in entries()]
    named = {one for text in texts for one in re.findall(r"\b[a-z]\w+(?:\.\w+)+", text)}
    keys = {one for one in named if not one.endswith((".md", ".conf"))}
    unknown = [
        key
        for key in keys
        if missing(tuple(key.split(".")), AirflowValues) and tuple(key.split(".")) not in SWITCHES
    ]
    assert keys
    assert unknown == []
    documents = re.findall(r"docs/[\w/-]+\.md", " ".join(texts))
    assert [one for one in documents if not (ROOT / one).exists()] == []
