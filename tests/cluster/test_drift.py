"""Drift consists of exactly the manual changes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from kubernetes.dynamic import DynamicClient

from scripts.terraform.drift import difference
from tests.cluster.airflow import Airflow

ANYWHERE = {
    "op": "add",
    "path": "/spec/egress/-",
    "value": {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]},
}
SECRETS = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}
# Switches a policy off.
NEVER = {"name": "never", "expression": "false"}
# An object, and its change: edited, opened, granted, removed.
EDITS = [
    (
        "Deployment/airflow-scheduler",
        {"op": "replace", "path": "/metadata/labels/tier", "value": "elsewhere"},
    ),
    ("NetworkPolicy/airflow-triggerer-policy", ANYWHERE),
    (
        "NetworkPolicy/airflow-scheduler-policy",
        {"op": "remove", "path": "/spec/egress/0"},
    ),
    ("Role/airflow-create-secrets", {"op": "add", "path": "/rules/-", "value": SECRETS}),
    (
        "ValidatingAdmissionPolicy/airflow-payments-airflow-tasks",
        {"op": "add", "path": "/spec/matchConditions", "value": [NEVER]},
    ),
    (
        "ConfigMap/airflow-programs",
        {"op": "add", "path": "/data/another.py", "value": "print('hello')"},
    ),
]
GROUPS = {
    "ConfigMap": "v1",
    "Deployment": "apps/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "ValidatingAdmissionPolicy": "admissionregistration.k8s.io/v1",
}
RBAC = "rbac.authorization.k8s.io/v1"


@pytest.fixture
def edit(airflow: Airflow) -> Iterator[Callable[[str, dict], None]]:
    """Edit an object in the release's namespace, and restore it at the end."""
    cluster = DynamicClient(airflow.main.core.api_client)
    undo = []

    def act(name: str, change: dict) -> None:
        kind, _, name = name.partition("/")
        objects = cluster.resources.get(api_version=GROUPS.get(kind, RBAC), kind=kind)
        before = objects.get(name, airflow.main.name).to_dict()

        def restore() -> None:
            now = objects.get(name, airflow.main.name)
            before["metadata"]["resourceVersion"] = now.metadata.resourceVersion
            objects.replace(before, namespace=airflow.main.name)

        undo.append(restore)
        objects.patch([change], name, airflow.main.name, content_type="application/json-patch+json")

    yield act
    for each in undo:
        each()


def named(found: str) -> list[str]:
    """The objects that differ."""
    return [line.rpartition("/")[2] for line in found.splitlines() if line.startswith("+++")]


def test_an_unchanged_release_has_no_drift(airflow: Airflow) -> None:
    assert difference(airflow.release) == ""


@pytest.mark.parametrize(("name", "change"), EDITS, ids=[name for name, _ in EDITS])
def test_a_manual_change_is_reported_with_its_object(
    airflow: Airflow, edit: Callable[[str, dict], None], name: str, change: dict
) -> None:
    edit(name, change)
    assert named(difference(airflow.release)) == [name.partition("/")[2]]


def test_changes_of_files_that_are_not_deployed_are_drift(airflow: Airflow, tmp_path: Path) -> None:
    layer = tmp_path / "layer.yaml"
    layer.write_text(yaml.safe_dump({"scheduler": {"env": {"A_TEST": "1"}}}))
    changed = replace(airflow.release, layers=(*airflow.release.layers, layer))
    assert named(difference(changed)) == ["airflow-scheduler"]
