"""Stop the local cluster and leave nothing of it."""

import os
import shutil
import time

from scripts.console import console
from scripts.errors import Refusal
from scripts.paths import STATE
from scripts.steps import step
from scripts.workshop.cluster import cgroups, namespaces, supervisor, sysctls
from scripts.workshop.cluster.layout import PARTS, REMOVED


def down() -> None:
    """Stop whatever runs of the node and remove all that it made on this machine."""
    if os.geteuid() != 0:
        raise Refusal("`make down` needs root, as `make up` did: run `sudo make down`.")
    if not (STATE.exists() or REMOVED.exists() or cgroups.exists() or namespaces.exist()):
        console.print("There is no local cluster.")
        return
    with step("Stop the node"):
        stop()
    with step("Remove what it left"):
        remove()


def stop() -> None:
    """Kill every process of the node: known by record, cgroup or namespace, never by its name."""
    # kubelet first: it would start again what is killed.
    for name in ("kubelet", "kube-controller-manager"):
        if pid := supervisor.recorded(PARTS / f"{name}.json"):
            supervisor.stop([pid], seconds=0)
    for _ in range(20):
        left = members()
        if not left:
            return
        supervisor.stop(left, seconds=0)
        time.sleep(0.1)
    raise Refusal(f"These processes of the node do not end: {sorted(members())}.")


def members() -> set[int]:
    """Every process of the node, of its pods, and of what serves it from outside."""
    recorded = {supervisor.recorded(file) for file in PARTS.glob("*.json")} - {None}
    return {pid for pid in cgroups.members() | namespaces.members() | recorded if pid is not None}


def remove() -> None:
    """Take away mounts, interface, cgroups, settings and files."""
    namespaces.remove()
    cgroups.remove()
    sysctls.restore()
    if left := namespaces.mounts_below(STATE):
        raise Refusal(f"{left[0]} cannot be unmounted: who uses it?")
    # A containerd that knows of half removed images is worse than none: all goes at once.
    if STATE.exists():
        shutil.rmtree(REMOVED, ignore_errors=True)
        STATE.rename(REMOVED)
    shutil.rmtree(REMOVED, ignore_errors=True)
