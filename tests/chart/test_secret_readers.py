"""Secrets of the platform reach their readers in files/secrets.yaml, and no pod of a task."""

import pytest

from tests.chart.tables import TABLES
from tests.conftest import Render


def test_every_reader_is_a_component():
    readers = {reader for row in TABLES.secrets.values() for reader in row["readers"]}
    assert readers <= TABLES.components.keys()


def test_a_variable_that_was_left_out_is_left_out_everywhere(render: Render):
    variable = "AIRFLOW__CORE__FERNET_KEY"
    manifests = render({"enableBuiltInSecretEnvVars": {variable: False}})
    assert [str(pod) for pod, c in manifests.containers() if variable in c.env] == []


FERNET = "airflow-fernet-key"


@pytest.mark.parametrize(
    ("values", "secret"),
    [
        ({"secret": [{"envName": "A", "secretName": FERNET, "secretKey": "fernet-key"}]}, FERNET),
        (
            {"extraEnvFrom": "- secretRef: {name: '{{ .Release.Name }}-metadata'}"},
            "airflow-metadata",
        ),
        ({"volumes": {"v": {"secret": {"secretName": FERNET}}}}, FERNET),
        ({"workers": {"extraVolumes": {"v": {"secret": {"secretName": FERNET}}}}}, FERNET),
        (
            {
                "workers": {
                    "extraVolumes": {
                        "v": {"projected": {"sources": [{"secret": {"name": FERNET}}]}}
                    }
                }
            },
            FERNET,
        ),
        (
            {
                "jwtSecretName": "mine",
                "workers": {"extraVolumes": {"v": {"secret": {"secretName": "mine"}}}},
            },
            "mine",
        ),
        (
            {"workers": {"extraContainers": {"c": {"envFrom": [{"secretRef": {"name": FERNET}}]}}}},
            FERNET,
        ),
    ],
    ids=["variable", "variables", "volume", "of workers", "projected", "of yours", "beside"],
)
def test_a_secret_of_the_platform_reaches_no_task_by_another_name(
    refusal, values: dict, secret: str
):
    assert refusal(values) == (
        f"Task pods would read the Secret {secret}, which is the platform's: take it out of "
        "secret, extraEnv, extraEnvFrom, volumes, imagePullSecrets, workers and podTemplate, and "
        "give tasks one of their own."
    )


def test_a_component_may_mount_what_tasks_may_not(render: Render):
    values = {"scheduler": {"extraVolumes": {"v": {"secret": {"secretName": FERNET}}}}}
    assert (FERNET, "*") in render(values).pod("scheduler").secret_keys
