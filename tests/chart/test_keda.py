"""Queries of KEDA, run by a real PostgreSQL, and the URL with which KEDA connects."""

import base64
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import parse_dsn

from tests.chart.cases import merged
from tests.chart.keda import CASES, ON, expected, queries, rows
from tests.chart.programs import load, postgresql, server_programs
from tests.chart.test_pgbouncer import OUTSIDE, PASSWORD, wanted
from tests.conftest import Render
from tests.rendered import Manifests

# Columns of Airflow 3 that the queries read; the cluster test has all of them.
TABLES = """
create table task_instance (state varchar(20), queue varchar(256), executor varchar(1000));
create table trigger (id integer);
"""
CELERY: dict[str, Any] = merged(ON, {"executor": "CeleryExecutor"})
EXTERNAL = merged(OUTSIDE, CELERY)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    programs = server_programs()
    if programs is None:
        pytest.skip("this machine has no PostgreSQL server (initdb)")
    with postgresql(programs) as url:
        yield url.replace("+psycopg2", "")


@pytest.fixture
def database(server: str) -> Iterator[Connection]:
    """A connection to a database with Airflow's tables, which forgets what the test changes."""
    found = psycopg2.connect(server)
    yield found
    found.rollback()
    found.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_queries_ask_for_the_pods_that_the_work_needs(
    render: Render, database: Connection, case: dict[str, Any]
):
    asked = queries(render, case)
    with database.cursor() as cursor:
        cursor.execute(TABLES)
        for statement, parameters in rows(case):
            cursor.execute(statement, parameters)
        assert {name: answer(cursor, query) for name, query in asked.items()} == expected(
            case, asked
        )


def answer(cursor: Any, query: str) -> float:
    """Return the only value of the only row, which KEDA reads as a number."""
    cursor.execute(query)
    [[value]] = cursor.fetchall()
    return float(value)


def connections(manifests: Manifests) -> dict[str, dict[str, str]]:
    """Return the secretKeyRef of the connection of each ScaledObject, by the variable's pod."""
    found = {}
    for one in manifests.of("ScaledObject"):
        spec = one["spec"]
        target = spec["scaleTargetRef"]
        workload = manifests.find(target["kind"], target["name"])
        containers = workload["spec"]["template"]["spec"]["containers"]
        main = next(c for c in containers if c["name"] == target["envSourceContainerName"])
        variable = spec["triggers"][0]["metadata"]["connectionFromEnv"]
        [value] = [e["valueFrom"] for e in main["env"] if e["name"] == variable]
        found[one["metadata"]["name"]] = value["secretKeyRef"]
    assert found
    return found


@pytest.mark.parametrize("by_pgbouncer", [True, False])
@pytest.mark.parametrize("runs", [True, False])
def test_keda_understands_the_url_of_a_password_in_values(
    render: Render, by_pgbouncer: bool, runs: bool
):
    keda = {"keda": {"usePgbouncer": by_pgbouncer}}
    more = {"pgbouncer": {"enabled": runs}, "workers": keda, "triggerer": keda}
    manifests = render(merged(EXTERNAL, more))
    for reference in connections(manifests).values():
        data = manifests.find("Secret", reference["name"])["data"]
        parsed = parse_dsn(base64.b64decode(data[reference["key"]]).decode())
        place = "airflow-pgbouncer.airflow" if runs and by_pgbouncer else "db.example.com"
        assert (parsed["host"], parsed["user"], parsed["password"]) == (place, "ada", PASSWORD)


@pytest.mark.parametrize("runs", [True, False])
def test_keda_understands_the_url_that_the_job_makes(render: Render, runs: bool):
    manifests = render(merged(CELERY, {"pgbouncer": {"enabled": runs}}))
    create_secrets = load("create_secrets")

    class Api:
        def read(self, name: str, key: str) -> str:
            return PASSWORD

    for reference in connections(manifests).values():
        how = wanted(manifests)[reference["name"]][reference["key"]]
        parsed = parse_dsn(create_secrets.value(how, Api()))
        place = "airflow-pgbouncer.airflow" if runs else "airflow-postgresql.airflow"
        assert (parsed["host"], parsed["password"]) == (place, PASSWORD)


@pytest.mark.parametrize(("by_pgbouncer", "key"), [(True, "connection"), (False, "kedaConnection")])
def test_a_secret_of_the_installer_has_the_url_under_a_key_of_the_official_chart(
    render: Render, by_pgbouncer: bool, key: str
):
    keda = {"keda": {"usePgbouncer": by_pgbouncer}}
    database = {
        "postgresql": {"enabled": False},
        "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
        "data": {"metadataSecretName": "mine"},
        "triggerer": keda,
        "workers": keda,
    }
    found = connections(render(merged(CELERY, database)))
    assert list(found.values()) == [{"name": "mine", "key": key}] * len(found)
