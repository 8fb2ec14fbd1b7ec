"""Wait until the database answers and, for `migrations`, is at the revision of this image.

The result is that of `airflow db check-migrations`, at a fortieth of the cost: the program does not
import Airflow, but compares the last revision of the image's migration files with the database. For
MySQL it is that command.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

import psycopg2

# Each migration states its revision and its parents. The head is the one that is not a parent.
REVISION = re.compile(r"""^revision(?:\s*:[^=]+)?\s*=\s*["'](\w+)["']""", re.MULTILINE)
PARENTS = re.compile(r"^down_revision(?:\s*:[^=]+)?\s*=\s*(\([^)]*\)|.+)$", re.MULTILINE)
# Folders of migrations in the package `airflow`, and the tables with their current revision.
HISTORIES = {
    "migrations/versions": "alembic_version",
    "providers/fab/migrations/versions": "alembic_version_fab",
}
PAUSE_SECONDS = 0.2


def head(folder: Path) -> str | None:
    """Return the last revision of a folder of migrations; None if it has none or several."""
    revisions, parents = set(), set()
    for file in folder.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        revisions.update(REVISION.findall(text))
        for line in PARENTS.findall(text):
            parents.update(re.findall(r"""["'](\w+)["']""", line))
    heads = revisions - parents
    return heads.pop() if len(heads) == 1 else None


def expected() -> dict[str, str]:
    """Return version table -> the revision that this image needs."""
    spec = find_spec("airflow")
    roots = [Path(p) for p in (spec.submodule_search_locations or [])] if spec else []
    found = {}
    for folder, table in HISTORIES.items():
        for root in roots:
            revision = head(root / folder)
            if revision:
                found[table] = revision
    return found


def missing(connection, wanted: dict[str, str], teams: Collection[str] = ()) -> str:
    """Return a sentence about the first missing revision or team; empty if the database has all."""
    with connection.cursor() as cursor:
        for table, revision in wanted.items():
            cursor.execute("select to_regclass(%s)", (table,))
            if cursor.fetchone()[0] is None:
                return f"the table {table} is missing"
            cursor.execute(f"select version_num from {table}")
            found = [row[0] for row in cursor.fetchall()]
            if not found:
                return f"{table} is empty, but the image needs revision {revision}"
            if found != [revision]:
                there = ", ".join(found)
                return f"{table} is at revision {there}, but the image needs {revision}"
        if teams:
            cursor.execute("select name from team")
            lacking = set(teams) - {row[0] for row in cursor.fetchall()}
            if lacking:
                return f"the team {min(lacking)} is missing: `airflow teams sync` creates it"
    return ""


def wait(url: str, wanted: dict[str, str], deadline: float, teams: Collection[str] = ()) -> str:
    """Wait until the database has the revisions and teams; return the reason if time is up."""
    connection, reason = None, ""
    while time.monotonic() < deadline:
        try:
            if connection is None:
                connection = psycopg2.connect(url, connect_timeout=5)
                connection.autocommit = True
            now = missing(connection, wanted, teams)
        except psycopg2.Error as error:
            connection, now = None, str(error).strip().splitlines()[0]
        if not now:
            return ""
        if now != reason:
            print(f"Waiting: {now}", flush=True)
        reason = now
        time.sleep(PAUSE_SECONDS)
    return reason


def printed(command: str, deadline: float) -> str:
    """Return what a command of values prints; wait until it succeeds, empty if time is up."""
    while time.monotonic() < deadline:
        # The same shell as Airflow's, which reads the URL by the same command.
        done = subprocess.run(command, shell=True, stdout=subprocess.PIPE, text=True)
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
        time.sleep(PAUSE_SECONDS)
    return ""


def wait_with_airflow(url: str, what: str, timeout: int) -> None:
    """Replace this process by Airflow's own command."""
    tries = [f"--retry={timeout}", "--retry-delay=1"]
    checks = {"database": ["check", *tries]}
    checks["migrations"] = ["check-migrations", f"--migration-wait-timeout={timeout}"]
    command = ["airflow", "db", *checks[what]]
    # Airflow writes a configuration, and the file system of the container is read-only.
    home = {"AIRFLOW_HOME": "/tmp", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url}
    os.execvpe(command[0], command, os.environ | home)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["database", "migrations"])
    parser.add_argument("--timeout", type=float, required=True, help="seconds")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--connection", type=Path, help="a file with the URL")
    source.add_argument("--command", help="a command that prints the URL")
    parser.add_argument("--team", action="append", default=[], help="a team that must exist")
    arguments = parser.parse_args()
    deadline = time.monotonic() + arguments.timeout
    command = arguments.command
    stated = printed(command, deadline) if command else arguments.connection.read_text()
    if not stated:
        print(f"Timed out after {arguments.timeout:.0f} s: no URL from {command}", file=sys.stderr)
        return 1
    # libpq accepts no driver in a URL: `+psycopg2` is a notation of SQLAlchemy.
    url = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", stated)
    if url.startswith("mysql"):
        wait_with_airflow(url, arguments.what, int(arguments.timeout))
    wanted = expected() if arguments.what == "migrations" else {}
    reason = wait(url, wanted, deadline, arguments.team)
    if reason:
        print(f"Timed out after {arguments.timeout:.0f} s: {reason}", file=sys.stderr)
        return 1
    print(f"The {arguments.what} are ready." if wanted else "The database answers.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
