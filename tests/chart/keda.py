"""Queries of ScaledObjects, and work in the database for which they ask for pods."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.chart.cases import merged
from tests.rendered import Manifests

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("keda_cases.yaml").read_text()
)
ON: dict[str, Any] = {
    "triggerer": {"keda": {"enabled": True}},
    "workers": {
        "keda": {"enabled": True},
        "celery": {"sets": {"large": {"queue": "large,huge"}}},
    },
}


def queries(render: Callable[..., Manifests], case: dict[str, Any]) -> dict[str, str]:
    """Return the query of each ScaledObject by its name."""
    executor = {"executor": case.get("executor", "CeleryExecutor")}
    manifests = render(merged(merged(ON, executor), case.get("values", {})))
    return {
        one["metadata"]["name"]: one["spec"]["triggers"][0]["metadata"]["query"]
        for one in manifests.of("ScaledObject")
    }


def rows(case: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield a statement for each kind of row, and its parameters."""
    for *columns, number in case.get("tasks", []):
        yield (
            "insert into task_instance (state, queue, executor)"
            " select %s, %s, %s from generate_series(1, %s)",
            [*columns, number],
        )
    yield "insert into trigger (id) select generate_series(1, %s)", [case.get("triggers", 0)]


def expected(case: dict[str, Any], asked: dict[str, str]) -> dict[str, float]:
    return {name: case["pods"].get(name, 0) for name in asked}
