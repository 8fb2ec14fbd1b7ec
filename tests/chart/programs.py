"""The chart's own programs, as modules, and a real PostgreSQL for those that need one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from scripts.paths import CHART
from tests import processes

# Folders of the server's programs, which are seldom on PATH.
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")
# The uid of an unprivileged user on Linux.
UNPRIVILEGED = 65534


def load(name: str) -> ModuleType:
    """Load one of the chart's programs."""
    return processes.load(CHART / "files" / f"{name}.py")


def server_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, if this machine has them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [folder for place in PLACES for folder in Path("/").glob(place.lstrip("/"))]
    return max((one for one in folders if (one / "initdb").exists()), default=None)


@contextmanager
def postgresql(programs: Path, tls: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run an empty server on a socket of its own; yield its URL.

    With the files server.crt and server.key in `tls`, it also listens on a port of localhost, for
    TLS and passwords only; the port is that of the URL.
    """
    # The server refuses to run as root, and only their owner can read pytest's folders.
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    for name, text in (tls or {}).items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    for path in (folder, *folder.iterdir()):
        if user:
            os.chown(path, user, -1)
    port = processes.free_port() if tls else 5432
    options = f"-c listen_addresses='{'127.0.0.1' if tls else ''}' -c fsync=off -k {folder}"
    if tls:
        options += f" -p {port} -c ssl=on -c ssl_cert_file={folder}/server.crt"
        options += f" -c ssl_key_file={folder}/server.key"

    def run(*command: str) -> None:
        with (folder / "log").open("a") as log:
            subprocess.run(command, check=True, user=user, cwd=folder, stdout=log, stderr=log)

    data = str(folder / "data")
    try:
        run(str(programs / "initdb"), "-D", data, "-U", "ada", "-A", "trust", "--no-sync")
        if tls:
            rules = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
            (folder / "data" / "pg_hba.conf").write_text(rules)
        start = ("start", "-w", "-o", options)
        run(str(programs / "pg_ctl"), "-D", data, *start, "-l", str(folder / "data" / "log"))
        try:
            yield f"postgresql+psycopg2://ada@/postgres?host={folder}&port={port}"
        finally:
            run(str(programs / "pg_ctl"), "-D", data, "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder)
