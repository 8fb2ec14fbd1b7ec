"""Native sidecars start before the chart's own containers wait for what they make reachable."""

from typing import Any

import pytest

from tests.chart.inputs.asked import first_containers, rendered

PROXY = {"image": "registry.example.com/sql-proxy:2", "restartPolicy": "Always"}
FETCH = {"image": "registry.example.com/fetch:1"}
BLOCKS = {
    "scheduler": "scheduler",
    "apiServer": "api-server",
    "dagProcessor": "dag-processor",
    "triggerer": "triggerer",
    "migrateDatabaseJob": "run-airflow-migrations",
    "createUserJob": "create-user-job",
}
BY_PROXY = {
    "postgresql": {"enabled": False},
    "data": {"metadataSecretName": "database-by-proxy"},
    "networkPolicies": {"database": {"cidrs": ["10.40.0.7/32"], "ports": [3307]}},
}


def with_first(containers: Any) -> dict[str, Any]:
    """Values with init containers in every component that waits."""
    blocks = {key: {"extraInitContainers": containers} for key in BLOCKS}
    blocks["createUserJob"] = {"enabled": True, **blocks["createUserJob"]}
    return {**BY_PROXY, **blocks}


@pytest.mark.parametrize("component", BLOCKS.values())
@pytest.mark.parametrize(
    "containers", [{"sql-proxy": PROXY}, [{"name": "sql-proxy", **PROXY}]], ids=["map", "list"]
)
def test_a_native_sidecar_stands_before_the_wait(component: str, containers: Any):
    names = first_containers(rendered(with_first(containers)), component)
    assert names[0] == "sql-proxy"
    assert any(name.startswith("wait-for-airflow-") for name in names[1:])


@pytest.mark.parametrize("component", BLOCKS.values())
def test_other_init_containers_stand_after_the_wait(component: str):
    containers = [{"name": "fetch", **FETCH}, {"name": "sql-proxy", **PROXY}]
    names = first_containers(rendered(with_first(containers)), component)
    assert (names[0], names[-1]) == ("sql-proxy", "fetch")


@pytest.mark.parametrize(("key", "component"), BLOCKS.items())
def test_waiting_has_a_switch_in_every_component(key: str, component: str):
    enabled = {"enabled": True} if key == "createUserJob" else {}
    block = {**enabled, "waitForMigrations": {"enabled": False}}
    assert first_containers(rendered({key: block}), component) == []
