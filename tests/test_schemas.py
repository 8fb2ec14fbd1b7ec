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


def test_a_misspelt_field_of_a_custom_resource_is_a_problem():
    spec = {"refreshIntervall": "1h", "secretStoreRef": {"name": "a"}}
    manifest = {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "spec": spec}
    assert "refreshIntervall" in "".join(problems({**manifest, "metadata": {}}, "1.36"))


def test_an_unknown_kind_is_a_problem():
    assert problems({**POD, "kind": "Pot"}, "1.36") == ["Kubernetes 1.36 has no v1 Pot"]
