"""Each monitor alerts when it must, is silent when it must, and recovers."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import ROOT
from tests.datadog.conftest import MODULE, Watched
from tests.datadog.evaluator import Series, alerts

SITUATIONS = yaml.safe_load((Path(__file__).parent / "situations.yaml").read_text())
# Monitors without data do not alert, except those that show it.
NO_DATA = {"show_and_notify_no_data": True}


def series(texts: Mapping[str, str], *later: Mapping[str, str]) -> Series:
    """Values per minute, of one text after the other."""
    return {
        name: [value for part in (texts, *later) for value in _values(part[name])] for name in texts
    }


def fires(here: Watched, name: str, given: Series) -> bool:
    monitor = here.monitors[name]
    if monitor["type"] == "composite":
        # The ids of its parts are those of a mock; their names are in the source.
        assert "||" not in monitor["query"]
        return all(fires(here, part, given) for part in PARTS[name])
    verdict = alerts(monitor["query"], given)
    return NO_DATA.get(monitor["options"]["on_missing_data"], False) if verdict is None else verdict


COMPOSITE = re.compile(r'(\w+) = \{\n.*\n.*\n +parts += \["(\w+)", "(\w+)"\]')
PARTS = {
    name: parts for name, *parts in COMPOSITE.findall((ROOT / MODULE / "monitors.tf").read_text())
}


def test_every_monitor_has_its_situations(prod: Watched):
    assert prod.monitors.keys() == SITUATIONS.keys()


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_monitor_fires_when_it_must(prod: Watched, name: str):
    assert fires(prod, name, series(SITUATIONS[name]["fires"]))


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_monitor_is_silent_when_it_must(prod: Watched, name: str):
    assert not fires(prod, name, series(SITUATIONS[name]["silent"]))


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_monitor_recovers(prod: Watched, name: str):
    situation = SITUATIONS[name]
    assert not fires(prod, name, series(situation["fires"], situation["recovers"]))


def test_a_dead_component_pages_although_it_sends_nothing(prod: Watched):
    silent = {"airflow.scheduler_heartbeat": [None] * 60}
    assert fires(prod, "scheduler_heartbeat", silent)


QUERIES: dict[str, tuple[str, dict[str, Any], bool | None]] = {
    "counts are summed before a ratio": (
        "sum(last_5m):100 * sum:a.b{x:y}.as_count() / sum:c.d{x:y}.as_count() > 50",
        {"a.b": [1, 0, 0, 0, 0], "c.d": [1, 1, 1, 1, 1]},
        False,
    ),
    "a minute without a value does not count": (
        "min(last_5m):max:a.b{x:y} > 1",
        {"a.b": [None, 2, 2, 2, 2]},
        True,
    ),
    "a window without values gives none": (
        "min(last_5m):max:a.b{x:y} > 1",
        {"a.b": [None] * 5},
        None,
    ),
    "default_zero makes data of none": (
        "sum(last_5m):default_zero(sum:a.b{x:y}.as_count()) < 1",
        {"a.b": [None] * 5},
        True,
    ),
    "a change compares two windows": (
        "change(max(last_5m),last_5m):sum:a.b{x:y} > 1",
        {"a.b": [1, 1, 1, 1, 1, 1, 1, 1, 1, 4]},
        True,
    ),
}


@pytest.mark.parametrize("rule", QUERIES)
def test_the_evaluation_follows_the_rules_of_datadog(rule: str):
    query, given, verdict = QUERIES[rule]
    assert alerts(query, given) is verdict


def _values(text: str) -> Iterator[float | None]:
    for part in text.split():
        value, minutes = part.split("*")
        yield from [None if value == "-" else float(value)] * int(minutes)
