"""Settings of the whole machine's kernel that kubelet and Cilium change: remembered, given back."""

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
    """Write down the settings of before, once."""
    if not FILE.exists():
        values = {name: (KERNEL / name).read_text() for name in CHANGED if (KERNEL / name).exists()}
        aside = FILE.with_suffix(".new")
        aside.write_text(json.dumps(values, indent=2))
        aside.replace(FILE)


def restore() -> None:
    """Set what was written down, where it is another now."""
    if not FILE.exists():
        return
    for name, value in json.loads(FILE.read_text()).items():
        # Some can be set once only; then there is nothing to give back.
        with contextlib.suppress(OSError):
            if (KERNEL / name).read_text() != value:
                (KERNEL / name).write_text(value)
