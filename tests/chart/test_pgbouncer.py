"""PgBouncer, which shares few connections to the database among all pods of Airflow."""

import base64
import configparser
import json
from typing import Any

import pytest

from scripts.manifests.network_policies import End
from tests.chart.cases import Case, merged
from tests.conftest import Render
from tests.rendered import Manifests

ON: dict[str, Any] = {"pgbouncer": {"enabled": True}}
PASSWORD = 'p"a/s@ :x'
OUTSIDE: dict[str, Any] = merged(
    ON,
    {
        "postgresql": {"enabled": False},
        "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
        "data": {
            "metadataConnection": {
                "host": "db.example.com",
                "port": 5433,
                "db": "flows",
                "user": "ada",
                "pass": PASSWORD,
            }
        },
    },
)
ASYNC = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS_ASYNC"


@pytest.fixture(scope="module")
def on(render: Render) -> Manifests:
    return render(ON)


@pytest.fixture(scope="module")
def outside(render: Render) -> Manifests:
    return render(OUTSIDE)


def data(manifests: Manifests, secret: str) -> dict[str, str]:
    found = manifests.find("Secret", f"airflow-{secret}")["data"]
    return {key: base64.b64decode(text).decode() for key, text in found.items()}


def ini(manifests: Manifests) -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None)
    read.read_string(data(manifests, "pgbouncer-config")["pgbouncer.ini"])
    return read


def wanted(manifests: Manifests) -> dict[str, Any]:
    """Secrets that the Job has to create: Secret -> key -> how."""
    asked = json.loads(manifests.pod("create-secrets").main.spec["args"][0])
    return {secret["name"]: secret["data"] for secret in asked}


def files(manifests: Manifests) -> dict[str, str]:
    """The Secret behind each file of the container."""
    pod = manifests.pod("pgbouncer")
    return {
        path: pod.volumes[mount["name"]]["secret"]["secretName"]
        for path, mount in pod.main.mounts.items()
        if "secret" in pod.volumes[mount["name"]]
    }


def test_airflow_reaches_the_database_through_it(outside: Manifests):
    assert data(outside, "metadata")["connection"] == (
        "postgresql+psycopg2://ada:p%22a%2Fs%40%20%3Ax@airflow-pgbouncer.airflow:6543/airflow-metadata"
    )


def test_it_knows_the_database_and_its_user(outside: Manifests):
    databases = ini(outside)["databases"]
    address = "host=db.example.com dbname=flows port=5433"
    assert databases["airflow-metadata"] == f"{address} pool_size=10"
    assert databases["airflow-result-backend"] == f"{address} pool_size=5"
    assert data(outside, "pgbouncer-config")["users.txt"] == '"ada" "p""a/s@ :x"\n'
    assert ini(outside)["pgbouncer"]["stats_users"] == "ada"


def test_a_transaction_has_a_connection_of_its_own(outside: Manifests):
    assert ini(outside)["pgbouncer"]["pool_mode"] == "transaction"


def test_settings_are_those_of_values(render: Render):
    settings = {
        "auth_type": "md5",
        "auth_file": "/mine",
        "maxClientConn": 7,
        "verbose": 3,
        "logConnections": 1,
        "logDisconnections": 1,
        "sslmode": "verify-full",
        "ciphers": "fast",
        "extraIni": "min_pool_size = 2",
        "extraIniMetadata": "reserve_pool=9",
    }
    found = ini(render(merged(OUTSIDE, {"pgbouncer": settings})))
    said = {
        "auth_type": "md5",
        "auth_file": "/mine",
        "max_client_conn": "7",
        "verbose": "3",
        "log_connections": "1",
        "log_disconnections": "1",
        "server_tls_sslmode": "verify-full",
        "server_tls_ciphers": "fast",
        "min_pool_size": "2",
    }
    assert said.items() <= dict(found["pgbouncer"]).items()
    assert found["databases"]["airflow-metadata"].endswith("pool_size=10 reserve_pool=9")


def test_the_job_makes_what_needs_the_generated_password(on: Manifests):
    password = {"secret": "airflow-postgresql", "key": "password"}
    made = wanted(on)
    assert made["airflow-pgbouncer-users"]["users.txt"] == {
        "text": '"airflow" {quotedPassword}',
        "password": password,
    }
    assert made["airflow-pgbouncer-stats"]["connection"] == {
        "text": "postgresql://airflow:{password}@127.0.0.1:6543/pgbouncer?sslmode=disable",
        "password": password,
    }
    assert data(on, "pgbouncer-config").keys() == {"pgbouncer.ini"}


def test_turning_it_on_needs_no_change_of_a_secret_of_the_job(defaults: Manifests, on: Manifests):
    # The Job never changes a Secret: the one with the direct URL stays.
    assert "airflow-metadata" in wanted(defaults)
    name = next(reversed(wanted(on)))
    assert name == "airflow-metadata-pgbouncer"
    source = on.pod("scheduler").main.env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert source == {"secretKeyRef": {"name": name, "key": "connection"}}
    volume = on.pod("scheduler").volumes["metadata"]
    assert volume["secret"]["secretName"] == name


@pytest.mark.parametrize(
    ("values", "users"),
    [
        (ON, "airflow-pgbouncer-users"),
        (OUTSIDE, "airflow-pgbouncer-config"),
        (merged(ON, {"pgbouncer": {"configSecretName": "mine"}}), "mine"),
    ],
    ids=["generated", "text", "yours"],
)
def test_its_files_come_from_the_secret_that_has_them(render: Render, values: dict, users: str):
    config = "mine" if users == "mine" else "airflow-pgbouncer-config"
    assert files(render(values)) == {
        "/etc/pgbouncer/pgbouncer.ini": config,
        "/etc/pgbouncer/users.txt": users,
    }


