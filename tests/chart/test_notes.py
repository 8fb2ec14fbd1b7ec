"""Notes after an installation: commands to start with, and warnings."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts.paths import CHART
from scripts.releases.render import helm_template
from tests.rendered import Manifests

WRAPPER = """
apiVersion: v1
kind: ConfigMap
metadata: {name: notes}
data: {notes: {{ include "notes" . | quote }}}
"""


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chart with its notes as an object, since `helm template` shows none."""
    chart = tmp_path_factory.mktemp("notes") / "airflow"
    shutil.copytree(CHART, chart)
    notes = chart / "templates" / "NOTES.txt"
    (chart / "templates" / "_notes.tpl").write_text(
        f'{{{{ define "notes" }}}}{notes.read_text()}{{{{ end }}}}'
    )
    (chart / "templates" / "notes.yaml").write_text(WRAPPER)
    notes.unlink()
    return chart


@pytest.fixture
def notes(chart: Path):
    """The notes for values."""

    def act(values: dict[str, Any] | None = None) -> str:
        manifests = Manifests(helm_template(values=values, chart=chart))
        return manifests.find("ConfigMap", "notes")["data"]["notes"]

    return act


def test_notes_name_the_namespaces(notes):
    said = notes({"tasks": {"namespace": "elsewhere"}})
    assert said.startswith("Airflow 3.3.2 is in namespace airflow; tasks run in elsewhere.")


def test_notes_say_how_tasks_get_the_account_of_launchers(notes):
    said = notes({"allowPodLaunching": True})
    assert "tasks.podLauncher.everyTask" in said
    assert 'service_account_name="airflow-pod-launcher"' in said


@pytest.mark.parametrize(
    "values",
    [
        {"tasks": {"podLauncher": {"everyTask": True}}},
        {"workers": {"serviceAccount": {"create": False, "name": "airflow-pod-launcher"}}},
    ],
)
def test_notes_do_not_ask_for_an_account_that_tasks_have(notes, values: dict):
    assert "executor_config" not in notes({"allowPodLaunching": True, **values})


def test_notes_give_the_command_to_reach_the_ui(notes):
    assert "port-forward service/airflow-api-server 8080:8080" in notes()


def test_notes_give_no_command_without_an_api_server(notes):
    assert "port-forward" not in notes({"apiServer": {"enabled": False}})


def test_notes_name_the_secret_of_the_password_not_its_content(notes):
    said = notes({"createUserJob": {"enabled": True, "defaultUser": {"password": "hunter2"}}})
    assert "get secret airflow-first-user -o jsonpath='{.data.password}'" in said
    assert "hunter2" not in said


def test_notes_give_the_setting_for_a_first_user(notes):
    assert "Set createUserJob.enabled to true" in notes()


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"fernetKey": "x"}, "fernetKey"),
        ({"jwtSecret": "x"}, "jwtSecret"),
        ({"apiSecretKey": "x"}, "apiSecretKey"),
        (
            {
                "postgresql": {"enabled": False},
                "networkPolicies": {"enabled": False},
                "data": {"metadataConnection": {"pass": "x", "host": "db"}},
            },
            "data.metadataConnection.pass",
        ),
        (
            {"createUserJob": {"defaultUser": {"password": "x"}}},
            "createUserJob.defaultUser.password",
        ),
    ],
)
def test_a_secret_as_text_is_warned_about(notes, values: dict, key: str):
    assert f"WARNING: {key} is text in the values" in notes(values)


@pytest.mark.parametrize(
    ("values", "warning"),
    [
        ({}, "the database has no volume"),
        ({}, "task logs are lost with their pods"),
        ({"config": {"logging": {"remote_logging": True}}}, "remote logs need a place"),
        ({"ingress": {"apiServer": {"enabled": True}}}, "policies keep the ingress controller out"),
    ],
)
def test_notes_warn_about_data_that_will_be_lost(notes, values: dict, warning: str):
    assert warning in notes(values)


def test_notes_have_no_warning_without_a_reason(notes):
    values = {
        "postgresql": {"persistence": {"enabled": True}},
        "config": {"logging": {"remote_logging": True, "remote_base_log_folder": "s3://mine/logs"}},
        "ingress": {"apiServer": {"enabled": True}},
        "apiServer": {"networkPolicy": {"ingress": {"from": [{"podSelector": {}}]}}},
    }
    assert "WARNING" not in notes(values)
