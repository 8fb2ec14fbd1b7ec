"""The Job that creates missing secrets inside the cluster, so that none is in a manifest."""

import json
from typing import Any

import pytest

from tests.conftest import Render
from tests.rendered import Manifests

OWN = {
    "fernetKeySecretName": "mine",
    "jwtSecretName": "mine",
    "apiSecretKeySecretName": "mine",
    "data": {"metadataSecretName": "mine"},
    "postgresql": {"auth": {"existingSecret": "mine"}},
}


@pytest.fixture
def wanted(render: Render):
    """Secrets that the Job has to create for values: Secret -> key -> how."""

    def act(values: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        pod = render(values, **options).pod("create-secrets")
        asked = json.loads(pod.main.spec["args"][0])
        return {secret["name"]: secret["data"] for secret in asked}

    return act


def rules(manifests: Manifests) -> dict[str, list[str]]:
    """Permissions of the Job: the names to which each verb is limited."""
    role = manifests.find("Role", "airflow-create-secrets")
    assert {rule["resources"][0] for rule in role["rules"]} == {"secrets"}
    return {rule["verbs"][0]: rule.get("resourceNames", []) for rule in role["rules"]}


def test_every_secret_without_a_name_in_values_is_created(wanted):
    assert wanted({"createUserJob": {"enabled": True}}).keys() == {
        "airflow-fernet-key",
        "airflow-jwt-secret",
        "airflow-api-secret-key",
        "airflow-first-user",
        "airflow-postgresql",
        "airflow-metadata",
    }


def test_no_password_is_created_without_a_user(wanted):
    assert "airflow-first-user" not in wanted()


@pytest.mark.parametrize(
    ("secret", "key", "how"),
    [
        ("airflow-fernet-key", "fernet-key", "fernet"),
        ("airflow-jwt-secret", "jwt-secret", "token"),
        ("airflow-api-secret-key", "api-secret-key", "token"),
        ("airflow-postgresql", "password", "token"),
    ],
)
def test_a_created_secret_has_the_official_key(wanted, secret: str, key: str, how: str):
    assert wanted()[secret] == {key: {"generate": how}}


def test_the_secret_of_the_first_user_has_its_name(wanted):
    user = {"enabled": True, "defaultUser": {"username": "ada"}}
    assert wanted({"createUserJob": user})["airflow-first-user"] == {
        "username": {"text": "ada"},
        "password": {"generate": "token"},
    }


def test_the_url_of_the_database_names_its_driver_and_takes_its_password(wanted):
    assert wanted(namespace="team")["airflow-metadata"]["connection"] == {
        "text": "postgresql+psycopg2://airflow:{password}@airflow-postgresql.team:5432/airflow",
        "password": {"secret": "airflow-postgresql", "key": "password"},
    }


def test_the_url_that_pods_wait_for_comes_last(wanted):
    assert list(wanted({"createUserJob": {"enabled": True}}))[-1] == "airflow-metadata"


def test_the_password_comes_before_the_url_that_holds_it(wanted):
    names = list(wanted())
    assert names.index("airflow-postgresql") < names.index("airflow-metadata")


@pytest.mark.parametrize(
    "value", ["fernetKeySecretName", "jwtSecretName", "apiSecretKeySecretName"]
)
def test_a_secret_of_yours_is_not_created(wanted, value: str):
    assert len(wanted({value: "mine"})) == len(wanted()) - 1


@pytest.mark.parametrize("value", ["fernetKey", "jwtSecret", "apiSecretKey"])
def test_a_secret_that_is_text_is_not_created(wanted, value: str):
    assert len(wanted({value: "text"})) == len(wanted()) - 1


def test_your_password_of_the_database_is_read_for_the_url(render: Render, wanted):
    values = {"postgresql": {"auth": {"existingSecret": "mine"}}}
    assert "airflow-postgresql" not in wanted(values)
    assert wanted(values)["airflow-metadata"]["connection"]["password"]["secret"] == "mine"
    assert rules(render(values))["get"] == ["mine"]


def test_there_is_no_job_when_every_secret_exists(render: Render):
    text = render(OWN).text
    assert "create-secrets" not in text.replace("create_secrets.py", "")


def test_it_may_create_secrets_and_read_the_one_password(defaults: Manifests):
    assert rules(defaults) == {"create": [], "get": ["airflow-postgresql"]}


def test_the_job_reads_no_secret_if_it_creates_no_url(render: Render):
    values = {
        "postgresql": {"enabled": False},
        "data": {"metadataSecretName": "mine"},
        "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
    }
    assert rules(render(values)) == {"create": []}


def test_it_runs_the_program_of_the_chart(defaults: Manifests):
    main = defaults.pod("create-secrets").main
    assert main.spec["command"] == ["python", "/opt/programs/create_secrets.py"]
    assert "create_secrets.py" in defaults.find("ConfigMap", "airflow-programs")["data"]


def test_the_job_gets_its_namespace_and_release(render: Render):
    env = render(name="red", namespace="team").pod("create-secrets").main.env
    assert env == {"NAMESPACE": "team", "RELEASE": "red"}


def test_the_job_does_not_wait_for_the_database(defaults: Manifests):
    assert [c.name for c in defaults.pod("create-secrets").containers] == ["create-secrets"]
