"""The cluster's DNS server, as pods like all others."""

from pathlib import Path

from scripts.workshop.cluster import configuration, kubectl, node_api
from scripts.workshop.cluster.layout import CONFIGURATION, DNS_SERVICE
from scripts.workshop.cluster.waiting import wait

MANIFEST = Path(__file__).with_name("dns.yaml")


def start_dns(image: str) -> None:
    """Make CoreDNS as the manifest says, with this image."""
    kubectl.apply(configuration.write(CONFIGURATION / "dns.yaml", manifest(image)))


def manifest(image: str) -> str:
    """The objects of CoreDNS, as YAML."""
    return MANIFEST.read_text().replace("IMAGE", image).replace("ADDRESS", DNS_SERVICE)


def wait_until_ready() -> None:
    """Wait until names are answered."""
    wait(
        "Cluster DNS is ready",
        lambda: node_api.ready_replicas("kube-system", "coredns") > 0,
        seconds=120,
        hint="See `kubectl --namespace kube-system describe pod`.",
    )
