"""The dag-processor parses Dag files, which are code of Dag authors."""

import json

import pytest

from tests.conftest import Render
from tests.rendered import Manifests


def test_its_arguments_are_those_of_the_airflow_command(defaults: Manifests):
    assert defaults.pod("dag-processor").main.arguments == [
        "bash",
        "-c",
        "exec airflow dag-processor",
    ]


@pytest.mark.parametrize(
    ("component", "job"), [("dag-processor", "DagProcessorJob"), ("triggerer", "TriggererJob")]
)
def test_its_probe_checks_the_heartbeat_of_its_own_job(
    defaults: Manifests, component: str, job: str
):
    probe = defaults.pod(component).main.spec["livenessProbe"]
    assert probe["exec"]["command"] == ["python", "/opt/programs/check_heartbeat.py", job]


@pytest.mark.parametrize("component", ["dag-processor", "triggerer"])
def test_the_program_of_the_probe_is_mounted(defaults: Manifests, component: str):
    pod = defaults.pod(component)
    assert pod.main.mounts["/opt/programs"]["readOnly"] is True
    assert "check_heartbeat.py" in defaults.find("ConfigMap", "airflow-programs")["data"]


@pytest.mark.parametrize("component", ["dag-processor", "triggerer"])
def test_a_short_outage_of_the_database_does_not_restart_it(defaults: Manifests, component: str):
    probe = defaults.pod(component).main.spec["livenessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 120


@pytest.mark.parametrize("component", ["dag-processor", "triggerer"])
def test_a_command_can_replace_the_probe(render: Render, component: str):
    key = {"dag-processor": "dagProcessor"}.get(component, component)
    manifests = render({key: {"livenessProbe": {"command": ["true"]}}})
    probe = manifests.pod(component).main.spec["livenessProbe"]
    assert probe["exec"] == {"command": ["true"]}


def test_dags_come_from_the_local_folder_by_default(defaults: Manifests):
    bundles = json.loads(defaults.configuration["dag_processor"]["dag_bundle_config_list"])
    assert [bundle["classpath"].rpartition(".")[2] for bundle in bundles] == ["LocalDagBundle"]


@pytest.mark.parametrize("stated", [{}, {"kwargs": None}], ids=["missing", "null"])
def test_a_bundle_without_kwargs_has_none(render: Render, stated: dict):
    bundle = {"name": "main", "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle"}
    values = {"dagProcessor": {"dagBundleConfigList": [{**bundle, **stated}]}}
    configuration = render(values).configuration
    # Airflow does not start without the key.
    assert json.loads(configuration["dag_processor"]["dag_bundle_config_list"]) == [
        {**bundle, "kwargs": {}}
    ]


def test_dags_come_from_the_bundles_that_values_name(render: Render):
    bundle = {
        "name": "main",
        "classpath": "airflow.providers.git.bundles.git.GitDagBundle",
        "kwargs": {"repo_url": "https://example.com/dags.git", "tracking_ref": "main"},
    }
    configuration = render({"dagProcessor": {"dagBundleConfigList": [bundle]}}).configuration
    assert json.loads(configuration["dag_processor"]["dag_bundle_config_list"]) == [bundle]


def test_it_writes_its_logs_to_a_writable_folder(defaults: Manifests):
    pod = defaults.pod("dag-processor")
    mount = pod.main.mounts["/opt/airflow/logs"]
    assert "emptyDir" in pod.volumes[mount["name"]]
    assert not mount.get("readOnly")
