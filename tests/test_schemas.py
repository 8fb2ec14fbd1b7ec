"""The check of objects by Kubernetes' schemas finds mistakes, in every version."""

import pytest

from tests.schemas import SUPPORTED, problems

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a"},
    "spec": {"containers": [{"name": "a", "image": "a"}]},
}


@pytest.mark.parametrize("version", SUPPORTED)
def test_a_valid_object_has_no_problems(version: str):
    assert problems(POD, version) == []


@pytest.mark.parametrize("version", SUPPORTED)
def test_a_misspelt_field_is_a_problem(version: str):
    pod = {**POD, "spec": {**POD["spec"], "restartPolicies": "Never"}}
    assert "restartPolicies" in problems(pod, version)[0]


@pytest.mark.parametrize("version", SUPPORTED)
def test_a_wrong_type_is_a_problem(version: str):
    pod = {**POD, "spec": {**POD["spec"], "hostNetwork": "no"}}
    assert problems(pod, version)[0].startswith("spec.hostNetwork:")


TWICE = {
    "imagePullSecrets": {"name": "a"},
    "volumes": {"name": "a", "emptyDir": {}},
    "initContainers": {"name": "a", "image": "a"},
    "hostAliases": {"ip": "192.0.2.1"},
    "containers.env": {"name": "A", "value": "b"},
    "containers.ports": {"containerPort": 1},
    "containers.volumeMounts": {"name": "a", "mountPath": "/a"},
}


@pytest.mark.parametrize("version", SUPPORTED)
@pytest.mark.parametrize("path", TWICE)
def test_two_items_of_a_list_with_the_same_name_are_a_problem(path: str, version: str):
    *above, key = path.split(".")
    container = POD["spec"]["containers"][0]
    pods = {
        count: {"containers": [{**container, key: [TWICE[path]] * count}]}
        if above
        else {**POD["spec"], key: [TWICE[path]] * count}
        for count in (1, 2)
    }
    said = {count: problems({**POD, "spec": spec}, version) for count, spec in pods.items()}
    assert said[1] == []
    assert "2 items have {" in said[2][0]


def test_a_misspelt_field_of_a_custom_resource_is_a_problem():
    spec = {"refreshIntervall": "1h", "secretStoreRef": {"name": "a"}}
    manifest = {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "spec": spec}
    assert "refreshIntervall" in "".join(problems({**manifest, "metadata": {}}, "1.36"))


def test_an_unknown_kind_is_a_problem():
    assert problems({**POD, "kind": "Pot"}, "1.36") == ["Kubernetes 1.36 has no v1 Pot"]
