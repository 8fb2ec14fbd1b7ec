"""The API server accepts the objects of each way in; nothing is created."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client

from scripts.go_programs import module_folder
from scripts.releases.render import helm_template
from scripts.workshop.cluster.kubectl import kubectl
from tests.chart.test_document_examples import example
from tests.cluster.namespace import new_namespaces
from tests.cluster.waiting import wait_until

NAMESPACE = "airflow-ways-in"
# Cilium requires the Gateway API, whose source contains its CRDs.
MODULE, PACKAGE = "cilium", "sigs.k8s.io/gateway-api"
CRD = "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"
CLIENTS = {"ingress": {"from": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}}


def service(component: str, **settings: Any) -> dict[str, Any]:
    """Values for a Service of another type."""
    return {component: {"enabled": True, "service": settings, "networkPolicy": CLIENTS}}


# Values, and the name of an object that they make.
WAYS = [
    (example("access: The way in"), "ingress.networking.k8s.io/airflow-ingress"),
    (example("access: The way in", 1), "httproute.gateway.networking.k8s.io/airflow-http-route"),
    (service("apiServer", type="NodePort"), "service/airflow-api-server"),
    (
        service("apiServer", type="LoadBalancer", loadBalancerSourceRanges=["198.51.100.0/24"]),
        "service/airflow-api-server",
    ),
    (
        {"executor": "CeleryExecutor"} | service("flower", type="NodePort"),
        "service/airflow-flower",
    ),
]


@pytest.fixture(scope="module")
def target(kubernetes: client.ApiClient, kube_config: str) -> Iterator[str]:
    """A cluster with the Gateway API and an empty namespace, as an argument of kubectl."""
    api = client.ApiextensionsV1Api(kubernetes)
    crd = yaml.safe_load((module_folder(MODULE, PACKAGE) / CRD).read_text())
    name = crd["metadata"]["name"]
    there = [one.metadata.name for one in api.list_custom_resource_definition().items]
    if name not in there:
        api.create_custom_resource_definition(crd)
    try:
        wait_until(lambda: is_established(api, name), 60, f"{name} is not established")
        with new_namespaces(kubernetes, NAMESPACE):
            yield f"--kubeconfig={kube_config}"
    finally:
        if name not in there:
            api.delete_custom_resource_definition(name)


def is_established(api: client.ApiextensionsV1Api, name: str) -> bool:
    conditions = api.read_custom_resource_definition(name).status.conditions or []
    return any(one.type == "Established" and one.status == "True" for one in conditions)


@pytest.mark.parametrize(("values", "name"), WAYS)
def test_the_api_server_accepts_every_object(
    target: str, tmp_path: Path, values: dict, name: str
) -> None:
    file = tmp_path / "manifests.yaml"
    file.write_text(helm_template((), values, namespace=NAMESPACE))
    options = ("--dry-run=server", "--validate=strict", "--output=name")
    said = kubectl("create", f"--filename={file}", *options, target=target)
    assert name in said.split()