def test_its_files_may_be_mounted_by_values(render: Render):
    assert files(render(merged(ON, {"pgbouncer": {"mountConfigSecret": False}}))) == {}


def test_files_for_tls_are_a_secret(render: Render):
    found = render(merged(ON, {"pgbouncer": {"ssl": {"ca": "A", "cert": "B", "key": "C"}}}))
    names = {"root.crt": "A", "server.crt": "B", "server.key": "C"}
    assert data(found, "pgbouncer-certificates") == names
    paths = {f"/etc/pgbouncer/{name}" for name in names}
    assert {path for path, one in files(found).items() if one.endswith("certificates")} == paths
    keys = ("server_tls_ca_file", "server_tls_cert_file", "server_tls_key_file")
    assert {ini(found)["pgbouncer"][key] for key in keys} == paths


def test_another_configuration_replaces_the_pod(render: Render, on: Manifests):
    key = "checksum/pgbouncer-config-secret"
    other = render(merged(ON, {"pgbouncer": {"maxClientConn": 7}}))
    assert other.pod("pgbouncer").annotations[key] != on.pod("pgbouncer").annotations[key]


def test_the_asynchronous_engine_expects_no_prepared_statement(on: Manifests, defaults: Manifests):
    assert defaults.pod("scheduler").main.env[ASYNC] == "chart_database.ASYNC"
    for component in ("api-server", "scheduler", "dag-processor", "triggerer"):
        main = on.pod(component).main
        assert main.env[ASYNC] == "chart_database.POOLED"
        assert "/opt/airflow/config/chart_database.py" in main.mounts
    assert ASYNC not in on.pod("worker").main.env


@pytest.mark.parametrize(
    ("own", "of_the_database", "used"),
    [
        ("prefer", "verify-full", "verify-full"),
        ("prefer", "require", "require"),
        ("verify-full", "require", "verify-full"),
        ("prefer", "disable", "prefer"),
    ],
)
def test_the_stricter_mode_of_tls_counts(render: Render, own: str, of_the_database: str, used: str):
    database = {"metadataConnection": {"sslmode": of_the_database}}
    found = render(merged(OUTSIDE, {"data": database, "pgbouncer": {"sslmode": own}}))
    assert ini(found)["pgbouncer"]["server_tls_sslmode"] == used


def test_it_knows_the_authority_of_the_database(render: Render):
    secret = {"caSecret": {"name": "ca", "key": "tls.crt"}, "sslmode": "verify-full"}
    found = render(merged(OUTSIDE, {"data": {"metadataConnection": secret}}))
    path = ini(found)["pgbouncer"]["server_tls_ca_file"]
    assert files(found)[path] == "ca"


def test_only_it_reaches_the_database(render: Render):
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "watch"}}}
    case = Case(render(merged(ON, {"pgbouncer": {"extraNetworkPolicies": [peer]}})))
    ends = {**case.ends, "prometheus": End("watch", {})}
    callers = ("scheduler", "run-airflow-migrations", "pgbouncer", "worker", "prometheus")
    allowed = {
        caller: [
            case.network.allows(ends[caller], ends["postgresql"], 5432),
            case.network.allows(ends[caller], ends["pgbouncer"], 6543),
            case.network.allows(ends[caller], ends["pgbouncer"], 9127),
        ]
        for caller in callers
    }
    assert allowed == {
        "scheduler": [False, True, False],
        "run-airflow-migrations": [False, True, False],
        "pgbouncer": [True, False, False],
        "worker": [False, False, False],
        "prometheus": [False, True, True],
    }


def test_only_it_calls_a_database_outside(outside: Manifests):
    named = [
        policy["metadata"]["name"]
        for policy in outside.of("NetworkPolicy")
        if "10.1.0.0/16" in str(policy["spec"])
    ]
    assert named == ["airflow-pgbouncer-policy"]


def test_its_exporter_has_the_url_of_statistics(render: Render, on: Manifests):
    exporter = on.pod("pgbouncer").container("metrics-exporter")
    assert exporter.env["DATABASE_URL"] == {
        "secretKeyRef": {"name": "airflow-pgbouncer-stats", "key": "connection"}
    }
    assert exporter.ports == {"metrics": 9127}
    yours = {"statsSecretName": "mine", "statsSecretKey": "url"}
    values = merged(ON, {"pgbouncer": {"metricsExporterSidecar": yours}})
    found = render(values).pod("pgbouncer").container("metrics-exporter")
    assert found.env["DATABASE_URL"] == {"secretKeyRef": {"name": "mine", "key": "url"}}
    assert "airflow-pgbouncer-stats" not in wanted(render(values))


def test_its_service_has_both_ports(on: Manifests):
    service = on.find("Service", "airflow-pgbouncer")
    assert {one["name"]: one["port"] for one in service["spec"]["ports"]} == {
        "pgbouncer": 6543,
        "pgb-metrics": 9127,
    }
    assert service["metadata"]["annotations"]["prometheus.io/port"] == "9127"


def test_its_service_may_have_an_address(render: Render):
    values = merged(ON, {"pgbouncer": {"service": {"clusterIp": "10.96.0.50"}}})
    assert render(values).find("Service", "airflow-pgbouncer")["spec"]["clusterIP"] == "10.96.0.50"


def test_several_pods_have_a_disruption_budget(render: Render):
    settings = {"replicas": 3, "podDisruptionBudget": {"enabled": True}}
    found = render(merged(ON, {"pgbouncer": settings}))
    assert found.workload("pgbouncer")["spec"]["replicas"] == 3
    assert found.find("PodDisruptionBudget", "airflow-pgbouncer-pdb")["spec"]["maxUnavailable"] == 1
