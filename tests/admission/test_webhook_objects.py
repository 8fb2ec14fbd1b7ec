"""The objects of the engine `webhook`: safe while replicas end, and limited to labelled pods."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.admission.classes import rendered_classes
from scripts.admission.table import Table
from tests.admission.conftest import VALUES, Admit
from tests.admission.test_refusals import over
from tests.rendered import Manifests

IMAGE = {"repository": "registry.example.com/admission", "tag": "1"}
WEBHOOK = over(VALUES, {"engine": "webhook", "webhook": {"image": IMAGE}})
PEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
NAME = "webhook-admission"
OWN = {
    "caBundle": {"secretName": "tls", "caBundle": PEM},
    "injectFrom": {"secretName": "tls", "injectFrom": "platform/webhook"},
}


@pytest.fixture(scope="module")
def objects(admit: Admit) -> Manifests:
    return admit(WEBHOOK)


@pytest.fixture(scope="module")
def webhook(objects: Manifests) -> dict[str, Any]:
    (found,) = objects.find("MutatingWebhookConfiguration", "platform.admission")["webhooks"]
    return found


def pods(found: Manifests) -> Iterator[dict[str, Any]]:
    """The specs of all pods."""
    for one in found.of("Deployment", "Job"):
        yield one["spec"]["template"]["spec"]
    for one in found.of("CronJob"):
        yield one["spec"]["jobTemplate"]["spec"]["template"]["spec"]


@pytest.mark.parametrize(
    ("engine", "version", "expected"),
    [
        ("auto", "1.36.0", "MutatingAdmissionPolicy"),
        ("auto", "1.35.9", "MutatingWebhookConfiguration"),
        ("auto", "1.30.0", "MutatingWebhookConfiguration"),
        ("webhook", "1.36.0", "MutatingWebhookConfiguration"),
        ("cel", "1.36.0", "MutatingAdmissionPolicy"),
    ],
)
def test_one_engine_changes_pods(engine: str, version: str, expected: str, admit: Admit):
    found = admit({**WEBHOOK, "engine": engine}, kube_version=version)
    kinds = ("MutatingAdmissionPolicy", "MutatingWebhookConfiguration")
    assert {one["kind"] for one in found.of(*kinds)} == {expected}
    assert found.of("ValidatingAdmissionPolicy")


def test_the_webhook_is_asked_about_labelled_pods_only(webhook: dict[str, Any]):
    label = {"key": "workload-class", "operator": "Exists"}
    pods = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
    assert webhook["objectSelector"] == {"matchExpressions": [label]}
    assert webhook["rules"] == [{**pods, "operations": ["CREATE"]}]
    assert "matchConditions" not in webhook


def test_both_engines_concern_the_same_namespaces(admit: Admit, webhook: dict[str, Any]):
    policy = admit().of("MutatingAdmissionPolicy")[0]["spec"]["matchConstraints"]
    assert webhook["namespaceSelector"] == policy["namespaceSelector"]


def test_the_webhook_fails_closed_and_soon(webhook: dict[str, Any]):
    facts = {key: webhook[key] for key in ("failurePolicy", "timeoutSeconds", "sideEffects")}
    assert facts == {"failurePolicy": "Fail", "timeoutSeconds": 2, "sideEffects": "None"}


def test_the_webhook_reads_the_classes_of_the_table(objects: Manifests, table: Table):
    text = objects.find("ConfigMap", NAME)["data"]["table.json"]
    found = rendered_classes(json.loads(text))
    assert found.classes == table.classes
    assert (found.label, found.users, found.groups) == (table.label, table.users, table.groups)


def test_a_change_of_the_classes_restarts_the_replicas(admit: Admit, objects: Manifests):
    changed = admit(over(WEBHOOK, {"classes": {"gpu": {"runtimeClassName": "other"}}}))
    assert annotations(changed) != annotations(objects)


def annotations(found: Manifests) -> dict[str, str]:
    return found.find("Deployment", NAME)["spec"]["template"]["metadata"]["annotations"]


def test_a_replica_always_answers(objects: Manifests):
    spec = objects.find("Deployment", NAME)["spec"]
    assert spec["replicas"] >= 2
    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert objects.find("PodDisruptionBudget", NAME)["spec"]["minAvailable"] == 1


def test_pods_are_restricted(objects: Manifests):
    checked = []
    for spec in pods(objects):
        (container,) = spec["containers"]
        checked.append(container["name"])
        assert spec["securityContext"]["runAsNonRoot"]
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"requests", "limits"} <= container["resources"].keys()
    assert sorted(checked) == ["certificate", "certificate", "webhook"]


def test_only_jobs_of_the_certificate_have_a_token(objects: Manifests):
    tokens = {
        (spec["containers"][0]["name"], spec["automountServiceAccountToken"])
        for spec in pods(objects)
    }
    assert tokens == {("webhook", False), ("certificate", True)}


def test_jobs_of_the_certificate_change_two_named_objects(objects: Manifests):
    rules = [
        (rule["resources"], rule["resourceNames"], rule["verbs"])
        for role in objects.of("Role", "ClusterRole")
        if "certificate" in role["metadata"]["name"]
        for rule in role["rules"]
    ]
    assert rules == [
        (["mutatingwebhookconfigurations"], ["platform.admission"], ["get", "patch"]),
        (["secrets"], [NAME], ["get", "patch"]),
    ]


@pytest.mark.parametrize("source", OWN)
def test_with_an_own_certificate_the_chart_creates_none(source: str, admit: Admit):
    found = admit(over(WEBHOOK, {"webhook": {"certificate": OWN[source]}}))
    volumes = found.find("Deployment", NAME)["spec"]["template"]["spec"]["volumes"]
    assert found.of("Job", "CronJob", "Secret", "Role") == []
    assert [one["secret"]["secretName"] for one in volumes if "secret" in one] == ["tls"]


def test_the_authority_of_an_own_certificate_is_trusted(admit: Admit):
    bundle, injected = (
        admit(over(WEBHOOK, {"webhook": {"certificate": one}})).find(
            "MutatingWebhookConfiguration", "platform.admission"
        )
        for one in OWN.values()
    )
    assert bundle["webhooks"][0]["clientConfig"]["caBundle"] == encoded(PEM)
    annotation = injected["metadata"]["annotations"]["cert-manager.io/inject-ca-from"]
    assert annotation == "platform/webhook"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_traffic_to_the_webhook_is_limited_to_its_port(objects: Manifests):
    policy = objects.find("NetworkPolicy", NAME)["spec"]
    assert policy["ingress"] == [{"ports": [{"port": "webhook", "protocol": "TCP"}]}]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert "egress" not in policy
