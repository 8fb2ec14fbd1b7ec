"""Secrets of the platform reach their readers in files/secrets.yaml, and no pod of a task."""

from tests.chart.tables import TABLES
from tests.conftest import Render


def test_every_reader_is_a_component():
    readers = {reader for row in TABLES.secrets.values() for reader in row["readers"]}
    assert readers <= TABLES.components.keys()


def test_a_variable_that_was_left_out_is_left_out_everywhere(render: Render):
    variable = "AIRFLOW__CORE__FERNET_KEY"
    manifests = render({"enableBuiltInSecretEnvVars": {variable: False}})
    assert [str(pod) for pod, c in manifests.containers() if variable in c.env] == []


def test_a_component_may_mount_what_tasks_may_not(render: Render):
    name = "airflow-fernet-key"
    values = {"scheduler": {"extraVolumes": {"v": {"secret": {"secretName": name}}}}}
    assert (name, "*") in render(values).pod("scheduler").secret_keys
