"""The Job that creates the first user, if it is enabled."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from scripts.paths import CHART
from tests.chart.programs import load
from tests.conftest import Render
from tests.rendered import Manifests, Pod

WHO = {
    "role": "Viewer",
    "username": "ada",
    "email": "ada@example.com",
    "firstName": "Ada",
    "lastName": "Lovelace",
}


@pytest.fixture
def manifests(render: Render):
    """The pod of the Job for a user."""

    def act(**user: Any) -> Manifests:
        return render({"createUserJob": {"enabled": True, "defaultUser": user}})

    return act


@pytest.fixture
def pod(manifests):
    """The Job's pod for a user."""

    def act(**user: Any) -> Pod:
        return manifests(**user).pod("create-user-job")

    return act


def test_there_is_no_user_by_default(defaults: Manifests):
    assert "create-user" not in defaults.text


def test_the_user_is_the_one_that_values_describe(pod):
    assert pod(**WHO).main.arguments == [
        "python",
        "/opt/programs/create_user.py",
        "--role=Viewer",
        "--username=ada",
        "--email=ada@example.com",
        "--firstname=Ada",
        "--lastname=Lovelace",
    ]


@pytest.mark.parametrize("name", ["O'Hara", 'the "boss"', "$(id)", "-rf", "a b"])
def test_a_name_with_shell_characters_stays_an_argument(pod, name: str):
    assert pod(**{**WHO, "lastName": name}).main.arguments[-1] == f"--lastname={name}"


def password_source(pod: Pod) -> str:
    """The Secret of the file that the program reads."""
    program = load("create_user")
    mount = pod.main.mounts[str(program.PASSWORD.parent)]
    secret = pod.volumes[mount["name"]]["secret"]
    assert secret["items"] == [{"key": "password", "path": program.PASSWORD.name}]
    return secret["secretName"]


def test_the_program_of_the_arguments_is_mounted(pod):
    found = pod()
    folder, _, file = found.main.arguments[1].rpartition("/")
    assert found.volumes[found.main.mounts[folder]["name"]]["configMap"]["name"] == (
        "airflow-programs"
    )
    assert (CHART / "files" / file).exists()


def test_the_password_is_generated_in_the_cluster(pod):
    assert password_source(pod()) == "airflow-first-user"


def test_the_password_can_be_in_a_secret_of_yours(manifests):
    found = manifests(passwordSecretName="mine")
    assert password_source(found.pod("create-user-job")) == "mine"
    assert "airflow-first-user" not in found.text


def test_the_password_is_not_in_the_environment(pod):
    assert [name for name in pod().main.env if "PASSWORD" in name] == []


def test_the_password_can_be_text_as_in_the_official_chart(manifests):
    found = manifests(password="hunter2")
    assert found.find("Secret", "airflow-first-user")["data"] == {"password": "aHVudGVyMg=="}
    assert "hunter2" not in found.text


def test_the_job_waits_for_the_migrations(pod):
    assert pod().containers[0].name == "wait-for-airflow-migrations"


class Cli:
    """A stand-in for Airflow's command line."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.created: list[str] = []

    def get_parser(self) -> "Cli":
        return self

    def parse_args(self, given: list[str]) -> SimpleNamespace:
        self.given = given
        return SimpleNamespace(
            password=None, func=lambda arguments: self.created.append(arguments.password)
        )


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line of Airflow, which is not installed here."""
    stand_in = Cli()
    for name in ("airflow", "airflow.cli"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "airflow.cli.cli_parser", stand_in)
    monkeypatch.setattr("sys.argv", ["create_user.py", "--username=ada"])
    return stand_in


@pytest.fixture
def program(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program, with another file of the password."""
    found = load("create_user")
    monkeypatch.setattr(found, "PASSWORD", tmp_path / "password")
    return found


def test_the_password_comes_from_the_file_and_is_no_argument(program: ModuleType, cli: Cli):
    program.PASSWORD.write_text("hunter2\n")
    program.main()
    assert cli.given == ["users", "create", "--username=ada"]
    assert cli.created == ["hunter2"]


def test_an_empty_password_is_refused(program: ModuleType, cli: Cli):
    program.PASSWORD.write_text("\n")
    with pytest.raises(SystemExit, match="is empty: set the key `password` of its Secret"):
        program.main()
    assert cli.created == []
