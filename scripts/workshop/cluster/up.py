"""`make up`: start a cluster, install Airflow, run a Dag. Every step can be repeated."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.console import console
from scripts.errors import Refusal
from scripts.go_programs import build, modules
from scripts.paths import STATE
from scripts.releases import Release, find
from scripts.steps import announce, step
from scripts.terraform import run as terraform
from scripts.workshop.cluster import (
    cilium,
    dns,
    existing_cluster,
    forwarder,
    handover,
    image_store,
    images,
    node,
    preflight,
    provisioner,
)
from scripts.workshop.cluster.parallel import together
from scripts.workshop.toolchain import apt

ENVIRONMENT = "local"


def up(team: str, context: str = "", port: int = 8080) -> None:
    """Install Airflow on the local node, or on the cluster of a context; run an example Dag."""
    release = find(f"{ENVIRONMENT}/{team}")
    if context:
        existing_cluster.up(release, context, port)
        return
    preflight.check(port)
    apt.install()
    make_programs_and_images()
    with alone():
        start_node()
        apply(release)
        forwarder.start_forwarder(port)
        url = f"http://127.0.0.1:{port}"
        handover.run_example(handover.wait_until_healthy(url, release))
    handover.show(url, release)


def make_programs_and_images() -> None:
    """Build programs and images in parallel: one needs the processor, the other the network."""
    together(_build_programs, _build_images)


def start_node() -> None:
    """Start the node and the services of its pods, as far as they do not run."""
    ours = images.images()
    with step("Start Kubernetes"):
        node.start_node(ours["pause"].reference)
    together(_start_network, image_store.import_missing)
    with step("Start cluster DNS"):
        dns.start_dns(ours["coredns"].reference)
        dns.wait_until_ready()


def apply(release: Release) -> None:
    """Run `terraform apply` for the environment with the built images."""
    variables = {"TF_VAR_last_layer": json.dumps(images.layer()), "TF_VAR_team": release.team}
    with announce(f"terraform apply of {ENVIRONMENT}"):
        status = terraform(ENVIRONMENT, ["apply", "-auto-approve", "-input=false"], variables)
        if status != 0:
            raise Refusal("`terraform apply` failed (see above).")


@contextmanager
def alone() -> Iterator[None]:
    """Hold a lock, so that a second `make up` waits."""
    STATE.mkdir(parents=True, exist_ok=True, mode=0o711)
    with (STATE / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.print("Waiting for another `make up` on this machine.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build_programs() -> None:
    for name in preflight.NODE_MODULES:
        module = modules()[name]
        build(module, module.packages)
    cilium.files()


def _build_images() -> None:
    # The largest first, since it takes longest.
    for image in reversed(image_store.wanted()):
        images.build(image.name)


def _start_network() -> None:
    with step("Start the network"):
        cilium.start_network()
        node.wait_until_ready()
    with step("Start the provisioner of volumes"):
        provisioner.start_provisioner()
