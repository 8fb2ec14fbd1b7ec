"""Teams that share a release: the multi-team mode of Airflow."""

import configparser
from typing import Any

import pytest

from tests.conftest import Render
from tests.rendered import Manifests

LOCAL = "airflow.dag_processing.bundles.local.LocalDagBundle"
MANAGER = "mine.TeamsAuthManager"
TEAMS: dict[str, Any] = {
    "executor": "KubernetesExecutor;payments=KubernetesExecutor;search=LocalExecutor",
    "config": {
        "core": {"multi_team": "True", "auth_manager": MANAGER, "parallelism": 7},
        "payments=kubernetes_executor": {"worker_pods_creation_batch_size": 3},
    },
    "dagProcessor": {
        "dagBundleConfigList": [
            {"name": name, "classpath": LOCAL, "kwargs": {}, "team_name": name}
            for name in ("payments", "search")
        ],
        "enableDefault": False,
        "sets": {"payments": {"bundles": ["payments"]}, "search": {"bundles": ["search"]}},
    },
    "triggerer": {
        "keda": {"enabled": True},
        "sets": {"payments": {"team": "payments"}, "search": {"team": "search"}},
    },
}


@pytest.fixture(scope="module")
def teams(render: Render) -> Manifests:
    return render(TEAMS)


def sections(manifests: Manifests) -> configparser.ConfigParser:
    """The sections of airflow.cfg."""
    read = configparser.ConfigParser(interpolation=None)
    read.read_string(manifests.find("ConfigMap", "airflow-config")["data"]["airflow.cfg"])
    return read


def test_the_executor_of_a_team_has_the_settings_of_the_release(teams: Manifests):
    read = sections(teams)
    usual = dict(read["kubernetes_executor"])
    assert dict(read["search=kubernetes_executor"]) == usual
    assert dict(read["payments=kubernetes_executor"]) == usual | {
        "worker_pods_creation_batch_size": "3"
    }
    assert dict(read["search=core"]) == {
        key: read["core"][key] for key in ("dags_folder", "execution_api_server_url", "parallelism")
    }


def test_the_executor_of_each_team_is_the_one_of_the_chart(teams: Manifests):
    own = "KubernetesExecutor:chart_executor.KubernetesExecutor"
    assert teams.pod("scheduler").main.env["AIRFLOW__CORE__EXECUTOR"] == (
        f"{own};payments={own};search=LocalExecutor"
    )


def test_the_migrations_create_the_teams(teams: Manifests):
    assert teams.pod("run-airflow-migrations").main.arguments == [
        "bash",
        "-c",
        "airflow db migrate && exec airflow teams sync",
    ]


def test_pods_wait_until_the_teams_exist(teams: Manifests):
    waiting = [
        container.spec["args"]
        for pod in teams.pods()
        for container in pod.containers
        if container.name == "wait-for-airflow-migrations"
    ]
    assert waiting
    assert [args for args in waiting if args[3:] != ["--team=payments", "--team=search"]] == []


def test_the_triggerer_of_a_team_takes_the_triggers_of_the_team(teams: Manifests):
    queries = {
        one["metadata"]["name"]: one["spec"]["triggers"][0]["metadata"]["query"].split(" WHERE ")[1]
        for one in teams.of("ScaledObject")
    }
    assert queries == {
        "airflow-triggerer": "team_name IS NULL",
        "airflow-triggerer-payments": "team_name = 'payments'",
        "airflow-triggerer-search": "team_name = 'search'",
    }
    found = teams.find("Deployment", "airflow-triggerer-search")["spec"]["template"]["spec"]
    assert found["containers"][0]["args"][2].endswith("--team-name 'search'")


def test_a_release_without_teams_has_nothing_of_them(defaults: Manifests):
    assert defaults.pod("run-airflow-migrations").main.arguments[2].endswith("airflow db migrate")
    assert [name for name in sections(defaults).sections() if "=" in name] == []
    assert "--team=" not in defaults.text.replace('add_argument("--team"', "")
