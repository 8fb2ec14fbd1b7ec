"""The cluster's DNS server: CoreDNS in pods."""

from pathlib import Path

from scripts.workshop.cluster import configuration, kubectl, node_api
from scripts.workshop.cluster.layout import CONFIGURATION, DNS_SERVICE
from scripts.workshop.cluster.waiting import wait

MANIFEST = Path(__file__).with_name("dns.yaml")


def start_dns(image: str) -> None:
    """Apply the manifest of CoreDNS with an image."""
    kubectl.apply(configuration.write(CONFIGURATION / "dns.yaml", manifest(image)))


def manifest(image: str) -> str:
    """Return the objects of CoreDNS, as YAML."""
    return MANIFEST.read_text().replace("IMAGE", image).replace("ADDRESS", DNS_SERVICE)


def wait_until_ready() -> None:
    """Wait until CoreDNS is ready."""
    wait(
        "Cluster DNS did not become ready",
        lambda: node_api.ready_replicas("kube-system", "coredns") > 0,
        seconds=120,
        hint="See `kubectl --namespace kube-system describe pod`.",
    )
