"""After `make up` every workload is ready, under restricted Pod Security."""

import json
from collections.abc import Callable
from typing import Any

import pykube
import pytest
import yaml
from kubernetes import client
from kubernetes.client.exceptions import ApiException
from pytest_helm_charts.clusters import Cluster
from pytest_helm_charts.k8s.deployment import wait_for_deployments_to_run
from pytest_helm_charts.k8s.stateful_set import wait_for_stateful_sets_to_run

from scripts.releases.rollout import unready
from tests.chart.tables import TABLES
from tests.cluster.airflow import Airflow
from tests.cluster.namespace import restarts
from tests.cluster.waiting import wait_until

FORBIDDEN = 403
READY_SECONDS = 120


@pytest.fixture(scope="module")
def workloads(airflow: Airflow) -> dict[str, list[str]]:
    """Names of the workloads that Helm installed, by kind."""
    found: dict[str, list[str]] = {"Deployment": [], "StatefulSet": [], "Job": []}
    for manifest in yaml.safe_load_all(airflow.helm("get", "manifest", airflow.release.name)):
        if manifest and manifest["kind"] in found:
            found[manifest["kind"]].append(manifest["metadata"]["name"])
    return found


@pytest.mark.parametrize(
    ("kind", "wait"),
    [
        ("Deployment", wait_for_deployments_to_run),
        ("StatefulSet", wait_for_stateful_sets_to_run),
    ],
)
def test_every_workload_runs(
    kube_cluster: Cluster,
    airflow: Airflow,
    workloads: dict[str, list[str]],
    kind: str,
    wait: Callable[..., Any],
) -> None:
    names = workloads[kind]
    assert names
    wait(kube_cluster.kube_client, names, airflow.main.name, READY_SECONDS, missing_ok=False)


def test_every_job_is_complete(
    kube_cluster: Cluster, airflow: Airflow, workloads: dict[str, list[str]]
) -> None:
    # The plugin's wait reads only the first of two conditions.
    jobs = pykube.Job.objects(kube_cluster.kube_client, namespace=airflow.main.name)
    for name in workloads["Job"]:
        wait_until(
            lambda name=name: jobs.get_by_name(name).obj["status"].get("succeeded") == 1,
            READY_SECONDS,
            f"the Job {name} has not succeeded",
        )


def test_every_pod_is_ready_and_none_was_restarted(airflow: Airflow) -> None:
    assert unready(airflow.main.api, airflow.main.name, airflow.release.name) == []
    assert {pod.metadata.name: restarts(pod) for pod in airflow.pods() if restarts(pod)} == {}


def test_airflow_reports_every_component_as_healthy(airflow: Airflow) -> None:
    known = {row["health"] for row in TABLES.components.values() if "health" in row}
    assert airflow.api.health() == dict.fromkeys({"metadatabase", *known}, "healthy")


def test_every_dag_file_can_be_read(airflow: Airflow) -> None:
    wait_until(airflow.api.dags, 60, "Airflow has no Dags")
    assert airflow.api.import_errors() == []


@pytest.mark.parametrize("which", ["main", "tasks"])
def test_a_namespace_admits_no_pod_that_is_not_restricted(airflow: Airflow, which: str) -> None:
    namespace = getattr(airflow, which)
    labels = namespace.core.read_namespace(namespace.name).metadata.labels
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    container = client.V1Container(
        name="root",
        image="localhost/none",
        resources=client.V1ResourceRequirements(requests={"cpu": "1m", "memory": "1Mi"}),
        security_context=client.V1SecurityContext(privileged=True),
    )
    pod = client.V1Pod(
        metadata=client.V1ObjectMeta(name="privileged"),
        spec=client.V1PodSpec(containers=[container]),
    )
    with pytest.raises(ApiException) as refused:
        namespace.core.create_namespaced_pod(namespace.name, pod, dry_run="All")
    assert refused.value.status == FORBIDDEN
    assert 'violates PodSecurity "restricted' in json.loads(refused.value.body)["message"]


def test_no_pod_was_ever_refused(airflow: Airflow) -> None:
    refused = [
        event.message
        for namespace in (airflow.main, airflow.tasks)
        for event in namespace.core.list_namespaced_event(namespace.name).items
        if event.reason == "FailedCreate"
    ]
    assert refused == []
