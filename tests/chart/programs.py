"""The chart's own programs, as modules, and a real PostgreSQL for those that ask one."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from scripts.paths import CHART

# Where packages put the server's programs, which are seldom on the PATH.
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")


def load(name: str) -> ModuleType:
    """One of the chart's programs."""
    spec = importlib.util.spec_from_file_location(name, CHART / "files" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl, when this machine has them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [folder for place in PLACES for folder in Path("/").glob(place.lstrip("/"))]
    return max((one for one in folders if (one / "initdb").exists()), default=None)


@contextmanager
def postgresql(programs: Path) -> Iterator[str]:
    """Run an empty server that is reached by a socket of its own; give its URL."""
    # The server refuses to be root, and pytest's folders are for their owner only.
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    options = f"-c listen_addresses='' -c fsync=off -k {folder}"

    def run(*command: str) -> None:
        with (folder / "log").open("a") as log:
            subprocess.run(command, check=True, user=user, cwd=folder, stdout=log, stderr=log)

    data = str(folder / "data")
    try:
        run(str(programs / "initdb"), "-D", data, "-U", "ada", "-A", "trust", "--no-sync")
        start = ("start", "-w", "-o", options)
        run(str(programs / "pg_ctl"), "-D", data, *start, "-l", str(folder / "data" / "log"))
        try:
            yield f"postgresql+psycopg2://ada@/postgres?host={folder}"
        finally:
            run(str(programs / "pg_ctl"), "-D", data, "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder)
