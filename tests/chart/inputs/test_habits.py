"""Habits that a read-only root breaks work in another way, or are refused with a cure."""

from typing import Any

import pytest

from tests.chart.inputs.asked import assert_refused
from tests.rendered import Container, Manifests

PACKAGES = "_PIP_ADDITIONAL_REQUIREMENTS"
# Variables by which the public image acts when it starts.
AT_THE_START = (PACKAGES, "_AIRFLOW_DB_MIGRATE", "_AIRFLOW_WWW_USER_CREATE")


def spelled(name: str) -> dict[str, dict[str, Any]]:
    """A variable in each place that has variables."""
    return {
        "env map": {"env": {name: "x"}},
        "env list": {"env": [{"name": name, "value": "x"}]},
        "extraEnv": {"extraEnv": f"- {{name: {name}, value: x}}"},
        "secret": {"secret": [{"envName": name, "secretName": "a", "secretKey": "b"}]},
        "component": {"scheduler": {"env": {name: "x"}}},
        "tasks": {"workers": {"env": [{"name": name, "value": "x"}]}},
    }


@pytest.mark.parametrize("place", spelled(""))
@pytest.mark.parametrize("name", AT_THE_START)
def test_a_variable_that_acts_at_the_start_is_refused(name: str, place: str):
    assert_refused(spelled(name)[place], name)


def test_packages_at_the_start_are_refused_with_the_way_of_an_image():
    assert_refused({"env": {PACKAGES: "python-slugify"}}, PACKAGES, "images.airflow.repository")


def is_writable(container: Container, folder: str) -> bool:
    mounts = container.mounts
    return folder in mounts and not mounts[folder].get("readOnly")


@pytest.mark.parametrize(
    ("folder", "variable"), [(".cache", "XDG_CACHE_HOME"), (".config", "XDG_CONFIG_HOME")]
)
def test_tasks_can_write_caches_and_settings_of_libraries(
    defaults: Manifests, folder: str, variable: str
):
    main = defaults.pod("worker").main
    homes = {f"/home/airflow/{folder}", main.env.get(variable, "")}
    assert any(is_writable(main, home) for home in homes) or str(main.env.get(variable)).startswith(
        "/tmp/"
    )


def test_the_home_folder_of_tasks_is_that_of_the_image(defaults: Manifests):
    assert "/home/airflow" not in defaults.pod("worker").main.mounts
