"""Objects that task pods refer to, where tasks run in other namespaces than the release."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.chart.cases import Case
from tests.chart.references import existing, references
from tests.conftest import Render
from tests.rendered import Manifests

MAP = {"lookup": {"data": {"countries.csv": "DE,49"}}}
SECRET = {"warehouse": {"stringData": {"password": "hidden"}}}
TASKS = {"tasks": {"namespace": "apart"}}
SEVERAL = {
    **TASKS,
    "multiNamespaceMode": True,
    "config": {"kubernetes_executor": {"multi_namespace_mode_namespace_list": "third"}},
}


def namespaces(manifests: Manifests, kind: str, name: str) -> list[str]:
    """The namespaces with an object of a name; their data must be the same."""
    found = [one for one in manifests.of(kind) if one["metadata"]["name"] == name]
    data = [one.get("data") or one.get("stringData") for one in found]
    assert [one for one in data if one != data[0]] == []
    return [one["metadata"]["namespace"] for one in found]


def ways(kind: str, name: str) -> Iterator[Any]:
    """The places of values by which task pods come to refer to an object."""
    lower = kind[0].lower() + kind[1:]
    volume = {lower: {"name": name} if kind == "ConfigMap" else {"secretName": name}}
    projected = {"projected": {"sources": [{lower: {"name": name}}]}}
    variable = {"valueFrom": {f"{lower}KeyRef": {"name": name, "key": "password"}}}
    every = f"- {lower}Ref: {{name: {name}}}"
    container = {"image": "example/helper:1", "envFrom": [{f"{lower}Ref": {"name": name}}]}
    mounts = {"v": {"mountPath": "/v"}}
    found = {
        "a volume of all pods": {"volumes": {"v": volume}, "volumeMounts": mounts},
        "a projected volume": {"workers": {"extraVolumes": {"v": projected}}},
        "a volume with items": {
            "workers": {
                "extraVolumes": {
                    "v": {lower: {**volume[lower], "items": [{"key": "a", "path": "b"}]}}
                }
            }
        },
        "variables of all pods": {"extraEnvFrom": every},
        "one variable": {"workers": {"env": [{"name": "PASSWORD", **variable}]}},
        "a sidecar": {"workers": {"extraContainers": {"c": container}}},
        "an init container": {"workers": {"extraInitContainers": {"c": container}}},
        "a pod setting": {"workers": {"pod": {"volumes": [{"name": "v", **volume}]}}},
    }
    if kind == "Secret":
        found["images of a private registry"] = {"imagePullSecrets": [name]}
        found["a CSI volume"] = {
            "volumes": {"v": {"csi": {"driver": "x", "nodePublishSecretRef": {"name": name}}}}
        }
    return (pytest.param(kind, values, id=f"{kind}: {way}") for way, values in found.items())


@pytest.mark.parametrize(
    ("kind", "values"), [*ways("ConfigMap", "lookup"), *ways("Secret", "warehouse")]
)
def test_an_extra_object_that_tasks_refer_to_is_in_their_namespace_too(
    render: Render, kind: str, values: dict
):
    name = {"ConfigMap": "lookup", "Secret": "warehouse"}[kind]
    manifests = render({**TASKS, "extraConfigMaps": MAP, "extraSecrets": SECRET, **values})
    assert namespaces(manifests, kind, name) == ["airflow", "apart"]


def test_an_extra_object_of_components_is_in_their_namespace_only(render: Render):
    volume = {"extraVolumes": {"v": {"configMap": {"name": "lookup"}}}}
    values = {**TASKS, "extraConfigMaps": MAP, "extraSecrets": SECRET, "scheduler": volume}
    manifests = render(values)
    assert namespaces(manifests, "ConfigMap", "lookup") == ["airflow"]
    assert namespaces(manifests, "Secret", "warehouse") == ["airflow"]


def test_an_extra_object_is_in_each_namespace_of_tasks(render: Render):
    volumes = {"volumes": {"v": {"configMap": {"name": "{{ .Release.Name }}-lookup"}}}}
    maps = {"extraConfigMaps": {"{{ .Release.Name }}-lookup": {"data": "a: b"}}}
    found = namespaces(render({**SEVERAL, **volumes, **maps}), "ConfigMap", "airflow-lookup")
    assert found == ["airflow", "apart", "third"]


def test_tasks_beside_the_release_share_its_objects(render: Render):
    values = {"extraConfigMaps": MAP, "volumes": {"v": {"configMap": {"name": "lookup"}}}}
    assert namespaces(render(values), "ConfigMap", "lookup") == ["airflow"]


def test_a_pod_template_of_values_is_read_as_well(render: Render):
    template = """
      kind: Pod
      metadata: {labels: {tier: airflow, component: worker, release: airflow}}
      spec:
        containers: [{name: base, envFrom: [{secretRef: {name: warehouse}}]}]
    """
    manifests = render({**TASKS, "extraSecrets": SECRET, "podTemplate": template})
    assert namespaces(manifests, "Secret", "warehouse") == ["airflow", "apart"]


def test_a_text_with_the_words_of_a_reference_is_no_reference(render: Render):
    text = '{"configMap":{"name":"lookup"},"secretRef":{"name":"warehouse"}}'
    values = {**TASKS, "extraConfigMaps": MAP, "extraSecrets": SECRET, "env": {"JOB": text}}
    assert namespaces(render(values), "ConfigMap", "lookup") == ["airflow"]


def test_every_reference_of_a_task_pod_resolves_where_tasks_run(render: Render):
    case = Case(
        render(
            {
                **TASKS,
                "extraConfigMaps": MAP,
                "extraSecrets": SECRET,
                "extraEnvFrom": "- secretRef: {name: warehouse}",
                "volumes": {"v": {"configMap": {"name": "lookup"}}},
                "volumeMounts": {"v": {"mountPath": "/v"}},
            }
        )
    )
    wanted = [one for one in references(case) if one.by == "PodTemplate/worker"]
    assert {one.name for one in wanted} >= {"lookup", "warehouse", "airflow-config"}
    there = existing(case)
    missing = [
        str(one) for one in wanted if (one.namespace, one.kind, one.name, one.key) not in there
    ]
    assert missing == []
