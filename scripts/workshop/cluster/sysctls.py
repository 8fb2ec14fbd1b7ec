"""Kernel settings of the machine that kubelet and Cilium change: saved, and restored at the end."""

import contextlib
import json
from pathlib import Path

from scripts.paths import STATE

KERNEL = Path("/proc/sys")
FILE = STATE / "sysctls.json"
CHANGED = (
    "kernel/keys/root_maxbytes",
    "kernel/keys/root_maxkeys",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/timer_migration",
    "kernel/unprivileged_bpf_disabled",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
)


def remember() -> None:
    """Save the current settings, once."""
    if not FILE.exists():
        values = {name: (KERNEL / name).read_text() for name in CHANGED if (KERNEL / name).exists()}
        aside = FILE.with_suffix(".new")
        aside.write_text(json.dumps(values, indent=2))
        aside.replace(FILE)


def restore() -> None:
    """Restore the saved settings that have changed."""
    if not FILE.exists():
        return
    for name, value in json.loads(FILE.read_text()).items():
        # Some settings can be written only once, so they cannot be restored.
        with contextlib.suppress(OSError):
            if (KERNEL / name).read_text() != value:
                (KERNEL / name).write_text(value)
