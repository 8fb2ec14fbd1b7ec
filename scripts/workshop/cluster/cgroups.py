"""The node's own cgroup, in each hierarchy of the machine: version 1, 2 or both."""

import contextlib
import time
from pathlib import Path

from scripts.workshop.cluster.layout import CGROUP


def create() -> None:
    """Create the cgroup and its child for the node's processes; kubelet creates those of pods."""
    for root in _hierarchies():
        for folder in (root / CGROUP, root / CGROUP / "node"):
            _enable_controllers(folder.parent)
            folder.mkdir(exist_ok=True)
            _inherit_cpuset(folder)


def add(pid: int) -> None:
    """Move a process, and its future children, into the cgroup."""
    for root in _hierarchies():
        (root / CGROUP / "node" / "cgroup.procs").write_text(str(pid))


def members(pod: str = "") -> set[int]:
    """Return every process of the node and its pods, or of the pod with a uid."""
    found: set[int] = set()
    for root in _hierarchies():
        for file in (root / CGROUP).rglob("cgroup.procs"):
            if pod and f"pod{pod}" not in file.parts:
                continue
            # A pod may be deleted meanwhile.
            with contextlib.suppress(OSError):
                found |= {int(line) for line in file.read_text().split()}
    return found


def remove() -> None:
    """Remove the empty cgroup; the kernel needs a moment after the last process."""
    for root in _hierarchies():
        for _ in range(50):
            if _remove(root / CGROUP):
                break
            time.sleep(0.1)


def exists() -> bool:
    """Return whether the cgroup exists in any hierarchy."""
    return any((root / CGROUP).exists() for root in _hierarchies())


def _remove(folder: Path) -> bool:
    if not folder.exists():
        return True
    children = [child for child in folder.iterdir() if child.is_dir()]
    try:
        gone = [_remove(child) for child in children]
        if all(gone):
            folder.rmdir()
    except OSError:
        return False
    return not folder.exists()


def _hierarchies() -> list[Path]:
    lines = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    return [
        Path(point)
        for _, point, kind, *_ in lines
        if kind in ("cgroup", "cgroup2") and point.startswith("/sys/fs/cgroup")
    ]


def _enable_controllers(folder: Path) -> None:
    """Enable the controllers of the parent in its children (version 2 only)."""
    controllers, subtree = folder / "cgroup.controllers", folder / "cgroup.subtree_control"
    if controllers.exists():
        for controller in controllers.read_text().split():
            with contextlib.suppress(OSError):
                subtree.write_text(f"+{controller}")


def _inherit_cpuset(folder: Path) -> None:
    """Copy the cpuset of the parent: a new one is empty and accepts no process (version 1 only)."""
    for name in ("cpuset.cpus", "cpuset.mems"):
        file = folder / name
        if file.exists() and not file.read_text().strip() and (folder.parent / name).exists():
            with contextlib.suppress(OSError):
                file.write_text((folder.parent / name).read_text())
