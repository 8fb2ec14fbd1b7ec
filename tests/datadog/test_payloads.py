"""Datadog's own models accept dashboards, monitors and service levels, strictly."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from scripts.datadog.pages import DASHBOARDS
from tests.datadog.conftest import Watched
from tests.datadog.models import faults

# The API adds or drops these fields: in a file they would be a permanent difference.
DROPPED = {"id", "is_read_only", "pause_auto_refresh", "notify_list", "author_handle", "url"}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within a payload."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def widgets(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """The definitions of all widgets, including groups."""
    return [node["definition"] for node in nodes(dashboard) if "definition" in node]


@pytest.mark.parametrize("page", [one.name for one in DASHBOARDS])
def test_datadog_accepts_a_dashboard(prod: Watched, page: str):
    assert faults("dashboard", prod.dashboards[page]) == []


def test_datadog_accepts_every_monitor(here: Watched):
    found = {name: faults("monitor", one) for name, one in here.monitors.items()}
    assert found
    assert {name: why for name, why in found.items() if why} == {}


def test_datadog_accepts_every_service_level(here: Watched):
    found = {name: faults("objective", one) for name, one in here.objectives.items()}
    assert found
    assert {name: why for name, why in found.items() if why} == {}


def test_every_page_is_a_dashboard(here: Watched):
    assert here.dashboards.keys() == {one.name for one in DASHBOARDS}


# Mistakes that the client of Datadog accepts; each replaces a part of a payload.
DASHBOARD_FAULTS = {
    "a widget of an unknown type": ('"type": "timeseries"', '"type": "timeseris"'),
    "a request with an unknown key": ('"display_type"', '"display_kind"'),
    "an unknown source of data": ('"data_source": "metrics"', '"data_source": "metric"'),
    "an unknown layout": ('"layout_type": "ordered"', '"layout_type": "order"'),
    "a graph without requests": ('"requests"', '"request"'),
    "an unknown way to draw": ('"display_type": "bars"', '"display_type": "bar"'),
    "an unknown key of a dashboard": ('"reflow_type"', '"reflow"'),
    "no title": ('"title": "Airflow', '"name": "Airflow'),
    "a width in words": ('"width": 4', '"width": "four"'),
}


@pytest.mark.parametrize("fault", DASHBOARD_FAULTS)
def test_a_fault_in_a_dashboard_is_found(prod: Watched, fault: str):
    text = json.dumps(prod.dashboards["triggerer"])
    old, new = DASHBOARD_FAULTS[fault]
    assert old in text
    assert faults("dashboard", json.loads(text.replace(old, new, 1))) != []


MONITOR_FAULTS: dict[str, dict[str, Any]] = {
    "an unknown option": {"options": {"notify_nodata": True}},
    "an unknown threshold": {"options": {"thresholds": {"critcal": 1.0}}},
    "an unknown type": {"type": "metric alarm"},
    "an unknown policy for missing data": {"options": {"on_missing_data": "notify"}},
    "a priority in words": {"priority": "high"},
    "an unknown key": {"notify": "@slack"},
}


@pytest.mark.parametrize("fault", MONITOR_FAULTS)
def test_a_fault_in_a_monitor_is_found(prod: Watched, fault: str):
    payload = deepcopy(prod.monitors["import_errors"])
    change = deepcopy(MONITOR_FAULTS[fault])
    payload["options"] |= change.pop("options", {})
    assert faults("monitor", {**payload, **change}) != []


def test_titles_are_unique(here: Watched):
    titles = [one["title"] for one in here.dashboards.values()]
    titles += [one["name"] for one in (*here.monitors.values(), *here.objectives.values())]
    assert [title for title, times in Counter(titles).items() if times > 1] == []


def test_titles_on_a_page_are_unique(here: Watched):
    for page in here.dashboards.values():
        titles = Counter(one["title"] for one in widgets(page) if "title" in one)
        assert [title for title, times in titles.items() if times > 1] == []


def test_payloads_have_no_field_that_datadog_drops(here: Watched):
    found = {
        name: [node.keys() & DROPPED for node in nodes(page) if node.keys() & DROPPED]
        for name, page in here.dashboards.items()
    }
    assert {name: nodes for name, nodes in found.items() if nodes} == {}


def test_widgets_fit_side_by_side_into_twelve_columns(prod: Watched):
    def overlapping(placed: list[dict[str, Any]]) -> list[tuple[int, int]]:
        cells = Counter(
            (x, y)
            for one in (node["layout"] for node in placed)
            for x in range(one["x"], one["x"] + one["width"])
            for y in range(one["y"], one["y"] + one["height"])
        )
        return [cell for cell, times in cells.items() if times > 1 or cell[0] >= 12]

    for page in prod.dashboards.values():
        groups = [page["widgets"], *(one["definition"]["widgets"] for one in page["widgets"])]
        assert [overlapping(group) for group in groups] == [[]] * len(groups)


def test_a_group_is_as_tall_as_its_widgets(prod: Watched):
    for page in prod.dashboards.values():
        for group in page["widgets"]:
            inner = [one["layout"] for one in group["definition"]["widgets"]]
            bottom = max(one["y"] + one["height"] for one in inner)
            assert group["layout"]["height"] == bottom + 1


def test_monitors_and_service_levels_have_tags_of_their_owner(here: Watched, environment: str):
    owner = {"prod": "platform", "nonprod": "data-platform"}[environment]
    wanted = {f"env:{environment}", "service:airflow", f"team:{owner}"}
    tagged = {**here.monitors, **here.objectives}
    assert {name for name, one in tagged.items() if not wanted <= set(one["tags"])} == set()


def test_a_dashboard_names_its_owner(prod: Watched):
    assert [one["tags"] for one in prod.dashboards.values()] == [["team:platform"]] * len(
        prod.dashboards
    )


def test_every_monitor_of_prod_that_pages_has_priority_1(prod: Watched):
    paging = {name for name, one in prod.monitors.items() if "@pagerduty-airflow" in one["message"]}
    assert paging
    assert {name for name in paging if prod.monitors[name]["priority"] != 1} == set()


def test_no_monitor_has_a_state_without_data(here: Watched):
    """A composite monitor keeps its state while a part is without data, and would not page."""
    options = [one["options"].get("on_missing_data", "default") for one in here.monitors.values()]
    assert set(options) == {"default", "resolve"}


def test_a_team_that_has_left_is_forgotten(here: Watched):
    kept = {n: one["options"].get("group_retention_duration") for n, one in here.monitors.items()}
    assert {name for name, hours in kept.items() if hours == "6h"} == {
        f"{component}_heartbeat_condition"
        for component in ("scheduler", "dag_processor", "triggerer")
    }


def recipients(message: str, tag: str, value: str) -> list[str]:
    """Recipients of an alert of a group."""
    # From the innermost block to the outermost.
    block = (
        r'{{([#^])is_exact_match "(\w+)\.name" "([^"]*)"}}'
        r"((?:(?!{{[#^/]is_exact).)*?){{/is_exact_match}}"
    )

    def shown(found: re.Match) -> str:
        matches = (found[2], found[3]) == (tag, value)
        return found[4] if matches is (found[1] == "#") else ""

    while (inner := re.sub(block, shown, message, flags=re.DOTALL)) != message:
        message = inner
    message = re.sub(r"{{#is_warning}}.*?{{/is_warning}}", "", message, flags=re.DOTALL)
    return re.findall(r"(?<!\S)@[\w-]+", message)


PAYMENTS = ["@slack-payments", "@payments-lead"]


@pytest.mark.parametrize(
    ("monitor", "tag", "value", "told"),
    [
        ("import_errors", "team", "payments", PAYMENTS),
        ("import_errors", "team", "search", ["@slack-airflow"]),
        ("import_errors", "team", "payments-eu", ["@slack-airflow"]),
        ("import_errors", "team", "N/A", ["@slack-airflow"]),
        ("pods_pending", "kube_namespace", "airflow-payments-tasks", PAYMENTS),
        ("pods_pending", "kube_namespace", "airflow-search", ["@slack-airflow"]),
        ("external_secrets", "namespace", "airflow-payments", PAYMENTS),
        ("database_cpu", "dbinstanceidentifier", "airflow-prod-payments", PAYMENTS),
        ("database_cpu", "dbinstanceidentifier", "airflow-prod-search", ["@slack-airflow"]),
        ("task_failure_rate", "team", "payments", PAYMENTS),
        ("scheduler_heartbeat", "team", "payments", ["@pagerduty-airflow", *PAYMENTS]),
        ("scheduler_heartbeat", "team", "search", ["@pagerduty-airflow"]),
        ("node_pressure", "node", "ip-10-0-0-1", ["@slack-airflow"]),
        ("agents_report", "", "", ["@pagerduty-airflow"]),
        ("tasks_succeed_burn/fast/payments", "", "", PAYMENTS),
        ("tasks_succeed_burn/fast/search", "", "", ["@slack-airflow"]),
        ("scheduler_heartbeat_condition", "team", "payments", []),
    ],
)
def test_an_alert_reaches_the_team_that_it_is_about(
    prod: Watched, monitor: str, tag: str, value: str, told: list[str]
):
    assert recipients(prod.monitors[monitor]["message"], tag, value) == told


def test_a_warning_of_a_monitor_that_pages_does_not_page(prod: Watched):
    message = prod.monitors["database_storage"]["message"]
    assert "{{^is_warning}} @pagerduty-airflow {{/is_warning}}" in message
    assert "{{#is_warning}} @slack-airflow {{/is_warning}}" in message
