"""Programs that tests import by their file, and processes that they run on loopback."""

import importlib.util
import os
import socket
from pathlib import Path
from types import ModuleType

TICKS = os.sysconf("SC_CLK_TCK")


def load(file: Path) -> ModuleType:
    """Import a program that is not in a package."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a port of loopback that no program listens on."""
    with socket.socket(type=kind) as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
