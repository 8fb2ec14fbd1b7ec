"""Properties of every shipped release, in addition to tests/chart/properties."""

import re

import pytest

from scripts.manifests import identity
from scripts.releases import Release
from tests.rendered import Manifests

# Patterns of keys, tokens and passwords in manifests.
SECRET_TEXTS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "an AWS key": r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "a URL with a password": r"\w+://[^\s:/@{}$]*:[^\s@/{}$]+@",
    "a Fernet key": r"(?<![\w/+-])[\w-]{43}=(?![\w=])",
    "a JSON web token": r"\beyJ[\w-]{10,}\.[\w-]{10,}\.",
}
NAMESPACED_BY_THEMSELVES = ("ClusterRole", "ClusterRoleBinding", "PriorityClass", "Namespace")
# Objects of the cluster that select namespaces.
ADMISSION = ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")


def test_every_object_is_in_a_namespace_of_its_release(release: Release, shipped: Manifests):
    allowed = (release.namespace, release.tasks_namespace)
    found = {
        identity(one): one["metadata"].get("namespace")
        for one in shipped.objects
        if one["kind"] not in (*NAMESPACED_BY_THEMSELVES, *ADMISSION)
    }
    assert found
    assert {name: where for name, where in found.items() if where not in allowed} == {}


def test_no_object_applies_to_other_namespaces(shipped: Manifests):
    assert shipped.of(*NAMESPACED_BY_THEMSELVES) == []


def test_the_api_server_reads_pods_of_its_tasks_only(release: Release, shipped: Manifests):
    [binding] = shipped.of("ValidatingAdmissionPolicyBinding")
    [where] = binding["spec"]["matchResources"]["namespaceSelector"]["matchExpressions"]
    assert where == {
        "key": "kubernetes.io/metadata.name",
        "operator": "In",
        "values": [release.tasks_namespace],
    }


def test_tasks_run_in_their_own_namespace(release: Release, shipped: Manifests):
    executor = shipped.configuration["kubernetes_executor"]
    assert executor["namespace"] == release.tasks_namespace


def test_the_namespace_of_tasks_contains_no_secret_and_no_platform_pod(
    release: Release, shipped: Manifests
):
    kinds = {
        one["kind"]
        for one in shipped.objects
        if one["metadata"].get("namespace") == release.tasks_namespace
    }
    assert kinds <= {
        "ConfigMap",
        "LimitRange",
        "NetworkPolicy",
        "PersistentVolumeClaim",
        "ResourceQuota",
        "Role",
        "RoleBinding",
        "ServiceAccount",
    }


def test_every_pod_has_the_labels_of_its_release(release: Release, shipped: Manifests):
    wrong = {
        str(pod): dict(pod.labels)
        for pod in shipped.pods()
        if pod.labels.get("release") != release.name or pod.labels.get("team") != release.team
    }
    assert wrong == {}


def test_no_secret_is_rendered(shipped: Manifests):
    assert shipped.of("Secret") == []


@pytest.mark.parametrize("what", SECRET_TEXTS)
def test_no_text_looks_like_a_secret(shipped: Manifests, what: str):
    assert re.findall(SECRET_TEXTS[what], shipped.text) == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a private key", "-----BEGIN RSA PRIVATE KEY-----"),
        ("an AWS key", "id: AKIAIOSFODNN7EXAMPLE"),
        ("a URL with a password", "postgresql+psycopg2://airflow:hunter2@db:5432/airflow"),
        ("a Fernet key", "key: 81HqDtbqAywKSOumSha3BhWNOdQ26slT6K0YaZeZyPs="),
        ("a JSON web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x"),
    ],
)
def test_text_that_looks_like_a_secret_is_found(what: str, text: str):
    assert re.search(SECRET_TEXTS[what], text)
