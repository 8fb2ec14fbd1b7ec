"""The node's network and mount namespaces: what happens in there stays in there.

Both are pinned by files, so that they outlive every process of the node: a killed kubelet comes
back to the volumes and pods that it left.
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
)
from scripts.workshop.cluster.subprocesses import run, succeeds

NET, MOUNT = NAMESPACES / "net", NAMESPACES / "mnt"
# Lies in the node's own /run, which goes away with the namespace.
MARKER = "/run/airflow-on-kubernetes"
# Runs once in new namespaces. Fresh file systems hide the machine's own where programs of the node
# have fixed paths (/run/cilium, /run/containerd, /var/log/containers, pinned BPF maps). Who comes
# from this machine keeps its address (kube-proxy would hide it, answers come back here anyway), so
# that a NetworkPolicy can name it.
PREPARE = f"""
set -e
[ ! -e {MARKER} ] || exit 0
mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock
mount -t tmpfs -o mode=755 tmpfs /var/log
mount -t bpf bpf /sys/fs/bpf
echo 1 > /proc/sys/net/ipv4/ip_forward
iptables -t mangle -A POSTROUTING -s {HOST_ADDRESS} -j MARK --set-xmark 0/0x4000
touch {MARKER}
"""


def create() -> None:
    """Make what is missing of the namespaces and of the cable into them."""
    if not (_pinned(NET) and _pinned(MOUNT)):
        remove()
        _pin()
        # What the network plugin said about other namespaces is not true in these.
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
    """The words in front of a command that make it run in the node's namespaces."""
    return ["nsenter", f"--net={NET}", f"--mount={MOUNT}", "--"]


def is_inside(pid: int) -> bool:
    """Tell whether a process runs in the node's namespaces, and not in those of an earlier one."""
    own = (Path(f"/proc/{pid}/ns/net"), NET), (Path(f"/proc/{pid}/ns/mnt"), MOUNT)
    try:
        return all(os.path.samestat(there.stat(), pin.stat()) for there, pin in own)
    except OSError:
        return False


def members() -> set[int]:
    """The processes in the node's network or mount namespace, in whichever cgroup."""
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
    """Tell whether anything of the namespaces is there."""
    return succeeds(["ip", "link", "show", INTERFACE]) or bool(mounts_below(STATE))


def remove() -> None:
    """Unpin the namespaces, which end with their last process, and take the cable away."""
    if succeeds(["ip", "link", "show", INTERFACE]):
        run(["ip", "link", "delete", INTERFACE])
    for point in mounts_below(STATE):
        run(["umount", "--lazy", point])


def mounts_below(folder: Path) -> list[str]:
    """The mounts at or below a folder, the deepest first."""
    lines = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    points = [fields[4] for fields in lines]
    return sorted(
        (point for point in points if Path(point).is_relative_to(folder)), key=len, reverse=True
    )


def _pin() -> None:
    NAMESPACES.mkdir(parents=True, exist_ok=True)
    # A mount namespace can be pinned below a private mount only.
    run(["mount", "--bind", str(NAMESPACES), str(NAMESPACES)])
    run(["mount", "--make-private", str(NAMESPACES)])
    for pin in (NET, MOUNT):
        pin.touch()
    unshare = ["unshare", f"--net={NET}", f"--mount={MOUNT}", "--propagation", "slave", "true"]
    # The kernel lets a mount namespace be pinned from older ones only. Since 6.18 it tells the age
    # by numbers that each processor deals out from a batch of its own: in a container a namespace
    # that was made on one processor may look older than ours, and on another not.
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
