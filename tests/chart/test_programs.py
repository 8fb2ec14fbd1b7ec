"""The chart's own programs: their waiting, results and messages."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import certifi
import psycopg2
import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import parse_dsn

from tests.chart.programs import load, postgresql, server_programs

check_heartbeat = load("check_heartbeat")
create_secrets = load("create_secrets")
wait_for_migrations = load("wait_for_migrations")

URL = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
NOWHERE = "postgresql+psycopg2://ada@127.0.0.1:1/airflow"


# --- wait_for_migrations ----------------------------------------------------------------------


def migration(revision: str, parents: list[str], style: int) -> str:
    """A revision file of Alembic, in one of its usual forms."""
    quote = "'" if style % 2 else '"'
    kind = ": str | None" if style % 3 == 0 else ""
    named = [f"{quote}{parent}{quote}" for parent in parents]
    apart = "\n    " if style % 5 == 0 else ""
    down = "None" if not named else named[0]
    if len(named) > 1:
        down = f"({apart}{f', {apart}'.join(named)}{apart and chr(10)})"
    return (
        f'"""Change something.\n\nRevision ID: {revision}\nRevises: {", ".join(parents)}\n"""\n'
        f"revision{kind} = {quote}{revision}{quote}\ndown_revision{kind} = {down}\n"
        f"branch_labels = None\ndef upgrade():\n    down_revision = 'not_this_one'\n"
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[str, str], str]:
    """Files of a history that ends in one revision, and that revision."""
    names = draw(
        st.lists(st.from_regex(r"[0-9a-f]{4,12}", fullmatch=True), min_size=1, unique=True)
    )
    files, open_ends = {}, []
    for index, name in enumerate(names):
        last = index == len(names) - 1
        parents = open_ends if last else draw(st.sets(st.sampled_from(open_ends or ["-"])))
        parents = [one for one in open_ends if one in parents]
        open_ends = [one for one in open_ends if one not in parents] + [name]
        files[f"{draw(st.integers())}_{name}.py"] = migration(
            name, parents, draw(st.integers(min_value=0, max_value=30))
        )
    return files, names[-1]


@given(histories())
def test_the_last_revision_of_a_history_is_found(
    tmp_path_factory: pytest.TempPathFactory, history: tuple[dict[str, str], str]
):
    files, last = history
    folder = tmp_path_factory.mktemp("versions")
    for name, text in files.items():
        (folder / name).write_text(text)
    assert wait_for_migrations.head(folder) == last


def test_a_history_with_two_ends_has_no_last_revision(tmp_path: Path):
    for name in ("a1", "b2"):
        (tmp_path / f"{name}.py").write_text(migration(name, [], 0))
    assert wait_for_migrations.head(tmp_path) is None


def test_an_image_without_migrations_has_no_last_revision(tmp_path: Path):
    assert wait_for_migrations.head(tmp_path / "none") is None


@pytest.fixture
def image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An installed Airflow with two histories, as far as their files go."""
    wanted = {}
    for place, table in wait_for_migrations.HISTORIES.items():
        folder = tmp_path / "airflow" / place
        folder.mkdir(parents=True)
        (folder / "1.py").write_text(migration(f"{len(place):04x}", [], 0))
        wanted[table] = f"{len(place):04x}"
    (tmp_path / "airflow" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return wanted


def test_both_histories_of_an_image_are_waited_for(image: dict[str, str]):
    assert wait_for_migrations.expected() == image


def arguments(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str, url: str) -> None:
    connection = tmp_path / "connection"
    connection.write_text(url)
    given = [what, "--timeout=0.5", f"--connection={connection}"]
    monkeypatch.setattr("sys.argv", ["wait_for_migrations.py", *given])


def test_the_wait_for_a_missing_database_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    arguments(monkeypatch, tmp_path, "database", NOWHERE)
    assert wait_for_migrations.main() == 1
    said = capsys.readouterr()
    assert said.out.count("Waiting: ") == 1
    assert said.err.startswith("Timed out after 0 s: connection to server at")


# Stands in for the command of Airflow, which these tests do not install: prints how it is called.
AIRFLOW = """#!/bin/sh
echo "$AIRFLOW__DATABASE__SQL_ALCHEMY_CONN $AIRFLOW_HOME $@"
"""


@pytest.mark.parametrize(
    ("what", "command"),
    [
        ("database", "db check --retry=7 --retry-delay=1"),
        ("migrations", "db check-migrations --migration-wait-timeout=7"),
    ],
)
def test_airflow_itself_waits_for_mysql(tmp_path: Path, what: str, command: str):
    airflow = tmp_path / "airflow"
    airflow.write_text(AIRFLOW)
    airflow.chmod(0o755)
    connection = tmp_path / "connection"
    connection.write_text("mysql://ada:x@db.example.com/engine")
    program = wait_for_migrations.__file__
    done = subprocess.run(
        [sys.executable, program, what, "--timeout=7", f"--connection={connection}"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout == f"mysql://ada:x@db.example.com/engine /tmp {command}\n"


def test_a_url_that_nobody_prints_is_waited_for(capsys: pytest.CaptureFixture[str], monkeypatch):
    given = ["database", "--timeout=0.5", "--command=cat /nowhere"]
    monkeypatch.setattr("sys.argv", ["wait_for_migrations.py", *given])
    assert wait_for_migrations.main() == 1
    assert capsys.readouterr().err.endswith("Timed out after 0 s: no URL from cat /nowhere\n")


# --- with a real database ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a real PostgreSQL."""
    programs = server_programs()
    if programs is None:
        pytest.skip("this machine has no PostgreSQL server (initdb)")
    with postgresql(programs) as url:
        yield url


@pytest.fixture
def database(server: str) -> Iterator[str]:
    """The URL of an empty database."""
    with psycopg2.connect(server.replace("+psycopg2", "")) as connection:
        connection.cursor().execute("drop schema public cascade; create schema public")
    connection.close()
    yield server


def execute(url: str, *statements: str) -> None:
    with psycopg2.connect(url.replace("+psycopg2", "")) as connection:
        for statement in statements:
            connection.cursor().execute(statement)
    connection.close()


def versions(wanted: dict[str, str]) -> list[str]:
    """Return statements that set the revisions of a database."""
    return [
        f"create table {table} (version_num text); insert into {table} values ('{revision}')"
        for table, revision in wanted.items()
    ]


def test_a_command_may_print_the_url(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: str
):
    file = tmp_path / "url"
    file.write_text(f"{database}\n")
    given = ["database", "--timeout=5", f"--command=cat {file}"]
    monkeypatch.setattr("sys.argv", ["wait_for_migrations.py", *given])
    assert wait_for_migrations.main() == 0


def test_a_database_that_answers_is_enough_for_the_migrations(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    arguments(monkeypatch, tmp_path, "database", database)
    assert wait_for_migrations.main() == 0


def test_components_wait_for_the_last_revision_of_their_image(
    database: str, image: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    arguments(monkeypatch, tmp_path, "migrations", database)
    assert wait_for_migrations.main() == 1
    execute(database, *versions(image))
    assert wait_for_migrations.main() == 0


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        ({}, "the table alembic_version is missing"),
        ({"alembic_version": "old"}, "alembic_version is at revision old, but the image needs new"),
        ({"alembic_version": "new"}, "the table alembic_version_fab is missing"),
        ({"alembic_version": "new", "alembic_version_fab": "new"}, ""),
    ],
)
def test_a_missing_revision_is_reported(database: str, there: dict[str, str], reason: str):
    execute(database, *versions(there))
    wanted = {"alembic_version": "new", "alembic_version_fab": "new"}
    url = database.replace("+psycopg2", "")
    assert wait_for_migrations.wait(url, wanted, time.monotonic() + 0.1) == reason


def test_a_table_without_a_revision_is_not_ready(database: str):
    execute(database, "create table alembic_version (version_num text)")
    url = database.replace("+psycopg2", "")
    reason = wait_for_migrations.wait(url, {"alembic_version": "new"}, time.monotonic() + 0.1)
    assert reason == "alembic_version is empty, but the image needs revision new"


def test_components_wait_for_the_teams_of_their_bundles(database: str):
    execute(database, "create table team (name text)", "insert into team values ('search')")
    url = database.replace("+psycopg2", "")

    def wait() -> str:
        return wait_for_migrations.wait(url, {}, time.monotonic() + 0.1, ["payments", "search"])

    assert wait() == "the team payments is missing: `airflow teams sync` creates it"
    execute(database, "insert into team values ('payments')")
    assert wait() == ""


JOBS = """
    create table job (
        job_type text, state text, hostname text, latest_heartbeat timestamptz
    )
"""


@pytest.fixture
def heartbeat(database: str, monkeypatch: pytest.MonkeyPatch):
    """Check the triggerer's heartbeat with these rows in the table of jobs."""
    monkeypatch.setattr("socket.gethostname", lambda: "here")
    monkeypatch.setattr("socket.getfqdn", lambda: "here.example.com")
    monkeypatch.setattr("socket.gethostbyname", lambda host: "10.0.0.1")
    monkeypatch.setenv(URL, database)

    def act(*rows: str) -> int:
        execute(database, JOBS, *(f"insert into job values ({row})" for row in rows))
        return check_heartbeat.main("TriggererJob")

    return act


ALIVE = "'TriggererJob', 'running', 'here', now()"
LATE = "'TriggererJob', 'running', 'here', now() - interval '31 seconds'"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([ALIVE], 0),
        ([LATE, ALIVE], 0),
        ([ALIVE.replace("here", "10.0.0.1")], 0),
        ([ALIVE.replace("here", "here.example.com")], 0),
        ([LATE], 1),
        ([], 1),
        ([ALIVE.replace("here", "elsewhere")], 1),
        ([ALIVE.replace("running", "failed")], 1),
        ([ALIVE.replace("TriggererJob", "SchedulerJob")], 1),
    ],
    ids=[
        "alive",
        "restarted",
        "known by its address",
        "known by its full name",
        "late",
        "none",
        "another pod",
        "ended",
        "another job",
    ],
)
def test_the_probe_checks_the_heartbeat_of_its_own_job(heartbeat, rows: list[str], code: int):
    assert heartbeat(*rows) == code


def test_a_pod_without_an_address_is_known_by_its_name(heartbeat, monkeypatch):
    def fail(host: str) -> str:
        raise OSError

    monkeypatch.setattr("socket.gethostbyname", fail)
    assert heartbeat(ALIVE) == 0


def test_a_late_heartbeat_is_reported(heartbeat, capsys: pytest.CaptureFixture[str]):
    heartbeat(LATE)
    assert capsys.readouterr().out == (
        "The TriggererJob of here has not sent a heartbeat for 31 s.\n"
    )


def test_a_database_without_tables_is_reported_in_one_line(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(URL, database)
    assert check_heartbeat.main("TriggererJob") == 1
    assert capsys.readouterr().out == 'relation "job" does not exist\n'


# --- without one ------------------------------------------------------------------------------


def test_an_unreachable_database_is_reported_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(URL, NOWHERE)
    assert check_heartbeat.main("TriggererJob") == 1
    assert "Connection refused" in capsys.readouterr().out


def test_a_missing_url_is_reported_with_the_variable_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv(URL, raising=False)
    assert check_heartbeat.main("TriggererJob") == 1
    assert "livenessProbe.command" in capsys.readouterr().out


# --- create_secrets ---------------------------------------------------------------------------


class Known:
    """Existing Secrets."""

    def __init__(self, password: str) -> None:
        self.password = password

    def read(self, name: str, key: str) -> str:
        assert (name, key) == ("database", "password")
        return self.password


def made(how: dict, password: str = "") -> str:
    return create_secrets.value(how, Known(password))


def test_a_generated_fernet_key_is_valid():
    box = Fernet(made({"generate": "fernet"}))
    assert box.decrypt(box.encrypt(b"x")) == b"x"


@pytest.mark.parametrize("how", ["fernet", "token"])
def test_generated_secrets_are_long_and_never_the_same(how: str):
    found = {made({"generate": how}) for _ in range(20)}
    assert len(found) == 20
    assert min(map(len, found)) >= 43


def test_a_text_is_kept():
    assert made({"text": "ada"}) == "ada"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_no_password_breaks_the_url_of_the_database(password: str):
    how = {
        "text": "postgresql+psycopg2://ada:{password}@db.example:5432/airflow",
        "password": {"secret": "database", "key": "password"},
    }
    url = made(how, password).replace("+psycopg2", "")
    assert parse_dsn(url) == {
        "user": "ada",
        "password": password,
        "host": "db.example",
        "port": "5432",
        "dbname": "airflow",
    }


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_no_password_breaks_the_users_of_pgbouncer(password: str):
    password = f"{{password}}{password}"
    how = {
        "text": '"ada" {quotedPassword}',
        "password": {"secret": "database", "key": "password"},
    }
    # PgBouncer reads two double quotes as one.
    line = re.fullmatch(r'"ada" "((?:[^"]|"")*)"', made(how, password), re.DOTALL)
    assert line is not None
    assert line[1].replace('""', '"') == password


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program in a pod whose Kubernetes API does not answer."""
    # Any certificate authority works: the connection is never established.
    (tmp_path / "ca.crt").write_text(certifi.contents())
    (tmp_path / "token").write_text("hunter2")
    monkeypatch.setattr(create_secrets, "ACCOUNT", tmp_path)
    monkeypatch.setattr(create_secrets, "ATTEMPTS", 2)
    for name, text in {
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": "1",
        "NAMESPACE": "team",
        "RELEASE": "airflow",
    }.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setattr(
        "sys.argv", ["create_secrets.py", '[{"name": "a", "data": {"b": {"text": "hunter3"}}}]']
    )
    return create_secrets


def test_requests_to_a_silent_api_are_repeated_and_the_error_names_it(
    account: ModuleType, capsys: pytest.CaptureFixture[str]
):
    assert account.main() == 1
    said = capsys.readouterr()
    assert said.err.count("The Kubernetes API is not reachable yet") == 2
    assert "hunter" not in said.out + said.err
