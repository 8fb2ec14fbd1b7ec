"""The cluster's DNS server, as pods like all others."""

from pathlib import Path

from scripts.local import api, configuration, kubectl
from scripts.local.commands import wait
from scripts.local.places import CONFIGURATION, DNS_SERVICE

MANIFEST = Path(__file__).with_name("dns.yaml")


def start_dns(image: str) -> None:
    """Make CoreDNS as the manifest says, with this image."""
    text = MANIFEST.read_text().replace("IMAGE", image).replace("ADDRESS", DNS_SERVICE)
    kubectl.apply(configuration.write(CONFIGURATION / "dns.yaml", text))


def wait_until_ready() -> None:
    """Wait until names are answered."""
    wait(
        "Cluster DNS is ready",
        lambda: api.ready_replicas("kube-system", "coredns") > 0,
        seconds=120,
        hint=lambda: "See `kubectl --namespace kube-system describe pod`.",
    )
