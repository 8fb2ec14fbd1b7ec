"""Who reads which secret is what files/tables.yaml says; task pods read none."""

from collections.abc import Mapping
from typing import Any

from tests.chart.cases import Case
from tests.conftest import Render


def test_each_pod_reads_exactly_the_secrets_that_the_table_says(case: Case):
    wanted = {
        component: {
            (case.secret(name), row["key"])
            for name, row in case.tables["secrets"].items()
            if component in row["readers"]
        }
        for component in case.pods
    }
    assert {component: case.readable(component) for component in case.pods} == wanted


def test_task_pods_read_no_secret_of_the_platform(case: Case):
    assert case.readable("worker") == set()


def test_task_pods_know_no_variable_of_a_platform_secret(case: Case):
    variables = {row.get("variable") for row in case.tables["secrets"].values()}
    assert variables & case.pods["worker"].main.env.keys() == set()


def test_nothing_that_task_pods_mount_holds_a_secret(case: Case):
    volumes = case.pods["worker"].volumes.values()
    assert [volume for volume in volumes if "secret" in volume or "projected" in volume] == []


def test_a_secret_reaches_a_variable_by_its_name(case: Case):
    wrong = {
        (component, name)
        for name, row in case.tables["secrets"].items()
        for component in set(row["readers"]) & case.pods.keys()
        if "variable" in row
        and case.pods[component].main.env[row["variable"]]["secretKeyRef"]["key"] != row["key"]
    }
    assert wrong == set()


def test_every_reader_is_a_row_of_the_traffic_table(tables: Mapping[str, Any]):
    readers = {reader for row in tables["secrets"].values() for reader in row["readers"]}
    assert readers <= tables["traffic"].keys()


def test_a_variable_that_was_left_out_is_left_out_everywhere(render: Render):
    variable = "AIRFLOW__CORE__FERNET_KEY"
    manifests = render({"enableBuiltInSecretEnvVars": {variable: False}})
    assert [str(pod) for pod, c in manifests.containers() if variable in c.env] == []


def test_a_component_may_mount_what_tasks_may_not(render: Render):
    name = "airflow-fernet-key"
    values = {"scheduler": {"extraVolumes": {"v": {"secret": {"secretName": name}}}}}
    assert (name, "*") in render(values).pod("scheduler").secret_keys
