"""Each monitor alerts when it must, is silent when it must, and recovers; an outage pages once."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.datadog.conftest import Watched
from tests.datadog.evaluator import Series, State, Thresholds, burns, combined, history
from tests.datadog.queries import BURN_RATE

FOLDER = Path(__file__).parent
SITUATIONS = yaml.safe_load((FOLDER / "situations.yaml").read_text())
OUTAGES = yaml.safe_load((FOLDER / "outages.yaml").read_text())
# Metrics that gate others, while nothing is wrong with them.
HEALTHY = ("datadog.agent.running", "network.http.can_connect")
PAGE = "@pagerduty-airflow"


def series(texts: Mapping[str, str], *later: Mapping[str, str]) -> Series:
    """Values per minute, of one text after the other."""
    stated = {
        name: [value for part in (texts, *later) for value in _values(part[name])] for name in texts
    }
    length = max(len(values) for values in stated.values())
    return {name: [1.0] * length for name in HEALTHY} | stated


def states(here: Watched, name: str, given: Series) -> list[State]:
    """States of a monitor, minute by minute."""
    monitor = here.monitors[name]
    if monitor["type"] == "composite":
        # The ids in its query are those of a mock.
        parts, gates = (here.conditions[name][key] for key in ("parts", "gates"))
        return combined(
            [states(here, part, given) for part in parts],
            [states(here, gate, given) for gate in gates],
        )
    options = monitor["options"]
    return history(
        monitor["query"], given, Thresholds(**options["thresholds"]), options["on_missing_data"]
    )


def last(here: Watched, name: str, *situations: str) -> State:
    return states(here, name, series(*(SITUATIONS[name][one] for one in situations)))[-1]


def with_threshold(here: Watched, kind: str) -> set[str]:
    """Monitors that have a threshold of this kind, by the name of the one that notifies."""
    return {
        name.removesuffix("_condition")
        for name, one in here.monitors.items()
        if kind in one["options"].get("thresholds", {})
    }


def test_every_monitor_has_its_situations(prod: Watched):
    conditions = {name for name in prod.monitors if name.endswith("_condition")}
    burns = {name for name, one in prod.monitors.items() if one["type"] == "slo alert"}
    assert prod.monitors.keys() - conditions - burns == SITUATIONS.keys()


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_monitor_fires_when_it_must(prod: Watched, name: str):
    assert last(prod, name, "fires") is State.ALERT


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_monitor_is_silent_when_it_must(prod: Watched, name: str):
    assert last(prod, name, "silent") is State.OK


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_monitor_recovers(prod: Watched, name: str):
    assert last(prod, name, "fires", "recovers") is State.OK


def test_an_alert_lasts_until_the_recovery_threshold(prod: Watched):
    names = [name for name, situation in SITUATIONS.items() if "lingers" in situation]
    assert set(names) == with_threshold(prod, "critical_recovery")
    assert {name: last(prod, name, "fires", "lingers") for name in names} == dict.fromkeys(
        names, State.ALERT
    )


def test_a_monitor_with_a_warning_threshold_warns(prod: Watched):
    names = [name for name, situation in SITUATIONS.items() if "warns" in situation]
    assert set(names) == with_threshold(prod, "warning")
    assert {name: last(prod, name, "warns") for name in names} == dict.fromkeys(names, State.WARN)


def paging(here: Watched) -> set[str]:
    return {name for name, one in here.monitors.items() if PAGE in one["message"]}


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_pages_once_or_never(prod: Watched, outage: str):
    given = series(OUTAGES[outage]["metrics"])
    fired = {name for name in paging(prod) if State.ALERT in states(prod, name, given)}
    assert fired == {OUTAGES[outage]["pages"]} - {"none"}


def test_without_gates_a_dead_database_would_page_for_each_component(prod: Watched):
    given = series(OUTAGES["database dead"]["metrics"])
    parts = [name for name in prod.monitors if name.endswith("_condition")]
    assert sum(State.ALERT in states(prod, name, given) for name in parts) >= 4


def test_a_gate_has_no_state_but_alert_and_ok(prod: Watched):
    """A composite monitor has no state of its own while a gate has no data."""
    gates = {gate for one in prod.conditions.values() for gate in one["gates"]}
    assert gates
    for gate in gates:
        options = prod.monitors[gate]["options"]
        assert "default_zero(" in prod.monitors[gate]["query"]
        assert "warning" not in options["thresholds"] and options["on_missing_data"] == "default"


BURNS = {
    # Four of ten tasks fail for an hour: a budget of 2 % for 30 days would last a day and a half.
    "fires within an hour": ([10] * 300 + [6] * 60, True, False),
    "fires within six hours": ([8.5] * 360, False, True),
    # One of a hundred fails: half of the budget.
    "is silent": ([9.9] * 360, False, False),
    # One minute in which everything fails.
    "is silent about a minute": ([10] * 339 + [0] * 1 + [10] * 20, False, False),
    "recovers": ([10] * 255 + [6] * 60 + [10] * 45, False, False),
}


@pytest.mark.parametrize("speed", ["fast", "slow"])
@pytest.mark.parametrize("situation", BURNS)
def test_a_budget_that_is_spent_too_fast_alerts(prod: Watched, situation: str, speed: str):
    good, *alerts = BURNS[situation]
    monitor = prod.monitors[f"tasks_succeed_burn/{speed}/payments"]
    [target] = [t["target"] for t in prod.objectives["tasks_succeed/payments"]["thresholds"]]
    total = [10.0] * len(good)
    assert burns(monitor["query"], target, good, total) is alerts[speed == "slow"]


def test_every_objective_has_a_fast_and_a_slow_burn_rate(here: Watched):
    names = {name for name, one in here.monitors.items() if one["type"] == "slo alert"}
    expected = {
        f"{kind}_burn/{speed}/{team}"
        for kind, team in (name.split("/") for name in here.objectives)
        for speed in ("fast", "slow")
    }
    assert names == expected


def test_every_burn_rate_is_possible(prod: Watched):
    for name, one in prod.monitors.items():
        if one["type"] == "slo alert":
            [target] = prod.objectives[name.split("_burn")[0] + "/payments"]["thresholds"]
            rate = float(BURN_RATE.fullmatch(one["query"])["threshold"])
            assert rate == one["options"]["thresholds"]["critical"]
            assert 1 < rate < 100 / (100 - target["target"])


QUERIES: dict[str, tuple[str, dict[str, Any], bool]] = {
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
        False,
    ),
    "a count without values is 0": (
        "sum(last_5m):sum:a.b{x:y}.as_count() < 1",
        {"a.b": [None] * 5},
        True,
    ),
    "default_zero makes data of none": (
        "avg(last_5m):default_zero(max:a.b{x:y}) < 0.5",
        {"a.b": [1, 1, None, None, None]},
        True,
    ),
    "a step of a rollup has data if a minute of it has": (
        "avg(last_10m):default_zero(max:a.b{x:y}.rollup(max, 120)) < 1",
        {"a.b": [1, None] * 5},
        False,
    ),
    "a monitor without data keeps its state": (
        "min(last_5m):max:a.b{x:y} > 1",
        {"a.b": [2] * 5 + [None] * 5},
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
    assert (history(query, given)[-1] is State.ALERT) is verdict


def test_missing_data_resolves_where_it_is_good():
    query, given = "min(last_5m):max:a.b{x:y} > 1", {"a.b": [2] * 5 + [None] * 5}
    assert history(query, given, missing="resolve")[-1] is State.OK


def _values(text: str) -> Iterator[float | None]:
    for part in text.split():
        value, minutes = part.split("*")
        yield from [None if value == "-" else float(value)] * int(minutes)
