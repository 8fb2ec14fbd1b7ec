"""Volumes of claims."""

import pytest
from kubernetes import client

from scripts.workshop.cluster.layout import NAME, VOLUMES
from scripts.workshop.cluster.provisioner import folder, is_wanted, volume


def claim(
    name: str = "airflow-logs",
    namespace: str = "airflow-payments",
    mode: str = "ReadWriteMany",
    **spec: str,
) -> client.V1PersistentVolumeClaim:
    return client.V1PersistentVolumeClaim(
        metadata=client.V1ObjectMeta(name=name, namespace=namespace, uid="1234"),
        spec=client.V1PersistentVolumeClaimSpec(
            access_modes=[mode],
            resources=client.V1VolumeResourceRequirements(requests={"storage": "5Gi"}),
            **{"storage_class_name": "local", **spec},
        ),
    )


def test_tasks_and_their_release_share_the_folder_of_a_read_write_many_claim():
    assert folder(claim(namespace="airflow-payments-tasks")) == folder(claim())


def test_claims_of_other_teams_and_other_names_do_not_share():
    others = [claim(namespace="airflow-search"), claim(name="dags")]
    assert folder(claim()) not in [folder(other) for other in others]


def test_a_claim_for_one_pod_has_a_folder_of_its_own():
    alone = folder(claim(mode="ReadWriteOnce", namespace="airflow-payments-tasks"))
    assert alone == VOLUMES / "airflow-payments-tasks" / "airflow-logs-1234"


def test_a_volume_is_for_its_claim_only():
    reference = volume(claim())["spec"]["claimRef"]
    assert (reference["namespace"], reference["name"], reference["uid"]) == (
        "airflow-payments",
        "airflow-logs",
        "1234",
    )


def test_a_volume_has_the_size_of_its_claim_and_is_on_this_node():
    spec = volume(claim())["spec"]
    (term,) = spec["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert spec["capacity"] == {"storage": "5Gi"}
    assert spec["accessModes"] == ["ReadWriteMany"]
    assert spec["local"] == {"path": str(folder(claim()))}
    assert term["matchExpressions"][0]["values"] == [NAME]


def test_a_volume_is_deleted_with_its_claim():
    assert volume(claim())["spec"]["persistentVolumeReclaimPolicy"] == "Delete"


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [({}, True), ({"volume_name": "pvc-1"}, False), ({"storage_class_name": "efs"}, False)],
)
def test_only_unbound_claims_of_our_class_get_a_volume(spec: dict, wanted: bool):
    assert is_wanted(claim(**spec)) is wanted
