"""The Job that creates the first user, if it is enabled."""

from typing import Any

import pytest

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
    arguments = pod(**WHO).main.arguments
    said = dict(zip(arguments[4::2], arguments[5::2], strict=True))
    assert said == {
        "--role": "Viewer",
        "--username": "ada",
        "--email": "ada@example.com",
        "--firstname": "Ada",
        "--lastname": "Lovelace",
    }


@pytest.mark.parametrize("name", ["O'Hara", 'the "boss"', "$(id)", "-rf", "a b"])
def test_a_name_with_shell_characters_stays_an_argument(pod, name: str):
    arguments = pod(**{**WHO, "lastName": name}).main.arguments
    assert arguments[2] == 'exec airflow users create --password "$FIRST_USER_PASSWORD" "$@"'
    assert arguments[-1] == name


def test_the_password_is_generated_in_the_cluster(pod):
    source = pod().main.env["FIRST_USER_PASSWORD"]
    assert source == {"secretKeyRef": {"name": "airflow-first-user", "key": "password"}}


def test_the_password_can_be_in_a_secret_of_yours(manifests):
    found = manifests(passwordSecretName="mine")
    source = found.pod("create-user-job").main.env["FIRST_USER_PASSWORD"]
    assert source == {"secretKeyRef": {"name": "mine", "key": "password"}}
    assert "airflow-first-user" not in found.text


def test_the_password_can_be_text_as_in_the_official_chart(manifests):
    found = manifests(password="hunter2")
    assert found.find("Secret", "airflow-first-user")["data"] == {"password": "aHVudGVyMg=="}
    assert "hunter2" not in found.text


def test_the_job_waits_for_the_migrations(pod):
    assert pod().containers[0].name == "wait-for-airflow-migrations"
