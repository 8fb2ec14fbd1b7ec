"""Components whose pods have claims of their own are StatefulSets."""

from typing import Any

import pytest

from tests.chart.components import RESTRICTED
from tests.conftest import Render
from tests.rendered import Manifests
from tests.schemas import SUPPORTED, problems


@pytest.fixture
def triggerer(render: Render):
    """The manifests with a claim for each pod of the triggerer."""

    def act(settings: dict[str, Any] | None = None, /, **persistence: Any) -> Manifests:
        claim = {"persistence": {"enabled": True, **persistence}}
        return render({"triggerer": {**claim, **(settings or {})}})

    return act


def test_it_is_a_deployment_without_claims(defaults: Manifests):
    assert defaults.workload("triggerer")["kind"] == "Deployment"


def test_it_is_a_stateful_set_with_claims(triggerer):
    manifests = triggerer()
    workload = manifests.workload("triggerer")
    assert (workload["kind"], workload["metadata"]["name"]) == ("StatefulSet", "airflow-triggerer")
    assert workload["spec"]["serviceName"] == "airflow-triggerer"
    assert manifests.has("Service", "airflow-triggerer")


def test_the_claims_hold_the_logs(triggerer):
    manifests = triggerer(size="7Gi", storageClassName="fast", annotations={"a": "b"})
    (template,) = manifests.workload("triggerer")["spec"]["volumeClaimTemplates"]
    assert template == {
        "metadata": {"name": "logs", "annotations": {"a": "b"}},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "7Gi"}},
            "storageClassName": "fast",
        },
    }
    pod = manifests.pod("triggerer")
    assert "logs" not in pod.volumes
    assert pod.main.mounts["/opt/airflow/logs"]["name"] == "logs"


def test_a_claim_template_never_changes_with_the_version_of_the_chart(triggerer):
    # Kubernetes refuses every change of it.
    assert "labels" not in str(triggerer().workload("triggerer")["spec"]["volumeClaimTemplates"])


def test_a_shared_volume_of_logs_needs_no_claims(render: Render):
    values = {
        "triggerer": {"persistence": {"enabled": True}},
        "logs": {"persistence": {"enabled": True}},
    }
    manifests = render(values)
    workload = manifests.workload("triggerer")
    assert (workload["kind"], "volumeClaimTemplates" in workload["spec"]) == ("StatefulSet", False)
    assert "persistentVolumeClaim" in manifests.pod("triggerer").volumes["logs"]


def test_a_stateful_set_has_fields_of_its_own(triggerer):
    claim = {"metadata": {"name": "mine"}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    settings = {
        "strategy": {"type": "Recreate"},
        "updateStrategy": {"type": "OnDelete"},
        "podManagementPolicy": "Parallel",
        "volumeClaimTemplates": [claim],
        "revisionHistoryLimit": 3,
    }
    retention = {"whenDeleted": "Delete", "whenScaled": "Retain"}
    manifests = triggerer(settings, persistentVolumeClaimRetentionPolicy=retention)
    spec = manifests.workload("triggerer")["spec"]
    assert "strategy" not in spec
    assert spec["updateStrategy"] == {"type": "OnDelete"}
    assert spec["podManagementPolicy"] == "Parallel"
    assert spec["revisionHistoryLimit"] == 3
    assert spec["persistentVolumeClaimRetentionPolicy"] == retention
    assert [one["metadata"]["name"] for one in spec["volumeClaimTemplates"]] == ["logs", "mine"]


def test_kubernetes_knows_every_field_of_it(triggerer):
    settings = {"updateStrategy": {"type": "OnDelete"}, "podManagementPolicy": "Parallel"}
    retention = {"whenDeleted": "Delete", "whenScaled": "Retain"}
    manifests = triggerer(settings, persistentVolumeClaimRetentionPolicy=retention)
    assert problems(manifests.workload("triggerer"), SUPPORTED[-1]) == []


def test_its_pods_prefer_different_nodes(triggerer):
    assert "podAntiAffinity" in triggerer().pod("triggerer").spec["affinity"]


def test_an_init_container_changes_the_owner_only_when_asked(triggerer):
    assert "volume-permissions" not in str(triggerer().pod("triggerer").spec)
    pod = triggerer(fixPermissions=True).pod("triggerer")
    container = pod.container("volume-permissions")
    assert container.arguments == ["chown", "-R", "50000:0", "/opt/airflow/logs"]
    assert container.mounts == {
        "/opt/airflow/logs": {"name": "logs", "mountPath": "/opt/airflow/logs"}
    }
    assert container.security == {
        **RESTRICTED,
        "runAsUser": 0,
        "runAsNonRoot": False,
        "capabilities": {"drop": ["ALL"], "add": ["CHOWN", "DAC_OVERRIDE", "FOWNER"]},
    }


def test_the_owner_and_the_context_of_that_container_are_settings(triggerer):
    contexts = {"securityContexts": {"pod": {"runAsUser": 7, "fsGroup": 8}}}
    own = {"container": {"runAsUser": 9}}
    pod = triggerer(contexts, fixPermissions=True, securityContexts=own).pod("triggerer")
    container = pod.container("volume-permissions")
    assert container.arguments[2] == "7:8"
    assert container.security["runAsUser"] == 9
