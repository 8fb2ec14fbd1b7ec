"""Planned values: how a stand-in completes a proposed state, before an apply."""

import pytest

from scripts.workshop.providers.kubernetes import KINDS
from scripts.workshop.providers.schema import providers
from scripts.workshop.providers.values import (
    UNKNOWN,
    conform,
    hidden,
    replacing,
    revealed,
    with_defaults,
    with_unknowns,
)

RELEASE = providers()["hashicorp/helm"].resources["helm_release"].block
NAMESPACE = providers()["hashicorp/kubernetes"].resources["kubernetes_namespace_v1"].block
SECRET = providers()["hashicorp/kubernetes"].resources["kubernetes_secret_v1"].block

LABELS = {"team": "payments"}


def release(**values):
    return dict.fromkeys(RELEASE.attributes) | {"name": "airflow", "chart": "c"} | values


def namespace(identity=None, **metadata):
    known = dict.fromkeys(NAMESPACE.blocks["metadata"].attributes)
    return {"id": identity, "metadata": [known | {"name": "a", "labels": LABELS} | metadata]}


def test_an_unset_argument_gets_the_default_of_the_provider():
    planned = with_defaults(RELEASE, release(), release())
    assert (planned["timeout"], planned["wait"], planned["namespace"]) == (300, True, "default")


def test_a_set_argument_stays_even_when_it_is_false():
    planned = with_defaults(RELEASE, release(wait=False), release(wait=False))
    assert planned["wait"] is False


def test_a_default_comes_back_when_an_argument_is_removed():
    """Terraform proposes the old value of an optional computed argument, which is ignored."""
    planned = with_defaults(RELEASE, release(timeout=900), release())
    assert planned["timeout"] == 300


def test_computed_values_of_a_new_object_are_unknown_within_blocks_too():
    planned = with_unknowns(NAMESPACE, namespace(), namespace(), None)
    assert (planned["id"], planned["metadata"][0]["uid"]) == (UNKNOWN, UNKNOWN)


def test_an_argument_that_is_not_computed_stays_null():
    planned = with_unknowns(NAMESPACE, namespace(), namespace(), None)
    assert planned["metadata"][0]["annotations"] is None


def test_an_update_keeps_what_identifies_an_object():
    prior = namespace("a", uid="1", resource_version="7")
    metadata = with_unknowns(NAMESPACE, prior, namespace(), prior)["metadata"][0]
    assert (metadata["uid"], metadata["resource_version"]) == ("1", UNKNOWN)


def test_a_nested_attribute_is_unknown_as_a_whole():
    planned = with_unknowns(RELEASE, release(), release(), None)
    assert planned["metadata"] == UNKNOWN


def test_a_value_that_terraform_does_not_know_yet_passes_through():
    planned = with_defaults(RELEASE, release(values=UNKNOWN), release(values=UNKNOWN))
    assert with_unknowns(RELEASE, planned, release(values=UNKNOWN), None)["values"] == UNKNOWN


@pytest.mark.parametrize(
    ("block", "prior", "planned", "paths"),
    [
        (RELEASE, release(), release(name="b"), [["name"]]),
        (RELEASE, release(), release(timeout=1), []),
        (NAMESPACE, namespace("a"), namespace("a", name="b"), [["metadata", 0, "name"]]),
        (NAMESPACE, namespace("a"), namespace("a", labels={}), []),
    ],
)
def test_a_change_of_name_makes_a_new_object(block, prior, planned, paths):
    assert [_steps(path) for path in replacing(block, prior, planned)] == paths


def secret(revision, **data):
    return {"data_wo": data or None, "data_wo_revision": revision, "id": "a/b"}


def test_write_only_values_are_neither_planned_nor_stored():
    assert hidden(SECRET, secret(1, key="text")) == secret(1)


def test_an_apply_gets_write_only_values():
    assert revealed(SECRET, secret(1), secret(1, key="text"), None) == secret(1, key="text")


@pytest.mark.parametrize(("revision", "data"), [(1, {}), (2, {"key": "text"})])
def test_write_only_values_are_written_for_a_new_revision_only(revision, data):
    planned, config = secret(revision), secret(revision, key="text")
    assert revealed(SECRET, planned, config, secret(1)) == secret(revision, **data)


