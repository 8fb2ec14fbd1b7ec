"""Objects that an installer adds: ConfigMaps, Secrets, limits, quotas, classes, any other."""

from base64 import b64encode
from typing import Any

import pytest

from tests.conftest import Render

NAME = "{{ .Release.Name }}-mine"
SHAPES = pytest.mark.parametrize("shape", ["map", "text"])


def data(shape: str, value: str = "{{ .Release.Namespace }}") -> Any:
    return {"key": value} if shape == "map" else f"key: {value!r}"


@SHAPES
def test_a_config_map_is_a_map_or_text_through_templates(render: Render, shape: str):
    manifests = render({"extraConfigMaps": {NAME: {"data": data(shape)}}})
    assert manifests.find("ConfigMap", "airflow-mine")["data"] == {"key": "airflow"}


@SHAPES
def test_a_secret_is_a_map_or_text_through_templates(render: Render, shape: str):
    secret = {
        "data": data(shape, b64encode(b"x").decode()),
        "stringData": data(shape),
        "type": "example.com/mine",
    }
    found = render({"extraSecrets": {NAME: secret}}).find("Secret", "airflow-mine")
    assert (found["data"], found["type"]) == ({"key": "eA=="}, "example.com/mine")
    assert found["stringData"] == {"key": "airflow"}


@pytest.mark.parametrize(
    ("value", "kind"), [("extraConfigMaps", "ConfigMap"), ("extraSecrets", "Secret")]
)
def test_they_have_labels_and_annotations(render: Render, value: str, kind: str):
    extra = {"labels": {"a": "1"}, "annotations": {"b": "2"}, "data": {}}
    metadata = render({value: {"mine": extra}}).find(kind, "mine")["metadata"]
    assert metadata["labels"]["a"] == "1"
    assert metadata["annotations"] == {"b": "2"}


def test_limits_are_those_of_the_namespace(render: Render):
    limit = {"type": "Container", "default": {"memory": "1Gi"}}
    found = render({"limits": [limit]}).find("LimitRange", "airflow-limit-range")
    assert found["spec"] == {"limits": [limit]}


def test_limits_of_tasks_are_in_each_of_their_namespaces(render: Render):
    limits = [{"type": "Container", "defaultRequest": {"cpu": "50m", "memory": "64Mi"}}]
    manifests = render(
        {
            "multiNamespaceMode": True,
            "config": {"kubernetes_executor": {"multi_namespace_mode_namespace_list": "red"}},
            "tasks": {"namespace": "flows", "limits": limits},
        }
    )
    found = {
        one["metadata"]["namespace"]: one["spec"]["limits"] for one in manifests.of("LimitRange")
    }
    assert found == {"flows": limits, "red": limits}


def test_quotas_are_those_of_the_namespace(render: Render):
    found = render({"quotas": {"pods": "10"}}).find("ResourceQuota", "airflow-resource-quota")
    assert found["spec"] == {"hard": {"pods": "10"}}


def test_a_priority_class_keeps_its_digits(render: Render):
    classes = [{"name": "high", "value": 1000000000, "preemptionPolicy": "Never"}]
    found = render({"priorityClasses": classes}).find("PriorityClass", "airflow-high")
    assert (found["value"], found["preemptionPolicy"]) == (1000000000, "Never")


@SHAPES
def test_any_object_can_be_added(render: Render, shape: str):
    thing: Any = {"apiVersion": "v1", "kind": "Thing", "metadata": {"name": NAME}}
    if shape == "text":
        thing = "apiVersion: v1\nkind: Thing\nmetadata: {name: '{{ .Release.Name }}-mine'}"
    assert render({"extraObjects": {"mine": thing}}).has("Thing", "airflow-mine")


def test_there_are_no_extra_objects_by_default(defaults):
    assert defaults.of("LimitRange", "ResourceQuota", "PriorityClass", "Secret") == []
