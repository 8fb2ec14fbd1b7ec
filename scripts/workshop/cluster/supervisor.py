"""The long-running processes of the node, started unless they run with the same configuration."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.errors import Refusal
from scripts.workshop.cluster import cgroups, namespaces
from scripts.workshop.cluster.layout import LOGS, PARTS, SYSTEM_PATH


@dataclass(frozen=True)
class Part:
    """A process of the node: its command, its namespaces, and the files that it reads at start."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    inside: bool = True
    configuration: tuple[Path, ...] = ()

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    @property
    def record(self) -> Path:
        return PARTS / f"{self.name}.json"

    def key(self) -> str:
        """Return a digest of command and files; when it changes, the process must be restarted."""
        total = hashlib.sha256(json.dumps([self.command, dict(self.environment)]).encode())
        for file in self.configuration:
            total.update(file.read_bytes())
        return total.hexdigest()


def start(part: Part) -> bool:
    """Start a part unless it is up to date; return whether it was started."""
    record = _read(part.record)
    if record is not None:
        if _is_right(part, record):
            return False
        stop([record["pid"]])
    LOGS.mkdir(parents=True, exist_ok=True)
    PARTS.mkdir(parents=True, exist_ok=True)
    with part.log.open("ab") as log:
        process = subprocess.Popen(
            [*(namespaces.inside() if part.inside else []), *part.command],
            env={**_environment(), **part.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # The processes of the node must survive an interrupted `make up`.
            start_new_session=True,
        )
    cgroups.add(process.pid)
    _write(part, process.pid)
    return True


def restart(part: Part) -> None:
    """Stop a part if it runs, and start it."""
    if pid := running(part):
        stop([pid])
    start(part)


def running(part: Part) -> int | None:
    """Return the pid of a part, if it runs."""
    return recorded(part.record)


def is_up_to_date(part: Part) -> bool:
    """Return whether a part runs with its current command and files."""
    record = _read(part.record)
    return record is not None and _is_right(part, record)


def recorded(file: Path) -> int | None:
    """Return the pid in a record, if that process runs."""
    record = _read(file)
    return record["pid"] if record else None


def require(part: Part) -> None:
    """Raise Refusal with the last line of the log when a part has ended."""
    if running(part) is None:
        raise Refusal(f"{part.name} ended: {last_line(part)} (log: {part.log})")


def last_line(part: Part) -> str:
    """Return the last line of a part's log."""
    with contextlib.suppress(OSError, IndexError):
        return part.log.read_text(errors="replace").strip().splitlines()[-1][:400]
    return "no output"


def stop(pids: Iterable[int], *, seconds: float = 10) -> None:
    """End processes with SIGTERM, and with SIGKILL after some seconds."""
    left = set(pids)
    for how, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 10.0)):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        end = time.monotonic() + patience
        while left and time.monotonic() < end:
            left = {pid for pid in left if _started(pid) is not None}
            time.sleep(0.02)
        if not left:
            return


def _is_right(part: Part, record: Mapping[str, object]) -> bool:
    pid = int(str(record["pid"]))
    return record["key"] == part.key() and (not part.inside or namespaces.is_inside(pid))


def _write(part: Part, pid: int) -> None:
    aside = part.record.with_suffix(".new")
    aside.write_text(json.dumps({"pid": pid, "started": _started(pid), "key": part.key()}))
    aside.replace(part.record)


def _read(file: Path) -> dict[str, int] | None:
    """Return the record of a process if it still runs; a reused pid has another start time."""
    try:
        record = json.loads(file.read_text())
    except (OSError, ValueError):
        return None
    started = _started(record["pid"])
    return record if started is not None and started == record["started"] else None


def _started(pid: int) -> str | None:
    """Return boot and start time of a process; None when it has ended or is a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    return None if fields[0] == "Z" else f"{boot}/{fields[19]}"


def _environment() -> dict[str, str]:
    """Return a minimal environment, without the caller's proxy settings and tokens."""
    return {"PATH": SYSTEM_PATH, "HOME": "/root", "LANG": "C.UTF-8"}