@pytest.mark.parametrize(
    ("values", "data"), [(secret(1), {}), (secret(1, key="text"), {"data": {"key": "dGV4dA=="}})]
)
def test_a_secret_without_new_data_keeps_its_data(values, data):
    [kind] = [one for one in KINDS if one.noun == "secret"]
    written = kind.write(values | {"type": "Opaque", "immutable": None})
    assert (written, "data" in kind.keys) == ({"type": "Opaque"} | data, False)


def claim(**spec):
    wanted = {
        "access_modes": ["ReadWriteMany"],
        "resources": [{"requests": {"storage": "1Gi"}}],
        "storage_class_name": "static",
        "volume_name": "mine",
    }
    return {"spec": [wanted | spec]}


def share(source=None, **spec):
    wanted = {
        "access_modes": ["ReadWriteMany"],
        "capacity": {"storage": "1Gi"},
        "claim_ref": [{"name": "logs", "namespace": "tasks"}],
        "persistent_volume_reclaim_policy": "Retain",
        "persistent_volume_source": [{"csi": [], "host_path": []} | (source or {})],
        "storage_class_name": "static",
    }
    return {"spec": [wanted | spec]}


CSI = {"driver": "efs", "volume_attributes": {"a": "b"}, "volume_handle": "fs-1"}
SHARES = [
    share({"host_path": [{"path": "/var/tmp", "type": "Directory"}]}),
    share({"csi": [CSI]}),
    share({"csi": [CSI | {"volume_attributes": None}]}, claim_ref=[], storage_class_name=None),
]


@pytest.mark.parametrize(
    ("noun", "state"),
    [
        ("persistent_volume_claim", claim()),
        *(("persistent_volume", one) for one in SHARES),
    ],
)
def test_an_object_without_changes_is_read_as_it_was_written(noun, state):
    [kind] = [one for one in KINDS if one.noun == noun]
    assert kind.read(kind.write(state), state) == state


@pytest.mark.parametrize(
    ("noun", "state", "change"),
    [
        ("persistent_volume_claim", claim(), claim(volume_name="other")),
        ("persistent_volume", SHARES[0], share({"host_path": [{"path": "/", "type": None}]})),
        ("persistent_volume", SHARES[0], SHARES[1]),
    ],
)
def test_a_change_in_the_cluster_is_seen(noun, state, change):
    [kind] = [one for one in KINDS if one.noun == noun]
    assert kind.read(kind.write(change), state) == change


def test_the_reference_of_a_volume_is_complete_for_the_api():
    [kind] = [one for one in KINDS if one.noun == "persistent_volume"]
    reference = kind.write(SHARES[0])["spec"]["claimRef"]
    assert reference == {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "name": "logs",
        "namespace": "tasks",
    }


def test_a_claim_without_a_class_gets_the_default_one_as_with_the_real_provider():
    [kind] = [one for one in KINDS if one.noun == "persistent_volume_claim"]
    assert "storageClassName" not in kind.write(claim(storage_class_name=""))["spec"]


@pytest.mark.parametrize("noun", ["persistent_volume", "persistent_volume_claim"])
def test_every_change_of_a_volume_or_claim_replaces_it(noun):
    block = providers()["hashicorp/kubernetes"].resources[f"kubernetes_{noun}_v1"].block
    metadata = [dict.fromkeys(block.blocks["metadata"].attributes)]
    states = [claim(), claim(volume_name="other")]
    if noun == "persistent_volume":
        states = [SHARES[0], share({"host_path": [{"path": "/", "type": "Directory"}]})]
    prior, planned = ({"id": "a", "metadata": metadata, **one} for one in states)
    assert len(replacing(block, prior, planned)) == 1


def test_a_state_of_the_real_provider_fits():
    """It may contain arguments that a stand-in does not support, and lack some that it supports."""
    state = conform(RELEASE, {"name": "airflow", "repository": None, "set": []})
    assert state == release(chart=None)


def _steps(path):
    return [
        step.attribute_name if step.HasField("attribute_name") else step.element_key_int
        for step in path.steps
    ]
