"""Destinations with DNS names, and stand-in pods under policies that allow names, not addresses.

The destinations are addresses of this machine; the cluster's DNS answers with them for the names of
Services without pods.
"""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from kubernetes import client

from scripts.releases import find
from scripts.releases.render import helm_template
from scripts.workshop.cluster.layout import HOST_ADDRESS, INTERFACE
from tests.cluster.listeners import listener
from tests.cluster.namespace import Namespace, new_namespaces
from tests.cluster.probes import Probe, Target, start
from tests.cluster.waiting import wait_until
from tests.rendered import Manifests

NAME = "airflow-names"
TASKS = f"{NAME}-tasks"
WORLD = f"{NAME}-world"
ZONE = f"{WORLD}.svc.cluster.local"
PLACES = {"warehouse": HOST_ADDRESS, "lake-one": "192.168.77.31", "other": "192.168.77.32"}
PORT, OTHER_PORT = 9439, 9440
VALUES: dict[str, Any] = {
    "networkPolicies": {
        "cilium": {"enabled": True},
        "internet": {"enabled": False},
        "destinations": {
            "warehouse": {
                "fqdns": [
                    f"warehouse.{WORLD}.svc.cluster.local",
                    f"lake-*.{WORLD}.svc.cluster.local",
                ],
                "ports": [PORT],
            }
        },
        "egress": {"worker": {"warehouse": True}},
    },
}
COMPONENT = {"tier": "airflow", "release": "airflow"}
# Namespace and labels of each stand-in.
PODS = {
    "worker": (TASKS, {**COMPONENT, "component": "worker"}),
    "launched": (TASKS, {"kubernetes_pod_operator": "True"}),
    "scheduler": (NAME, {**COMPONENT, "component": "scheduler"}),
    "stranger": (WORLD, {"app": "stranger"}),
}
# Every name on every port: `warehouse:9439`.
TARGETS: dict[str, Target] = {
    f"{name}:{port}": (f"{name}.{ZONE}", port) for name in PLACES for port in (PORT, OTHER_PORT)
}


@contextmanager
def named_destinations(kubernetes: client.ApiClient, image: str) -> Iterator[dict[str, Probe]]:
    """The places, and the pods without policies; all are deleted at the end."""
    with ExitStack() as stack:
        spaces = stack.enter_context(new_namespaces(kubernetes, NAME, TASKS, WORLD))
        by_name = {space.name: space for space in spaces}
        for name, address in PLACES.items():
            stack.enter_context(_place(address))
            _call(by_name[WORLD], name, address)
        pods = {
            name: start(by_name[where], f"standin-{name}", image, labels)
            for name, (where, labels) in PODS.items()
        }
        everything = dict.fromkeys(TARGETS, "open")
        wait_until(
            lambda: pods["stranger"].reach(TARGETS) == everything,
            60,
            "the destinations do not answer",
        )
        yield pods


def apply_policies(kubernetes: client.ApiClient, pods: dict[str, Probe]) -> None:
    """Apply the release's policies to the pods, and wait until they are enforced."""
    release = find("local/payments")
    text = helm_template(release.layers, VALUES, name=release.name, namespace=NAME)
    api = client.CustomObjectsApi(kubernetes)
    for kind, group, version in (
        ("NetworkPolicy", "networking.k8s.io", "v1"),
        ("CiliumNetworkPolicy", "cilium.io", "v2"),
    ):
        plural = f"{kind.lower()[:-1]}ies"
        for policy in Manifests(text).of(kind):
            namespace = policy["metadata"]["namespace"]
            api.create_namespaced_custom_object(
                group, version, namespace, plural, policy, field_validation="Strict"
            )
    lake = TARGETS[f"lake-one:{PORT}"]

    def hold() -> bool:
        # By one of the two names only: a test needs the other one without an earlier query.
        answers = {
            name: pods[name].reach_all([lake, (PLACES["other"], PORT)])
            for name in ("worker", "launched", "scheduler")
        }
        return answers == {
            "worker": ["open", "dropped"],
            "launched": ["open", "dropped"],
            "scheduler": ["dropped", "dropped"],
        }

    wait_until(hold, 60, "the policies with names are not enforced")


@contextmanager
def _place(address: str) -> Iterator[None]:
    """A listener at an address outside that answers on both ports."""
    with ExitStack() as stack:
        if address != HOST_ADDRESS:
            ip = ["ip", "address"]
            where = [f"{address}/32", "dev", INTERFACE]
            subprocess.run([*ip, "replace", *where], check=True)
            stack.callback(subprocess.run, [*ip, "delete", *where], check=True)
        for port in (PORT, OTHER_PORT):
            stack.enter_context(listener(port, address))
        yield


def _call(namespace: Namespace, name: str, address: str) -> None:
    """Let the cluster's DNS answer with this address for a name."""
    meta = client.V1ObjectMeta(name=name, labels={"kubernetes.io/service-name": name})
    ports = [client.V1ServicePort(name="any", port=PORT)]
    service = client.V1ServiceSpec(cluster_ip="None", ports=ports)
    namespace.core.create_namespaced_service(
        namespace.name, client.V1Service(metadata=meta, spec=service)
    )
    client.DiscoveryV1Api(namespace.api).create_namespaced_endpoint_slice(
        namespace.name,
        client.V1EndpointSlice(
            metadata=meta,
            address_type="IPv4",
            endpoints=[client.V1Endpoint(addresses=[address])],
            ports=[client.DiscoveryV1EndpointPort(name="any", port=PORT)],
        ),
    )
