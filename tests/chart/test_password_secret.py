"""A Secret that holds the password of an external database, and nothing else."""

import json
from typing import Any

import pytest

from tests.chart.cases import merged
from tests.conftest import Render
from tests.rendered import Manifests

CONNECTION = {
    "host": "db.example.com",
    "port": 5433,
    "user": "air flow",
    "db": "airflow",
    "sslmode": "require",
    "passwordSecret": {"name": "rds", "key": "secret"},
}
OUTSIDE: dict[str, Any] = {
    "postgresql": {"enabled": False},
    "data": {"metadataConnection": CONNECTION},
    "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
}
PASSWORD = {"secret": "rds", "key": "secret"}
POOLED = merged(OUTSIDE, {"pgbouncer": {"enabled": True, "sslmode": "require"}})


@pytest.fixture
def manifests(render: Render):
    return lambda more=None, base=OUTSIDE: render(merged(base, more or {}))


def made(manifests: Manifests) -> dict[str, Any]:
    """Secrets that the Job makes with the password: Secret -> key -> how."""
    asked = json.loads(manifests.pod("create-secrets").main.spec["args"][0])
    return {one["name"]: one["data"] for one in asked if "password" in str(one)}


def test_the_job_makes_the_url_with_the_password(manifests):
    place = "://air%20flow:{password}@db.example.com:5433/airflow?sslmode=require"
    airflow, keda = (
        {"text": scheme + place, "password": PASSWORD}
        for scheme in ("postgresql+psycopg2", "postgresql")
    )
    keys = {"connection": airflow, "kedaConnection": keda, "kedaPooledConnection": keda}
    assert made(manifests()) == {"airflow-metadata": keys}


def test_the_job_may_read_this_secret_only(manifests):
    rules = manifests().find("Role", "airflow-create-secrets")["rules"]
    assert [one.get("resourceNames") for one in rules if one["verbs"] == ["get"]] == [["rds"]]


def test_pods_read_and_wait_with_the_url(manifests):
    pod = manifests().pod("scheduler")
    variables = {one["name"]: one for one in pod.main.spec["env"]}
    assert variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]["valueFrom"] == {
        "secretKeyRef": {"name": "airflow-metadata", "key": "connection"}
    }
    assert pod.volumes["metadata"]["secret"]["secretName"] == "airflow-metadata"


def test_pgbouncer_logs_in_with_the_password(manifests):
    assert {name: set(data) for name, data in made(manifests(base=POOLED)).items()} == {
        "airflow-pgbouncer-users": {"users.txt"},
        "airflow-pgbouncer-stats": {"connection"},
        "airflow-metadata-pgbouncer": {"connection", "kedaConnection", "kedaPooledConnection"},
    }


@pytest.mark.parametrize("base", [OUTSIDE, POOLED], ids=["direct", "PgBouncer"])
def test_another_revision_makes_other_secrets(manifests, base: dict):
    first, second = (
        made(manifests({"secretRevisions": {"metadata": one}}, base)) for one in ("1", "2")
    )
    assert first.keys().isdisjoint(second)
    assert list(first.values()) == list(second.values())


def test_pods_read_the_secret_of_the_revision(manifests):
    found = manifests({"secretRevisions": {"metadata": "1"}})
    (name,) = made(found)
    assert found.pod("scheduler").volumes["metadata"]["secret"]["secretName"] == name
