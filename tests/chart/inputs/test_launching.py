"""Tasks that launch pods: the account that they have, and its rights."""

from typing import Any

import pytest

from tests.chart.inputs.asked import answered, rendered
from tests.rendered import Manifests

LAUNCHER = "airflow-pod-launcher"
ACCOUNT = {"create": False, "name": LAUNCHER, "automountServiceAccountToken": True}
SPARK = {
    "apiGroups": ["sparkoperator.k8s.io"],
    "resources": ["sparkapplications", "sparkapplications/status"],
    "verbs": ["create", "delete", "get", "list", "patch", "watch"],
}
BY_HAND: dict[str, Any] = {
    "allowPodLaunching": True,
    "tasks": {"namespace": "flows-tasks"},
    "extraObjects": {
        "spark-role": {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": {"name": "spark", "namespace": "flows-tasks"},
            "rules": [SPARK],
        },
        "spark-binding": {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "spark", "namespace": "flows-tasks"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "spark"},
            "subjects": [{"kind": "ServiceAccount", "name": LAUNCHER, "namespace": "flows-tasks"}],
        },
    },
}


def rights(manifests: Manifests, account: str, namespace: str) -> list[dict[str, Any]]:
    """The rules of the Roles that are bound to an account in a namespace."""
    roles = {
        (one["metadata"]["namespace"], one["metadata"]["name"]): one["rules"]
        for one in manifests.of("Role")
    }
    subject = {"kind": "ServiceAccount", "name": account}
    return [
        rule
        for binding in manifests.of("RoleBinding")
        if binding["metadata"]["namespace"] == namespace
        if any(subject.items() <= one.items() for one in binding["subjects"])
        for rule in roles[namespace, binding["roleRef"]["name"]]
    ]


def test_rights_that_are_written_by_hand_are_those_of_the_account():
    assert SPARK in rights(rendered(BY_HAND), LAUNCHER, "flows-tasks")


def test_the_account_of_tasks_may_be_that_which_launches_pods():
    values = {"allowPodLaunching": True, "workers": {"serviceAccount": ACCOUNT}}
    pod = rendered(values).pod("worker")
    assert pod.service_account == LAUNCHER
    assert pod.has_token


def test_launching_by_hand_has_the_right_to_create_pods():
    values = {"allowPodLaunching": True, "workers": {"serviceAccount": ACCOUNT}}
    rules = rights(rendered(values), LAUNCHER, "airflow")
    assert any("pods" in rule["resources"] and "create" in rule["verbs"] for rule in rules)


def test_notes_say_which_account_launches_pods(notes):
    said = notes({"allowPodLaunching": True})
    assert LAUNCHER in said
    assert "executor_config" in said


@pytest.mark.parametrize("apart", [{}, {"tasks": {"namespace": "flows-tasks"}}])
def test_a_release_that_launches_pods_is_accepted(apart: dict[str, Any]):
    assert answered({"allowPodLaunching": True, **apart}).sentences == []
