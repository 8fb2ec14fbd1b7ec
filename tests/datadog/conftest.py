"""Payloads of Datadog's API that Terraform creates from the monitoring module."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.terraform.conftest import attached, providing, terraform

__all__ = ["attached", "providing", "terraform"]

MODULE = "terraform/modules/monitoring"
# Attributes that the provider does not send.
OWN = {"id", "validate", "force_delete"}
TOP = ("type", "name", "message", "query", "tags", "priority")


@dataclass(frozen=True)
class Watched:
    """The dashboards, monitors and service levels of an environment, as sent to the API."""

    dashboards: Mapping[str, dict[str, Any]]
    monitors: Mapping[str, dict[str, Any]]
    objectives: Mapping[str, dict[str, Any]]
    # Of composite monitors: their parts, and the gates that silence them.
    conditions: Mapping[str, dict[str, list[str]]]


@pytest.fixture(scope="session")
def environments(terraform: Callable) -> dict[str, Watched]:
    """Each run of the module's tests of environments, by its name."""
    options = ("-json", "-verbose", "-filter=tests/environments.tftest.hcl")
    done = terraform(MODULE, "test", *options)
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    states = {one["@testrun"]: one["test_state"] for one in events if one["type"] == "test_state"}
    assert states, done.stdout + done.stderr
    return {name: watched(state) for name, state in states.items()}


@pytest.fixture(scope="session", params=["prod", "nonprod"])
def environment(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def here(environments: dict[str, Watched], environment: str) -> Watched:
    """The payloads of one environment after the other."""
    return environments[environment]


@pytest.fixture(scope="session")
def prod(environments: dict[str, Watched]) -> Watched:
    """The payloads of prod, which has every feature."""
    return environments["prod"]


def watched(state: Mapping[str, Any]) -> Watched:
    """Return a Terraform state as payloads."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for resource in state["root_module"]["resources"]:
        group = found.setdefault(resource["type"].removeprefix("datadog_"), {})
        name = str(resource["index"])
        if resource["name"] != "this" and resource["type"].endswith("objective"):
            name = f"{resource['name']}/{name}"
        group[name] = dict(_known(resource["values"]))
    return Watched(
        {name: json.loads(one["dashboard"]) for name, one in found["dashboard_json"].items()},
        {name: monitor(one) for name, one in found["monitor"].items()},
        {name: objective(one) for name, one in found["service_level_objective"].items()},
        state["outputs"]["conditions"]["value"],
    )


def monitor(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload of a monitor, as the provider creates it from a resource."""
    options = {key: value for key, value in values.items() if key not in (*TOP, *OWN)}
    if thresholds := options.pop("monitor_thresholds", []):
        [numbers] = thresholds
        options["thresholds"] = {key: float(value) for key, value in _known(numbers)}
    top = {key: values[key] for key in TOP}
    return {**top, "priority": int(values["priority"]), "options": options}


def objective(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload of a service level, as the provider creates it from a resource."""
    left_out = (*OWN, "target_threshold", "timeframe", "warning_threshold", "groups", "monitor_ids")
    payload = {key: value for key, value in values.items() if key not in left_out}
    payload["thresholds"] = [
        {key: one[key] for key in ("target", "timeframe", "warning")}
        for one in values["thresholds"]
    ]
    if ratio := payload.pop("query", []):
        payload["query"] = ratio[0]
    if specification := payload.pop("sli_specification", []):
        [time_slice] = specification[0]["time_slice"]
        [query] = time_slice["query"]
        formulas = [{"formula": one["formula_expression"]} for one in query["formula"]]
        queries = [{**one["metric_query"][0], "data_source": "metrics"} for one in query["query"]]
        asked = {"formulas": formulas, "queries": queries}
        payload["sli_specification"] = {"time_slice": {**time_slice, "query": asked}}
    return payload


def _known(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key, value in values.items() if value not in (None, [], ""))
