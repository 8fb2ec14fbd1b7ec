"""Secrets written as text in values, as the official chart takes them."""

from base64 import b64decode
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import Render
from tests.rendered import Manifests

OUTSIDE = {
    "user": "ada",
    "pass": "p@ss/w:rd?#%+ é",
    "host": "db.example.com",
    "port": 6432,
    "db": "engine",
    "sslmode": "require",
}
EXTERNAL = {
    "postgresql": {"enabled": False},
    "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
}


def decoded(manifests: Manifests, name: str) -> dict[str, str]:
    data = manifests.find("Secret", name)["data"]
    return {key: b64decode(text).decode() for key, text in data.items()}


@pytest.fixture
def url(render: Render):
    """The URL of the metadata database for the parts of it."""

    def act(**parts: Any) -> str:
        values = {**EXTERNAL, "data": {"metadataConnection": {**OUTSIDE, **parts}}}
        return decoded(render(values), "airflow-metadata")["connection"]

    return act


def test_there_is_no_secret_by_default(all_on: Manifests):
    # The configuration of PgBouncer is a Secret in the official chart; here it holds no password.
    keys = {key for secret in all_on.of("Secret") for key in secret["data"]}
    assert keys == {"pgbouncer.ini"}


@pytest.mark.parametrize(
    ("value", "annotations", "secret", "key"),
    [
        ("fernetKey", "fernetKeySecretAnnotations", "airflow-fernet-key", "fernet-key"),
        ("jwtSecret", "jwtSecretAnnotations", "airflow-jwt-secret", "jwt-secret"),
        ("apiSecretKey", "apiSecretAnnotations", "airflow-api-secret-key", "api-secret-key"),
    ],
)
def test_a_text_becomes_a_secret_with_the_official_name(
    render: Render, value: str, annotations: str, secret: str, key: str
):
    manifests = render({value: "hunter2", annotations: {"a": "b"}})
    assert decoded(manifests, secret) == {key: "hunter2"}
    assert manifests.find("Secret", secret)["metadata"]["annotations"] == {"a": "b"}
    assert "hunter2" not in manifests.text


def test_the_url_has_the_driver(url):
    assert urlsplit(url()).scheme == "postgresql+psycopg2"


def test_the_parts_of_the_url_are_those_of_values(url):
    found = urlsplit(url())
    assert (found.username, found.hostname, found.port) == ("ada", "db.example.com", 6432)
    assert (found.path, found.query) == ("/engine", "sslmode=require")


def test_no_character_of_a_password_breaks_the_url(url):
    assert unquote(urlsplit(url()).password) == OUTSIDE["pass"]


def test_the_driver_may_be_named_as_the_official_chart_does(url):
    assert url(protocol="postgresql+psycopg2") == url(protocol="postgresql")


def test_the_url_of_mysql_has_no_parameter_of_postgresql(url):
    found = urlsplit(url(protocol="mysql"))
    assert (found.scheme, found.hostname, found.query) == ("mysql", "db.example.com", "")
    assert unquote(found.password) == OUTSIDE["pass"]


def test_the_results_of_celery_may_be_in_another_database_of_mysql(render: Render):
    parts = {**OUTSIDE, "protocol": "mysql"}
    values = {"executor": "CeleryExecutor", "redis": {"enabled": True}}
    manifests = render({**values, "data": {"resultBackendConnection": parts}})
    found = urlsplit(decoded(manifests, "airflow-result-backend")["connection"])
    assert (found.scheme, found.hostname, found.query) == ("db+mysql", "db.example.com", "")


def test_the_secret_of_the_url_has_annotations(render: Render):
    parts = {**OUTSIDE, "secretAnnotations": {"a": "b"}}
    values = {**EXTERNAL, "data": {"metadataConnection": parts}}
    found = render(values).find("Secret", "airflow-metadata")
    assert found["metadata"]["annotations"] == {"a": "b"}


@pytest.mark.parametrize(
    ("value", "variable", "key"),
    [
        ("fernetKeySecretName", "AIRFLOW__CORE__FERNET_KEY", "fernet-key"),
        ("jwtSecretName", "AIRFLOW__API_AUTH__JWT_SECRET", "jwt-secret"),
        ("apiSecretKeySecretName", "AIRFLOW__API__SECRET_KEY", "api-secret-key"),
    ],
)
def test_your_secret_replaces_that_of_the_chart(
    render: Render, value: str, variable: str, key: str
):
    manifests = render({value: "mine"})
    sources = {str(c.env[variable]) for _, c in manifests.containers() if variable in c.env}
    assert sources == {str({"secretKeyRef": {"key": key, "name": "mine"}})}
    assert f"airflow-{key}" not in manifests.text


def test_the_wait_reads_your_secret_of_the_database(render: Render):
    manifests = render(
        {"data": {"metadataSecretName": "mine"}, "postgresql": {"auth": {"existingSecret": "x"}}}
    )
    assert manifests.pod("scheduler").volumes["metadata"]["secret"]["secretName"] == "mine"
