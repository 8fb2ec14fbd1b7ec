"""The machine of a measurement, and its load."""

import os
import platform
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.steps import Step

# CPU of the idle node's own processes, with a margin.
QUIET_PERCENT = 30
LOOK_SECONDS = 4
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Machine:
    """Properties of the machine that figures depend on."""

    processor: str
    cores: int
    memory_gib: int
    kernel: str

    def __str__(self) -> str:
        return f"{self.cores} cores ({self.processor}), {self.memory_gib} GiB, Linux {self.kernel}"

    def facts(self) -> dict[str, str | int]:
        return asdict(self)


def machine() -> Machine:
    """Return this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(memory / 2**30),
        # Without the build of the kernel: the same version is the same for a figure.
        kernel=platform.release().partition("-")[0],
    )


def busy_percent(seconds: float = LOOK_SECONDS) -> float:
    """Return the use of all cores together, over some seconds."""
    idle, total = _ticks()
    time.sleep(seconds)
    idle_later, total_later = _ticks()
    return 100 * (1 - (idle_later - idle) / max(total_later - total, 1))


def wait_until_quiet(this: Step) -> float:
    """Wait until the machine is idle, up to a limit; return its use."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (busy := busy_percent()) > QUIET_PERCENT and time.monotonic() < end:
        this.note(f"waiting for a quiet machine: {busy:.0f} % busy")
    return busy


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _ticks() -> tuple[int, int]:
    first = Path("/proc/stat").read_text().splitlines()[0]
    numbers = [int(word) for word in first.split()[1:9]]
    # Waiting for a disk is idle, too; time stolen by the hypervisor is not.
    return numbers[3] + numbers[4], sum(numbers)
