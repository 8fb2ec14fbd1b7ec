"""Objects that pods of tasks mount are in their namespace, too, or the render is refused."""

from typing import Any

import pytest

from tests.chart.inputs.asked import answered, assert_refused, in_namespaces, rendered

APART: dict[str, Any] = {"tasks": {"namespace": "flows-tasks"}}
LOOKUP = {"extraConfigMaps": {"lookup": {"data": {"countries.csv": "DE,49"}}}}
IN_ALL_PODS = {
    "volumes": {"lookup": {"configMap": {"name": "lookup"}}},
    "volumeMounts": {"lookup": {"mountPath": "/opt/airflow/lookup", "readOnly": True}},
}
IN_TASKS = {
    "workers": {
        "extraVolumes": {"lookup": {"configMap": {"name": "lookup"}}},
        "extraVolumeMounts": {"lookup": {"mountPath": "/lookup", "readOnly": True}},
    }
}


@pytest.mark.parametrize("mounted", [IN_ALL_PODS, IN_TASKS], ids=["all pods", "tasks"])
def test_a_config_map_that_tasks_mount_is_in_both_namespaces_or_refused(mounted: dict[str, Any]):
    found = answered({**APART, **LOOKUP, **mounted})
    if found.sentences:
        assert found.refuses("extraConfigMaps.lookup", "tasks.namespace")
    else:
        maps = in_namespaces(found.manifests, "ConfigMap", "lookup")
        assert maps.keys() == {"airflow", "flows-tasks"}
        assert maps["airflow"]["data"] == maps["flows-tasks"]["data"]


def test_a_config_map_that_tasks_do_not_mount_is_in_one_namespace():
    maps = in_namespaces(rendered({**APART, **LOOKUP}), "ConfigMap", "lookup")
    assert maps.keys() == {"airflow"}


def test_a_secret_that_tasks_read_is_in_both_namespaces_or_refused():
    values = {
        **APART,
        "extraSecrets": {"partner": {"stringData": {"TOKEN": "x"}}},
        "extraEnvFrom": "- secretRef: {name: partner}",
    }
    found = answered(values)
    if found.sentences:
        assert found.refuses("extraSecrets.partner", "tasks.namespace")
    else:
        secrets = in_namespaces(found.manifests, "Secret", "partner")
        assert secrets.keys() == {"airflow", "flows-tasks"}


def test_a_config_map_of_objects_that_tasks_mount_is_in_their_namespace_or_refused():
    lookup = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "lookup", "namespace": "{{ .Release.Namespace }}"},
        "data": {"a": "b"},
    }
    found = answered({**APART, **IN_TASKS, "extraObjects": {"lookup": lookup}})
    if found.sentences:
        assert found.refuses("extraObjects.lookup", "tasks.namespace")
    else:
        assert "flows-tasks" in in_namespaces(found.manifests, "ConfigMap", "lookup")


@pytest.mark.parametrize("storage", [{"storageClassName": "shared-files"}, {}])
def test_a_claim_of_logs_that_becomes_two_volumes_is_refused(storage: dict[str, Any]):
    values = {**APART, "logs": {"persistence": {"enabled": True, "size": "5Gi", **storage}}}
    ways = ("existingClaim", "config.logging.remote_logging")
    assert_refused(values, "logs.persistence", "tasks.namespace", *ways)


def test_a_claim_of_dags_that_becomes_two_volumes_is_refused():
    values = {**APART, "dags": {"persistence": {"enabled": True}}}
    assert_refused(values, "dags.persistence", "tasks.namespace", "existingClaim")


@pytest.mark.parametrize("what", ["logs", "dags"])
def test_a_claim_that_exists_in_both_namespaces_is_accepted(what: str):
    claim = {"enabled": True, "existingClaim": "share"}
    assert answered({**APART, what: {"persistence": claim}}).sentences == []


@pytest.mark.parametrize("what", ["logs", "dags"])
def test_a_claim_in_one_namespace_is_accepted(what: str):
    assert answered({what: {"persistence": {"enabled": True}}}).sentences == []
