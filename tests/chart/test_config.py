"""airflow.cfg: settings that the chart computes, overridden by values."""

from configparser import ConfigParser
from typing import Any

import pytest

from tests.chart.components import ALL_ON, CONFIGURED, Component
from tests.conftest import Render
from tests.rendered import Manifests


@pytest.fixture
def configuration(render: Render):
    """The configuration for a `config` and any further values."""

    def act(config: dict[str, Any] | None = None, **values: Any) -> ConfigParser:
        return render({"config": config or {}, **values}).configuration

    return act


@pytest.mark.parametrize("component", CONFIGURED, ids=str)
def test_every_component_of_airflow_reads_it(all_on: Manifests, component: Component):
    mount = all_on.pod(component.label).main.mounts["/opt/airflow/airflow.cfg"]
    assert (mount["name"], mount["subPath"], mount["readOnly"]) == ("config", "airflow.cfg", True)


def test_it_moves_with_the_home_of_airflow(render: Render):
    manifests = render({"airflowHome": "/srv/airflow"})
    main = manifests.pod("scheduler").main
    assert main.env["AIRFLOW_HOME"] == "/srv/airflow"
    assert {"/srv/airflow/airflow.cfg", "/srv/airflow/logs"} <= main.mounts.keys()
    assert "/opt/airflow" not in manifests.text


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("core", "executor", "KubernetesExecutor"),
        ("core", "dags_folder", "/opt/airflow/dags"),
        (
            "core",
            "execution_api_server_url",
            "http://airflow-api-server.airflow.svc:8080/execution/",
        ),
        ("core", "load_examples", "false"),
        ("kubernetes_executor", "namespace", "airflow"),
        ("logging", "base_log_folder", "/opt/airflow/logs"),
        ("logging", "colored_console_log", "false"),
        (
            "core",
            "auth_manager",
            "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        ),
    ],
)
def test_the_configuration_has_the_computed_settings(
    defaults: Manifests, section: str, key: str, value: str
):
    assert defaults.configuration[section][key] == value


def test_tasks_find_the_api_server_from_any_namespace(render: Render):
    url = render(name="red", namespace="team").configuration["core"]["execution_api_server_url"]
    assert url == "http://red-api-server.team.svc:8080/execution/"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (7, "7"),
        (123456789, "123456789"),
        (0.25, "0.25"),
        ("", ""),
        ("plain", "plain"),
        ("{{ .Release.Name }}-x", "airflow-x"),
        ('{"a": ["%s", "$x"]}', '{"a": ["%s", "$x"]}'),
        ("# no comment", "# no comment"),
    ],
    ids=str,
)
def test_a_value_reaches_the_configuration_with_its_meaning(configuration, given: Any, text: str):
    assert configuration({"mine": {"key": given}})["mine"]["key"] == text


def test_a_value_of_several_lines_stays_one_value(configuration):
    parsed = configuration({"mine": {"long": "one\ntwo = 2\n[three]\n", "next": "x"}})
    assert parsed["mine"]["long"].split() == ["one", "two", "=", "2", "[three]"]
    assert parsed["mine"]["next"] == "x"


def test_values_override_computed_settings(configuration):
    mine = {"core": {"dags_folder": "/mine", "execution_api_server_url": "http://mine/"}}
    core = configuration(mine)["core"]
    assert (core["dags_folder"], core["execution_api_server_url"]) == ("/mine", "http://mine/")


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({"environment": "local", "team": "payments"}, "local/payments"),
        ({"environment": "local"}, "local"),
        ({"team": "payments"}, "payments"),
        ({}, None),
        ({"team": "payments", "config": {"api": {"instance_name": "Ours"}}}, "Ours"),
    ],
)
def test_the_title_of_the_ui_is_environment_and_team(
    render: Render, values: dict[str, Any], title: str | None
):
    assert render(values).configuration["api"].get("instance_name") == title


def test_the_title_leaves_the_port_of_the_api_server(render: Render):
    values = {"environment": "nonprod", "team": "payments", "ports": {"apiServer": 9191}}
    assert render(values).configuration["api"]["port"] == "9191"


def test_a_new_key_leaves_the_others_of_its_section(configuration):
    core = configuration({"core": {"parallelism": 7}})["core"]
    assert (core["parallelism"], core["load_examples"]) == ("7", "false")


def test_the_folder_of_dags_is_a_setting(configuration):
    assert configuration(dags={"mountPath": "/mine"})["core"]["dags_folder"] == "/mine"


def test_the_configuration_has_no_secret(case):
    text = str([one["data"] for one in case.manifests.of("ConfigMap")])
    assert [
        key for key in ("fernet_key =", "jwt_secret =", "sql_alchemy_conn =") if key in text
    ] == []


def test_its_map_has_annotations(render: Render):
    found = render({"airflowConfigAnnotations": {"a": "b"}}).find("ConfigMap", "airflow-config")
    assert found["metadata"]["annotations"] == {"a": "b"}


LOCAL = "/opt/airflow/config/airflow_local_settings.py"


@pytest.mark.parametrize("component", CONFIGURED, ids=str)
def test_local_settings_are_a_file_of_every_component(render: Render, component: Component):
    values = {**ALL_ON, "airflowLocalSettings": "X = 1\n"}
    mounts = render(values).pod(component.label).main.mounts
    assert mounts[LOCAL]["subPath"] == "airflow_local_settings.py"


def test_local_settings_are_templated(render: Render):
    manifests = render({"airflowLocalSettings": "NAME = '{{ .Release.Name }}'\n"})
    data = manifests.find("ConfigMap", "airflow-config")["data"]
    assert data["airflow_local_settings.py"] == "NAME = 'airflow'\n"


def test_without_local_settings_there_is_no_file(defaults: Manifests):
    assert [str(pod) for pod, c in defaults.containers() if LOCAL in c.mounts] == []
