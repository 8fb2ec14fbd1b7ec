"""Volumes of claims."""

from pathlib import Path
from unittest.mock import Mock

import pytest
import yaml
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from scripts.workshop.cluster import provisioner
from scripts.workshop.cluster.layout import NAME, VOLUMES
from scripts.workshop.cluster.provisioner import (
    ASKED,
    MANIFEST,
    PROVIDED,
    PROVISIONER,
    clean,
    folder,
    is_wanted,
    provide,
    volume,
)


def claim(
    name: str = "airflow-postgresql",
    namespace: str = "airflow-payments",
    mode: str = "ReadWriteOnce",
    uid: str = "1234",
    asked: str = PROVISIONER,
    **spec: str,
) -> client.V1PersistentVolumeClaim:
    return client.V1PersistentVolumeClaim(
        metadata=client.V1ObjectMeta(
            name=name, namespace=namespace, uid=uid, annotations={ASKED: asked}
        ),
        spec=client.V1PersistentVolumeClaimSpec(
            access_modes=[mode],
            resources=client.V1VolumeResourceRequirements(requests={"storage": "5Gi"}),
            **{"storage_class_name": "local", **spec},
        ),
    )


def released(policy: str = "Delete", by: str = PROVISIONER, phase: str = "Released"):
    """A volume whose claim was deleted."""
    return client.V1PersistentVolume(
        metadata=client.V1ObjectMeta(name="pvc-1234", annotations={PROVIDED: by}),
        spec=client.V1PersistentVolumeSpec(
            persistent_volume_reclaim_policy=policy,
            local=client.V1LocalVolumeSource(path=str(folder(claim()))),
        ),
        status=client.V1PersistentVolumeStatus(phase=phase),
    )


@pytest.fixture
def volumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all volumes."""
    monkeypatch.setattr(provisioner, "VOLUMES", tmp_path)
    return tmp_path


@pytest.fixture
def classes() -> Mock:
    """The StorageClasses of the cluster, all of which keep their volumes."""
    return Mock(**{"read_storage_class.return_value.reclaim_policy": "Retain"})


def test_the_storage_class_names_this_provisioner():
    assert yaml.safe_load(MANIFEST.read_text())["provisioner"] == PROVISIONER


@pytest.mark.parametrize(
    "other",
    [{"namespace": "airflow-payments-tasks"}, {"name": "airflow-logs"}, {"uid": "5678"}],
    ids=["of another namespace", "of another name", "made again"],
)
def test_no_two_claims_share_a_folder(other: dict):
    assert folder(claim()) != folder(claim(**other))


def test_the_folder_of_a_claim_is_named_after_it():
    assert folder(claim()) == VOLUMES / "airflow-payments" / "airflow-postgresql-1234"


def test_a_volume_is_for_its_claim_only():
    reference = volume(claim(), "Delete")["spec"]["claimRef"]
    assert (reference["namespace"], reference["name"], reference["uid"]) == (
        "airflow-payments",
        "airflow-postgresql",
        "1234",
    )


def test_a_volume_has_the_size_of_its_claim_and_is_on_this_node():
    spec = volume(claim(), "Delete")["spec"]
    (term,) = spec["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert spec["capacity"] == {"storage": "5Gi"}
    assert spec["accessModes"] == ["ReadWriteOnce"]
    assert spec["local"] == {"path": str(folder(claim()))}
    assert term["matchExpressions"][0]["values"] == [NAME]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, True),
        ({"volume_name": "pvc-1"}, False),
        ({"asked": "efs.csi.aws.com"}, False),
        ({"storage_class_name": "kept"}, True),
    ],
)
def test_only_unbound_claims_of_our_classes_get_a_volume(given: dict, wanted: bool):
    assert is_wanted(claim(**given)) is wanted


def test_a_volume_has_the_reclaim_policy_of_its_class(volumes: Path, classes: Mock):
    api = Mock()
    provide(api, classes, claim(storage_class_name="kept"))
    (created,) = api.create_persistent_volume.call_args.args
    classes.read_storage_class.assert_called_once_with("kept")
    assert created["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
    assert created["spec"]["storageClassName"] == "kept"
    assert folder(claim()).stat().st_mode & 0o777 == 0o777


def test_a_volume_that_exists_already_is_left_as_it_is(volumes: Path, classes: Mock):
    api = Mock(**{"create_persistent_volume.side_effect": ApiException(status=409)})
    provide(api, classes, claim())
    assert folder(claim()).is_dir()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"mode": "ReadWriteMany"}, "does not support ReadWriteMany"),
        ({"mode": "ReadOnlyMany"}, "does not support ReadOnlyMany"),
        ({"volume_mode": "Block"}, "not a block device"),
        ({"selector": client.V1LabelSelector(match_labels={"a": "b"})}, "selector and dataSource"),
    ],
)
def test_a_claim_that_a_folder_cannot_serve_gets_an_event_and_no_volume(
    volumes: Path, classes: Mock, given: dict, reason: str
):
    api = Mock()
    provide(api, classes, claim(**given))
    namespace, event = api.create_namespaced_event.call_args.args
    assert (namespace, event["reason"]) == ("airflow-payments", "ProvisioningFailed")
    assert event["involvedObject"]["uid"] == "1234"
    assert reason in event["message"]
    assert not api.create_persistent_volume.called
    assert list(volumes.iterdir()) == []


@pytest.mark.parametrize(
    ("volume", "kept"),
    [
        (released, False),
        (lambda: released(policy="Retain"), True),
        (lambda: released(by="other/provisioner"), True),
        (lambda: released(phase="Bound"), True),
    ],
    ids=["released", "retained", "of another provisioner", "bound"],
)
def test_a_volume_is_deleted_with_its_claim_if_its_policy_says_so(
    volumes: Path, volume, kept: bool
):
    api = Mock()
    folder(claim()).mkdir(parents=True)
    clean(api, volume())
    assert folder(claim()).exists() is kept
    assert api.delete_persistent_volume.called is not kept
