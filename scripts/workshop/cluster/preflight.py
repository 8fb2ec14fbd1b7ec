"""Requirements of `make up` on this machine, checked before anything is changed."""

import ipaddress
import json
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.errors import Refusal
from scripts.go_programs import modules
from scripts.paths import CACHE, STATE
from scripts.workshop.cluster import forwarder, image_store
from scripts.workshop.cluster.layout import INTERFACE, RANGE
from scripts.workshop.cluster.subprocesses import run
from scripts.workshop.toolchain import apt

# In GiB: programs and images with their build caches; the node with its images.
DISK_TO_BUILD = 20
DISK_TO_RUN = 8
ELSEWHERE = "`make up CONTEXT=name` uses an existing Kubernetes cluster instead"
# The Go modules in tools/ whose programs run on the node or manage it.
NODE_MODULES = ("cilium", "containerd", "etcd", "kubernetes")
# Bits of CAP_NET_ADMIN and CAP_SYS_ADMIN, which networks and mounts need.
CAPABILITIES = (1 << 12) | (1 << 21)


@dataclass(frozen=True)
class HostFacts:
    """Facts about a machine that `make up` depends on."""

    system: str = "Linux"
    is_root: bool = True
    has_capabilities: bool = True
    has_cgroups: bool = True
    has_terraform: bool = True
    has_go: bool = True
    has_apt: bool = True
    has_programs: bool = True
    has_images: bool = True
    missing_packages: tuple[str, ...] = ()
    # An interface that already has addresses of the node's range.
    range_user: str = ""
    port_is_free: bool = True
    free_gib: float = 1000


def check(port: int) -> None:
    """Raise Refusal with the first requirement that this machine does not meet."""
    for sentence in refusals(machine(port), port):
        raise Refusal(sentence)


def refusals(machine: HostFacts, port: int) -> Iterator[str]:
    """Yield a sentence for each requirement that is not met, the most fundamental first."""
    if machine.system != "Linux":
        yield f"The local cluster needs Linux, not {machine.system}; {ELSEWHERE}."
        return
    if not machine.is_root:
        yield f"The local cluster needs root: run `sudo make up`; {ELSEWHERE}."
        return
    if not machine.has_capabilities:
        yield f"root lacks CAP_NET_ADMIN or CAP_SYS_ADMIN (in a container?); {ELSEWHERE}."
    if not machine.has_cgroups:
        yield f"/sys/fs/cgroup has no writable cgroup; {ELSEWHERE}."
    if not machine.has_terraform:
        yield "Terraform is not installed: install Terraform 1.11 or newer and put it on PATH."
    if not machine.has_programs and not machine.has_go:
        yield "Go is not installed: install Go 1.26 or newer and put `go` on PATH."
    if machine.missing_packages and not machine.has_apt:
        names = ", ".join(machine.missing_packages)
        yield f"Missing packages: {names}. Install them; this machine has no apt-get."
    if machine.range_user:
        yield f"The node's addresses {RANGE} are in use by {machine.range_user}; {ELSEWHERE}."
    if not machine.port_is_free:
        other = port + 1 if port < forwarder.LAST_PORT else port - 1
        yield f"Port {port} is in use on 127.0.0.1: choose another one with `make up PORT={other}`."
    cached = machine.has_programs and machine.has_images
    needed = DISK_TO_RUN if cached else DISK_TO_BUILD
    if machine.free_gib < needed:
        yield (
            f"{CACHE} and {STATE} need {needed} GiB of free disk space, but only"
            f" {machine.free_gib:.1f} GiB are free: free some space, or set"
            " AIRFLOW_ON_KUBERNETES_CACHE to a folder on a larger disk."
        )


def machine(port: int) -> HostFacts:
    """Return the facts of this machine."""
    system = platform.system()
    if system != "Linux":
        return HostFacts(system=system)
    return HostFacts(
        system=system,
        is_root=os.geteuid() == 0,
        has_capabilities=_effective_capabilities() & CAPABILITIES == CAPABILITIES,
        has_cgroups=any(os.access(root, os.W_OK) for root in Path("/sys/fs/cgroup").glob("*")),
        has_terraform=shutil.which("terraform") is not None,
        has_go=shutil.which("go") is not None,
        has_apt=shutil.which("apt-get") is not None,
        has_programs=not any(modules()[name].missing() for name in NODE_MODULES),
        has_images=all(image.archive.exists() for image in image_store.wanted()),
        missing_packages=tuple(apt.missing()),
        range_user=_range_user(),
        port_is_free=forwarder.is_free(port) or forwarder.is_ours(port),
        free_gib=min(_free_gib(CACHE), _free_gib(STATE)),
    )


def range_user(routes: list[dict[str, str]]) -> str:
    """Return the interface, other than our own, with a route to the node's addresses."""
    own = ipaddress.ip_network(RANGE)
    for route in routes:
        target, interface = route.get("dst", "default"), route.get("dev", "")
        if target == "default" or interface == INTERFACE:
            continue
        if ipaddress.ip_network(target, strict=False).overlaps(own):
            return interface or f"the route to {target}"
    return ""


def _range_user() -> str:
    # iproute2 is not installed yet, so no such network exists.
    if shutil.which("ip") is None:
        return ""
    return range_user(json.loads(run(["ip", "-json", "-4", "route"]) or "[]"))


def _effective_capabilities() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1], 16) for line in lines if line.startswith("CapEff:"))


def _free_gib(path: Path) -> float:
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free / 2**30
