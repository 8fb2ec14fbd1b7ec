"""`make down`: stop the local cluster and remove everything that it created."""

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
    """Stop the node and remove everything that it created on this machine."""
    if os.geteuid() != 0:
        raise Refusal("`make down` needs root: run `sudo make down`.")
    if not (STATE.exists() or REMOVED.exists() or cgroups.exists() or namespaces.exist()):
        console.print("The local cluster does not exist.")
        return
    with step("Stop the node"):
        stop()
    with step("Remove its files and settings"):
        remove()


def stop() -> None:
    """Kill every process of the node, found by record, cgroup or namespace, never by name."""
    # kubelet first: it restarts pods that are killed.
    for name in ("kubelet", "kube-controller-manager"):
        if pid := supervisor.recorded(PARTS / f"{name}.json"):
            supervisor.stop([pid], seconds=0)
    for _ in range(20):
        left = members()
        if not left:
            return
        supervisor.stop(left, seconds=0)
        time.sleep(0.1)
    raise Refusal(f"These processes of the node did not end: {sorted(members())}.")


def members() -> set[int]:
    """Return every process of the node, of its pods, and of its helpers outside."""
    recorded = {supervisor.recorded(file) for file in PARTS.glob("*.json")} - {None}
    return {pid for pid in cgroups.members() | namespaces.members() | recorded if pid is not None}


def remove() -> None:
    """Remove mounts, interface, cgroups, settings and files."""
    namespaces.remove()
    cgroups.remove()
    sysctls.restore()
    if left := namespaces.mounts_below(STATE):
        raise Refusal(
            f"Cannot unmount {left[0]}: a process still uses it (see `fuser -m {left[0]}`)."
        )
    # Renamed first, so that an interruption leaves no containerd with some of its images.
    if STATE.exists():
        shutil.rmtree(REMOVED, ignore_errors=True)
        STATE.rename(REMOVED)
    shutil.rmtree(REMOVED, ignore_errors=True)
