"""Both engines of Airflow reach a real PostgreSQL, by TLS, and by tokens without a password."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scripts.paths import CHART, ROOT
from tests.chart.cases import merged
from tests.chart.programs import postgresql, server_programs
from tests.conftest import Render
from tests.rendered import Manifests

PASSWORD = 'p"a/s@ :%x'
USER = "air flow"
MOUNTED = "/run/secrets/database-ca/ca.crt"
OUTSIDE: dict[str, Any] = {
    "postgresql": {"enabled": False},
    "data": {
        "metadataConnection": {
            "host": "localhost",
            "user": USER,
            "pass": PASSWORD,
            "db": "postgres",
            "sslmode": "verify-full",
            "caSecret": {"name": "database-ca", "key": "tls.crt"},
        }
    },
    "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
}
TOKENS: dict[str, Any] = merged(
    OUTSIDE, {"data": {"metadataConnection": {"pass": None, "iam": {"enabled": True}}}}
)
VARIABLE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
FUNCTION = "AIRFLOW_CHART_DATABASE_TOKEN"


def certificate(name: str, signer: tuple[Any, Any] | None = None) -> tuple[Any, Any]:
    """Return a certificate and its key, signed by itself or by another one."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signing = (signer[0].subject, signer[1]) if signer else (subject, key)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(signer is None, None), critical=True)
    )
    return made.sign(signing, hashes.SHA256()), key


def pem(one: Any) -> str:
    if hasattr(one, "private_bytes"):
        form = serialization.PrivateFormat.PKCS8
        plain = serialization.NoEncryption()
        return one.private_bytes(serialization.Encoding.PEM, form, plain).decode()
    return one.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates of an authority that signs the server's, and of one that does not."""
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    """A server that takes only TLS and passwords on localhost; the URL of its socket."""
    programs = server_programs()
    if not programs:
        pytest.skip("needs initdb and pg_ctl of PostgreSQL")
    authority = certificate("authority")
    signed, key = certificate("localhost", authority)
    (folder / "ca.crt").write_text(pem(authority[0]))
    (folder / "other.crt").write_text(pem(certificate("other")[0]))
    with postgresql(programs, {"server.crt": pem(signed), "server.key": pem(key)}) as url:
        socket = url.replace("+psycopg2", "")
        connection = psycopg2.connect(socket)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'create role "{USER}" login password %s', (PASSWORD,))
        connection.close()
        yield socket


def made(manifests: Manifests) -> str:
    """The URL in the chart's Secret."""
    text = manifests.find("Secret", "airflow-metadata")["data"]["connection"]
    return base64.b64decode(text).decode()


@pytest.fixture
def answers(render: Render, server: str, folder: Path):
    """Answers of both engines for values, with parameters of the URL, and variables."""

    def act(values: dict[str, Any], more: str = "", ca: str = "ca.crt", **env: str) -> Any:
        port = parse_qs(urlsplit(server).query)["port"][0]
        manifests = render(merged(values, {"data": {"metadataConnection": {"port": int(port)}}}))
        main = manifests.pod("scheduler").main
        url = made(manifests).replace(MOUNTED, str(folder / ca)) + more
        name = main.env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS_ASYNC"].split(".")[1]
        stated = {FUNCTION: main.env[FUNCTION]} if FUNCTION in main.env else {}
        env = {VARIABLE: url, "ISSUER_URL": server, **stated, **env}
        session = ROOT / "tests" / "chart" / "database_session.py"
        path = f"{CHART / 'files'}:{ROOT}"
        done = subprocess.run(
            [sys.executable, session, url, name],
            env={**os.environ, "PYTHONPATH": path, **env},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return act


def with_mode(mode: str) -> dict[str, Any]:
    return merged(OUTSIDE, {"data": {"metadataConnection": {"sslmode": mode}}})


@pytest.mark.parametrize("mode", ["prefer", "require", "verify-ca", "verify-full"])
def test_both_engines_connect_by_tls(answers, mode: str):
    found = answers(with_mode(mode))
    assert [[one[:2] for one in found[engine]] for engine in found] == [[[USER, True]] * 2] * 2


def test_both_engines_keep_the_mode_that_turns_tls_off(answers):
    # The server takes connections by TLS only.
    found = answers(with_mode("disable"))
    assert all("no encryption" in found[engine] for engine in ("sync", "async")), found


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_both_engines_refuse_a_server_of_another_authority(answers, mode: str):
    found = answers(with_mode(mode), ca="other.crt")
    assert all("certificate verify failed" in found[engine] for engine in ("sync", "async")), found


def test_both_engines_read_other_parameters_of_libpq(answers):
    more = (
        "&connect_timeout=7&application_name=flows&options=-csearch_path%3Dflows&keepalives=1"
        "&target_session_attrs=read-write&channel_binding=prefer"
    )
    found = answers(OUTSIDE, more)
    assert found == {engine: [[USER, True, "flows", "flows"]] * 2 for engine in ("sync", "async")}


def test_each_connection_has_a_new_token_and_old_ones_are_refused(
    answers, server: str, tmp_path: Path
):
    log = tmp_path / "issued"
    try:
        more = {FUNCTION: "tests.chart.database_tokens.issue", "ISSUED": str(log)}
        found = answers(TOKENS, **more)
        tokens = log.read_text().splitlines()
        assert [[one[:2] for one in found[engine]] for engine in found] == [[[USER, True]] * 2] * 2
        assert len(set(tokens)) == len(tokens) == 4
        port = parse_qs(urlsplit(server).query)["port"][0]
        place = {"host": "127.0.0.1", "port": port, "user": USER, "dbname": "postgres"}
        psycopg2.connect(**place, password=tokens[-1]).close()
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(**place, password=tokens[-2])
    finally:
        connection = psycopg2.connect(server)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'alter role "{USER}" password %s', (PASSWORD,))
        connection.close()


def test_a_token_makes_the_only_secret_a_url_without_a_password(render: Render):
    manifests = render(TOKENS)
    assert made(manifests) == (
        f"postgresql+psycopg2://air%20flow@localhost:5432/postgres?sslmode=verify-full"
        f"&sslrootcert={MOUNTED}"
    )
    for pod in manifests.pods():
        if VARIABLE in pod.main.env:
            assert pod.main.env[FUNCTION] == "chart_database.rds"
            assert pod.main.env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS"]
            assert "/opt/airflow/config/chart_database.py" in pod.main.mounts


def test_pods_that_read_the_url_and_their_wait_have_the_authority(render: Render):
    pods = [pod for pod in render(OUTSIDE).pods() if VARIABLE in pod.main.env]
    secret = {"secretName": "database-ca", "items": [{"key": "tls.crt", "path": "ca.crt"}]}
    waits = [c for pod in pods for c in pod.containers if c.name.startswith("wait-for-airflow")]
    assert pods
    assert waits
    assert all(pod.volumes["database-ca"]["secret"] == secret for pod in pods)
    assert all(Path(MOUNTED).parent.as_posix() in one.mounts for one in waits)
    assert all(Path(MOUNTED).parent.as_posix() in pod.main.mounts for pod in pods)


def test_task_pods_have_neither_the_authority_nor_tokens(render: Render):
    task = render(TOKENS).pod_template
    assert task
    assert "database-ca" not in task.volumes
    assert not {FUNCTION, VARIABLE} & task.main.env.keys()
