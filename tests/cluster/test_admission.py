"""Task pods that the API server accepts: each differs from an allowed pod in one field."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from tests.cluster import refusals
from tests.cluster.airflow import Airflow
from tests.cluster.task_pods import CONTAINER, container, init, pod, volume

UNLISTED, SECRET, WAITING = "test-unlisted", "airflow-fernet-key", "test-waiting"
ACCOUNTS = ("default", "airflow-worker", "airflow-pod-launcher")
ENV = {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": SECRET, "key": "a"}}}]}
ENV_FROM = {"envFrom": [{"secretRef": {"name": SECRET}}]}
CSI = {"driver": "example.test", "nodePublishSecretRef": {"name": SECRET}}


REFUSED = {
    "an unlisted account": (pod(serviceAccountName=UNLISTED), refusals.ACCOUNT + UNLISTED + ":"),
    "the label of the scheduler": (pod({"component": "scheduler"}), refusals.COMPONENT),
    "the label of the database": (pod({"component": "postgresql"}), refusals.COMPONENT),
    "the label of another release": (pod({"release": "other"}), refusals.RELEASE),
    "a Secret as a volume": (pod(**volume(secret={"secretName": SECRET})), refusals.MOUNT),
    "a projected Secret": (
        pod(**volume(projected={"sources": [{"secret": {"name": SECRET}}]})),
        refusals.MOUNT,
    ),
    "a Secret for a driver of volumes": (pod(**volume(csi=CSI)), refusals.MOUNT),
    "a Secret in a variable": (pod(**container(**ENV)), refusals.READ),
    "a Secret as variables": (pod(**container(**ENV_FROM)), refusals.READ),
    "a Secret in a variable of an init container": (pod(**init(**ENV)), refusals.READ),
    "a Secret as variables of an init container": (pod(**init(**ENV_FROM)), refusals.READ),
    "a Secret to pull images with": (pod(imagePullSecrets=[{"name": SECRET}]), refusals.PULL),
}
TAKEN = {
    "a legal pod": pod(),
    "the label of a test of the network": pod({"component": "network-test"}),
    "an init container": pod(**init()),
    "volumes without a Secret": pod(
        **volume(projected={"sources": [{"serviceAccountToken": {"path": "token"}}]})
    ),
    **{f"the account {name}": pod(serviceAccountName=name) for name in ACCOUNTS},
}


@pytest.fixture(scope="module", autouse=True)
def _there(airflow: Airflow) -> Iterator[None]:
    """Create the account and the Secret, so that only the policy can refuse them."""
    core, namespace = airflow.tasks.core, airflow.tasks.name
    core.create_namespaced_service_account(namespace, {"metadata": {"name": UNLISTED}})
    core.create_namespaced_secret(namespace, {"metadata": {"name": SECRET}})
    try:
        yield
    finally:
        core.delete_namespaced_secret(SECRET, namespace)
        core.delete_namespaced_service_account(UNLISTED, namespace)


@pytest.fixture(scope="module")
def waiting(airflow: Airflow) -> Iterator[str]:
    """An allowed pod that exists, but is never scheduled."""
    made = pod(schedulingGates=[{"name": "example.test/never"}])
    made["metadata"]["name"] = WAITING
    airflow.tasks.core.create_namespaced_pod(airflow.tasks.name, made)
    try:
        yield WAITING
    finally:
        airflow.tasks.core.delete_namespaced_pod(
            WAITING, airflow.tasks.name, grace_period_seconds=0
        )


def create(airflow: Airflow, body: dict[str, Any]) -> None:
    airflow.tasks.core.create_namespaced_pod(airflow.tasks.name, body, dry_run="All")


def why(refused: pytest.ExceptionInfo[ApiException]) -> str:
    """The message of the policy, without the names of policy and binding."""
    message = json.loads(refused.value.body)["message"]
    return message.partition(" denied request: ")[2] or message


@pytest.mark.parametrize("what", TAKEN)
def test_the_policy_accepts_a_pod(airflow: Airflow, what: str) -> None:
    create(airflow, TAKEN[what])


@pytest.mark.parametrize("what", REFUSED)
def test_the_policy_refuses_a_pod_with_the_reason(airflow: Airflow, what: str) -> None:
    body, message = REFUSED[what]
    with pytest.raises(ApiException) as refused:
        create(airflow, body)
    assert why(refused).startswith(message)


def test_a_pod_of_a_task_may_change(airflow: Airflow, waiting: str) -> None:
    change = {"metadata": {"labels": {"example": "changed"}}}
    airflow.tasks.core.patch_namespaced_pod(waiting, airflow.tasks.name, change, dry_run="All")


def test_a_pod_of_a_task_may_not_become_a_component(airflow: Airflow, waiting: str) -> None:
    change = {"metadata": {"labels": {"component": "scheduler"}}}
    with pytest.raises(ApiException) as refused:
        airflow.tasks.core.patch_namespaced_pod(waiting, airflow.tasks.name, change, dry_run="All")
    assert why(refused) == refusals.COMPONENT


def test_a_pod_of_a_task_gets_no_ephemeral_container(airflow: Airflow, waiting: str) -> None:
    more = {key: value for key, value in CONTAINER.items() if key != "resources"}
    change = {"spec": {"ephemeralContainers": [{**more, "name": "more"}]}}
    with pytest.raises(ApiException) as refused:
        airflow.tasks.core.patch_namespaced_pod_ephemeralcontainers(
            waiting, airflow.tasks.name, change, dry_run="All"
        )
    assert why(refused) == refusals.EPHEMERAL


def test_every_refusal_of_the_policy_is_tried(airflow: Airflow) -> None:
    policies = client.AdmissionregistrationV1Api(airflow.main.api)
    name = f"{airflow.main.name}-airflow-tasks"
    policy = policies.read_validating_admission_policy(name)
    said = [one.message or one.message_expression for one in policy.spec.validations]
    tried = {refusals.ACCOUNT, refusals.EPHEMERAL, *(message for _, message in REFUSED.values())}
    # Tasks of this release have a namespace of their own, for which one rule has no effect.
    expected = {*tried, refusals.LABELS}
    assert [one for one in said if not any(each in one for each in expected)] == []
