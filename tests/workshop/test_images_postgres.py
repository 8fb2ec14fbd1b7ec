"""The entrypoint of the PostgreSQL image, with fake programs that record their calls."""

import os
import subprocess
from pathlib import Path

import pytest

from scripts.paths import IMAGES

ENTRYPOINT = IMAGES / "postgres" / "entrypoint"
PASSWORD = "correct horse $(battery) \"staple'"
# Writes down its arguments and the password, makes a folder as initdb does, fails when asked to.
INITDB = """#!/bin/bash
[[ $1 == --sync-only ]] && exit
echo "initdb $*" >> "$WRITTEN"
while (($#)); do
  case $1 in
    --pwfile) cp "$2" "$WRITTEN.password" ;;
    --pgdata) folder=$2 ;;
  esac
  shift
done
[[ ! -e $folder ]] || exit 1
mkdir "$folder"
echo 15 > "$folder/PG_VERSION"
exit "${INITDB_STATUS:-0}"
"""
POSTGRES = """#!/bin/bash
if [[ $1 == --single ]]; then
  cat >> "$WRITTEN"
else
  echo "server $* password=${POSTGRES_PASSWORD:-}"
fi
"""


class Container:
    """A folder with the programs of the image and a data folder."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "volume" / "data"
        self.written = folder / "written"
        self.written.touch()
        self._programs = folder / "bin"
        self._programs.mkdir()
        for name, text in {"initdb": INITDB, "postgres": POSTGRES}.items():
            (self._programs / name).write_text(text)
            (self._programs / name).chmod(0o755)

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ENTRYPOINT, *arguments],
            env={
                "PATH": f"{self._programs}:{os.environ['PATH']}",
                "PGDATA": str(self.data),
                "WRITTEN": str(self.written),
                **env,
            },
            capture_output=True,
            text=True,
        )

    @property
    def password(self) -> str:
        return self.written.with_name("written.password").read_text()


@pytest.fixture
def container(tmp_path: Path) -> Container:
    return Container(tmp_path)


def test_a_new_database_without_a_password_is_refused_in_one_sentence(container: Container):
    done = container.run()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE" in done.stderr


def test_two_passwords_are_refused(container: Container):
    done = container.run(POSTGRES_PASSWORD=PASSWORD, POSTGRES_PASSWORD_FILE=os.devnull)
    assert (done.returncode, "set one of them" in done.stderr) == (1, True)


@pytest.mark.parametrize("in_a_file", [False, True])
def test_the_password_is_set_and_never_printed(
    container: Container, tmp_path: Path, in_a_file: bool
):
    (tmp_path / "secret").write_text(PASSWORD)
    name, value = ("_FILE", str(tmp_path / "secret")) if in_a_file else ("", PASSWORD)
    done = container.run(**{f"POSTGRES_PASSWORD{name}": value})
    assert container.password == f"{PASSWORD}\n"
    assert PASSWORD not in done.stdout + done.stderr + container.written.read_text()


def test_a_database_is_utf_8_with_any_arguments(container: Container):
    container.run(POSTGRES_PASSWORD="x", POSTGRES_INITDB_ARGS="--encoding SQL_ASCII -k")
    words = container.written.read_text().split()
    encodings = [words[i + 1] for i, word in enumerate(words) if word == "--encoding"]
    assert (encodings[-1], "-k" in words) == ("UTF8", True)


def test_connections_over_the_network_need_the_password(container: Container):
    container.run(POSTGRES_PASSWORD="x")
    assert (container.data / "pg_hba.conf").read_text() == "host all all all scram-sha-256\n"


def test_user_and_database_are_created(container: Container):
    container.run(POSTGRES_PASSWORD="x", POSTGRES_USER="airflow", POSTGRES_DB='my"base')
    written = container.written.read_text()
    assert "--username airflow" in written
    assert 'CREATE DATABASE "my""base";' in written


def test_an_existing_database_is_left_as_it_is(container: Container):
    container.run(POSTGRES_PASSWORD="x")
    before = container.written.read_text()
    again = container.run()
    assert (again.returncode, container.written.read_text()) == (0, before)


def test_an_incomplete_database_is_created_again(container: Container):
    failed = container.run(POSTGRES_PASSWORD="x", INITDB_STATUS="1")
    assert (failed.returncode, container.data.exists()) == (1, False)
    assert container.run(POSTGRES_PASSWORD="x").returncode == 0
    assert [path.name for path in container.data.parent.iterdir()] == ["data"]


def test_other_files_in_the_data_folder_are_kept(container: Container):
    container.data.mkdir(parents=True)
    (container.data / "mine").touch()
    done = container.run(POSTGRES_PASSWORD="x")
    assert (done.returncode, "nothing was changed" in done.stderr) == (1, True)
    assert [path.name for path in container.data.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("arguments", "runs"),
    [
        ([], "server "),
        (["postgres", "-c", "port=1"], "server -c port=1"),
        (["-c", "port=1"], "server -c port=1"),
    ],
)
def test_the_server_gets_its_arguments_and_no_password(
    container: Container, arguments: list[str], runs: str
):
    said = container.run(*arguments, POSTGRES_PASSWORD="x").stdout.splitlines()
    assert said[-1] == f"{runs} password="


def test_another_program_runs_unchanged(container: Container):
    done = container.run("bash", "-c", "echo $1", "-", "hello")
    assert (done.stdout, container.written.read_text()) == ("hello\n", "")
