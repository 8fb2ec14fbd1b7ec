"""Sidecars that delete old logs, where logs stay on a volume."""

from typing import Any

import pytest

from tests.chart.components import RESTRICTED
from tests.conftest import Render
from tests.rendered import Container, Manifests

GROOMED = {"scheduler": "scheduler", "dagProcessor": "dag-processor", "triggerer": "triggerer"}
ALL = pytest.mark.parametrize(("key", "component"), GROOMED.items())


@pytest.fixture
def groomer(render: Render):
    """The sidecar of a component with these settings."""

    def act(key: str, glob: dict[str, Any] | None = None, /, **settings: Any) -> Container:
        values = {key: {"logGroomerSidecar": {"enabled": True, **settings}}, **(glob or {})}
        component = GROOMED[key]
        return render(values).pod(component).container(f"{component}-log-groomer")

    return act


def env(container: Container) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container.spec["env"]}


def test_there_is_none_by_default(defaults: Manifests):
    assert [one.name for _, one in defaults.containers() if "groomer" in one.name] == []


@ALL
def test_it_runs_the_script_of_the_official_image(groomer, key: str, component: str):
    container = groomer(key)
    assert container.arguments == ["bash", "/clean-logs"]
    assert env(container) == {
        "AIRFLOW_HOME": "/opt/airflow",
        "AIRFLOW__LOG_RETENTION_DAYS": "15",
        "AIRFLOW__LOG_CLEANUP_FREQUENCY_MINUTES": "15",
    }


@ALL
def test_it_shares_the_logs_with_the_main_container(render: Render, key: str, component: str):
    pod = render({key: {"logGroomerSidecar": {"enabled": True}}}).pod(component)
    container = pod.container(f"{component}-log-groomer")
    assert container.mounts["/opt/airflow/logs"] == pod.main.mounts["/opt/airflow/logs"]
    assert container.security == RESTRICTED
    assert container.mounts["/tmp"]["name"] == "tmp"


def test_its_numbers_are_settings_and_zero_is_none(groomer):
    found = env(
        groomer(
            "scheduler",
            retentionDays=0,
            frequencyMinutes=7,
            maxSizeBytes=10**10,
            maxSizePercent=80,
        )
    )
    assert found == {
        "AIRFLOW_HOME": "/opt/airflow",
        "AIRFLOW__LOG_CLEANUP_FREQUENCY_MINUTES": "7",
        "AIRFLOW__LOG_MAX_SIZE_BYTES": "10000000000",
        "AIRFLOW__LOG_MAX_SIZE_PERCENT": "80",
    }


def test_it_finds_logs_of_another_folder_where_the_script_looks(groomer):
    config = {"config": {"logging": {"base_log_folder": "/srv/logs"}}}
    assert groomer("triggerer", config).mounts["/opt/airflow/logs"]["name"] == "logs"


def test_it_uses_the_folder_of_a_shared_volume(groomer):
    shared = {"logs": {"persistence": {"enabled": True, "subPath": "mine"}}}
    assert groomer("triggerer", shared).mounts["/opt/airflow/logs"]["subPath"] == "mine"


def test_its_container_has_settings(groomer):
    hooks = {"preStop": {"exec": {"command": ["true"]}}}
    container = groomer(
        "dagProcessor",
        command=["sh"],
        args=["-c", "true"],
        env=[{"name": "MINE", "value": "yours"}],
        resources={"limits": {"memory": "7Mi"}},
        securityContexts={"container": {"runAsUser": 7}},
        containerLifecycleHooks=hooks,
    )
    assert container.arguments == ["sh", "-c", "true"]
    assert env(container)["MINE"] == "yours"
    assert container.spec["resources"]["limits"] == {"memory": "7Mi"}
    assert container.security["runAsUser"] == 7
    assert container.spec["lifecycle"] == hooks


def test_it_has_the_mounts_and_no_variables_of_its_component(render: Render):
    settings = {
        "logGroomerSidecar": {"enabled": True},
        "env": {"MINE": "yours"},
        "extraVolumes": {"mine": {"emptyDir": {}}},
        "extraVolumeMounts": {"mine": {"mountPath": "/mine"}},
    }
    container = render({"scheduler": settings}).pod("scheduler").container("scheduler-log-groomer")
    assert "/mine" in container.mounts
    assert "MINE" not in env(container)
