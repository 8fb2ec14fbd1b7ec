"""CI's rights in the cluster suffice for everything that Terraform and the chart make there."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.rendered import Manifests

GROUP = "airflow-prod-ci"
# Plurals that are not the name with an s.
PLURALS = {
    "Ingress": "ingresses",
    "NetworkPolicy": "networkpolicies",
    "ValidatingAdmissionPolicy": "validatingadmissionpolicies",
    "PriorityClass": "priorityclasses",
    "SecretProviderClass": "secretproviderclasses",
    "CiliumNetworkPolicy": "ciliumnetworkpolicies",
}
# In a cluster-wide place; all others are in a namespace.
EVERYWHERE = {
    "Namespace",
    "PersistentVolume",
    "PriorityClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
}
WRITING = {"create", "delete", "get", "list", "patch", "update", "watch"}
Right = tuple[str, str, str]


@pytest.fixture(scope="module")
def rights(written) -> dict[str, set[Right]]:
    """Group, resource and verb of every right, by ClusterRole."""
    roles = [
        one for one in yaml.safe_load_all(written["kubernetes"]) if one["kind"] == "ClusterRole"
    ]
    return {one["metadata"]["name"]: set(_rights(one["rules"])) for one in roles}


def _rights(rules: list[dict[str, Any]]) -> Iterator[Right]:
    for rule in rules:
        for group in rule.get("apiGroups", []):
            for resource in rule["resources"]:
                yield from ((group, resource, verb) for verb in rule["verbs"])


def _needed(manifests: Manifests, *, everywhere: bool) -> set[Right]:
    """Rights to write each object of a kind."""
    return {
        (group, PLURALS.get(one["kind"], f"{one['kind'].lower()}s"), verb)
        for one in manifests.objects
        if (one["kind"] in EVERYWHERE) is everywhere
        for group in [one["apiVersion"].rpartition("/")[0]]
        for verb in WRITING
    }


def test_ci_can_write_every_object_of_a_release(rights, shipped):
    assert _needed(shipped, everywhere=False) - rights[f"{GROUP}-team"] == set()
    assert _needed(shipped, everywhere=True) - rights[GROUP] == set()


def test_ci_can_write_every_object_of_the_chart(rights, everything_on):
    assert _needed(everything_on, everywhere=False) - rights[f"{GROUP}-team"] == set()
    assert _needed(everything_on, everywhere=True) - rights[GROUP] == set()


def test_ci_has_every_right_that_a_role_of_a_release_gives(rights, shipped):
    """Kubernetes refuses a Role with more rights than those of its author."""
    given = {
        right for one in shipped.objects if one["kind"] == "Role" for right in _rights(one["rules"])
    }
    assert given
    assert given - rights[f"{GROUP}-team"] == set()


def test_ci_reads_no_secret_outside_the_namespaces_of_teams(rights):
    assert {right for right in rights[GROUP] if right[1] in ("secrets", "pods", "*")} == set()
