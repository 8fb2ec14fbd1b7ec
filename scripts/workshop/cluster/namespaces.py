"""The node's network and mount namespaces, which isolate it from the machine.

Both are pinned by files, so that they outlive every process of the node: after a restart, kubelet
finds its volumes and pods again.
"""

import contextlib
import os
from pathlib import Path

from scripts.errors import Refusal
from scripts.paths import STATE
from scripts.workshop.cluster.layout import (
    CNI_CONFIGURATION,
    HOST_ADDRESS,
    INTERFACE,
    NAMESPACES,
    NODE_ADDRESS,
    NODE_TEMPORARY,
)
from scripts.workshop.cluster.subprocesses import run, succeeds

NET, MOUNT = NAMESPACES / "net", NAMESPACES / "mnt"
# In the node's own /run, which ends with the namespace.
MARKER = "/run/airflow-on-kubernetes"
# Runs once in new namespaces. New file systems hide those of the machine where programs of the node
# have fixed paths (/run/cilium, /run/containerd, /var/log/containers, pinned BPF maps). /var/tmp is
# the node's own, too: `make down` removes what pods have written there. Connections from this
# machine keep their source address, which kube-proxy would otherwise replace, so that a
# NetworkPolicy can match it.
PREPARE = f"""
set -e
[ ! -e {MARKER} ] || exit 0
mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock
mount -t tmpfs -o mode=755 tmpfs /var/log
mount -t bpf bpf /sys/fs/bpf
mkdir -p {NODE_TEMPORARY}
chmod 1777 {NODE_TEMPORARY}
mount --bind {NODE_TEMPORARY} /var/tmp
echo 1 > /proc/sys/net/ipv4/ip_forward
iptables -t mangle -A POSTROUTING -s {HOST_ADDRESS} -j MARK --set-xmark 0/0x4000
touch {MARKER}
"""


def create() -> None:
    """Create the namespaces and the veth pair, as far as they are missing."""
    if not (_pinned(NET) and _pinned(MOUNT)):
        remove()
        _pin()
        # The configuration of the network plugin belongs to the previous namespaces.
        for file in CNI_CONFIGURATION.glob("*"):
            file.unlink()
    run([*inside(), "sh", "-c", PREPARE])
    if not succeeds(["ip", "link", "show", INTERFACE]):
        run(["ip", "link", "add", INTERFACE, "type", "veth", "peer", "eth0", "netns", str(NET)])
    _address(["ip"], INTERFACE, HOST_ADDRESS)
    node_ip = [*inside(), "ip"]
    _address(node_ip, "eth0", NODE_ADDRESS)
    run([*node_ip, "link", "set", "lo", "up"])
    run([*node_ip, "route", "replace", "default", "via", HOST_ADDRESS])


def inside() -> list[str]:
    """Return the prefix that runs a command in the node's namespaces."""
    return ["nsenter", f"--net={NET}", f"--mount={MOUNT}", "--"]


def is_inside(pid: int) -> bool:
    """Return whether a process runs in the node's namespaces, not in those of an earlier node."""
    own = (Path(f"/proc/{pid}/ns/net"), NET), (Path(f"/proc/{pid}/ns/mnt"), MOUNT)
    try:
        return all(os.path.samestat(there.stat(), pin.stat()) for there, pin in own)
    except OSError:
        return False


def members() -> set[int]:
    """Return the processes in the node's network or mount namespace, of any cgroup."""
    pins = [pin.stat() for pin in (NET, MOUNT) if _pinned(pin)]
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("net", "mnt"):
            with contextlib.suppress(OSError):
                there = (process / "ns" / name).stat()
                if any(os.path.samestat(there, pin) for pin in pins):
                    found.add(int(process.name))
    return found


def exist() -> bool:
    """Return whether the interface or a mount of the namespaces exists."""
    return succeeds(["ip", "link", "show", INTERFACE]) or bool(mounts_below(STATE))


def remove() -> None:
    """Unpin the namespaces, which end with their last process, and remove the veth pair."""
    if succeeds(["ip", "link", "show", INTERFACE]):
        run(["ip", "link", "delete", INTERFACE])
    for point in mounts_below(STATE):
        run(["umount", "--lazy", point])


def mounts_below(folder: Path) -> list[str]:
    """Return the mount points at or below a folder, the deepest first."""
    lines = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    points = [fields[4] for fields in lines]
    return sorted(
        (point for point in points if Path(point).is_relative_to(folder)), key=len, reverse=True
    )


def _pin() -> None:
    NAMESPACES.mkdir(parents=True, exist_ok=True)
    # A mount namespace can only be pinned below a private mount.
    run(["mount", "--bind", str(NAMESPACES), str(NAMESPACES)])
    run(["mount", "--make-private", str(NAMESPACES)])
    for pin in (NET, MOUNT):
        pin.touch()
    unshare = ["unshare", f"--net={NET}", f"--mount={MOUNT}", "--propagation", "slave", "true"]
    # The kernel allows to pin a mount namespace from older ones only. Since 6.18, age is a number
    # that each processor takes from its own batch: in a container, a namespace that is created on
    # one processor may look older than ours, so each processor is tried.
    processors = sorted(os.sched_getaffinity(0))
    for processor in processors:
        for point in mounts_below(NAMESPACES):
            if point != str(NAMESPACES):
                run(["umount", point])
        try:
            run(["taskset", "--cpu-list", str(processor), *unshare])
            return
        except Refusal:
            if processor == processors[-1]:
                raise


def _pinned(pin: Path) -> bool:
    return str(pin) in mounts_below(NAMESPACES)


def _address(ip: list[str], interface: str, address: str) -> None:
    run([*ip, "address", "replace", f"{address}/24", "dev", interface])
    run([*ip, "link", "set", interface, "up"])
