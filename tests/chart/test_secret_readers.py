"""Secrets of the platform reach their readers in files/secrets.yaml, and no pod of a task."""

import pytest

from tests.chart.tables import TABLES
from tests.conftest import Render


def test_every_reader_is_a_component():
    readers = {reader for row in TABLES.secrets.values() for reader in row["readers"]}
    assert readers <= TABLES.components.keys()


@pytest.mark.parametrize("executor", ["KubernetesExecutor", "CeleryExecutor", "LocalExecutor"])
def test_pods_that_serve_logs_have_the_key_with_which_the_api_server_asks(
    render: Render, executor: str
):
    pods = render({"executor": executor}).pods()
    servers = [pod for pod in pods if {8793, 8794} & set(pod.main.ports.values())]
    assert len(servers) == (1 if executor == "KubernetesExecutor" else 2)
    assert [str(pod) for pod in servers if "AIRFLOW__API__SECRET_KEY" not in pod.main.env] == []


def test_a_variable_that_was_left_out_is_left_out_everywhere(render: Render):
    variable = "AIRFLOW__CORE__FERNET_KEY"
    manifests = render({"enableBuiltInSecretEnvVars": {variable: False}})
    assert [str(pod) for pod, c in manifests.containers() if variable in c.env] == []


def test_a_component_may_mount_what_tasks_may_not(render: Render):
    name = "airflow-fernet-key"
    values = {"scheduler": {"extraVolumes": {"v": {"secret": {"secretName": name}}}}}
    assert (name, "*") in render(values).pod("scheduler").secret_keys
