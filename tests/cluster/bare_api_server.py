"""A Kubernetes API server with its database and nothing else: it admits pods, and starts none."""

import json
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any

from scripts.go_programs import program
from scripts.workshop.cluster import certificates
from scripts.workshop.cluster.layout import NODE_ADDRESS
from tests.processes import cpu_seconds, free_port

ADMIN = "admin-of-the-test"
READY_SECONDS = 90


@dataclass(frozen=True)
class Answer:
    """An answer of the server: status, object and warning."""

    status: int
    body: dict[str, Any]
    warning: str

    @property
    def refusal(self) -> str:
        """The message of a policy, without the names of policy and binding."""
        message = "" if self.status < 300 else self.body["message"]
        return message.partition(" denied request: ")[2] or message


@dataclass
class BareApiServer:
    """The server's address, its process and one connection, which stays open."""

    port: int
    authority: Path
    process: int
    _connection: HTTPSConnection | None = None

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        user: str = "",
        group: str = "",
        kind: str = "json",
    ) -> Answer:
        """Send a request as a user, by default as an administrator."""
        headers = {"Authorization": f"Bearer {ADMIN}", "Content-Type": f"application/{kind}"}
        if user:
            headers["Impersonate-User"] = user
        if group:
            headers["Impersonate-Group"] = group
        text = None if body is None else json.dumps(body)
        try:
            self._connection = self._connection or self._connect()
            self._connection.request(method, path, text, headers)
            answer = self._connection.getresponse()
            said = answer.read().decode()
            warning = answer.getheader("Warning") or ""
            is_json = said.startswith("{")
            return Answer(answer.status, json.loads(said) if is_json else {}, warning)
        except (OSError, HTTPException):
            self._connection = None
            raise

    def apply(self, path: str, manifest: Mapping[str, Any]) -> None:
        """Create or change an object by server-side apply; `path` is that of its collection."""
        name = manifest["metadata"]["name"]
        query = "fieldManager=test&force=true"
        answer = self.request("PATCH", f"{path}/{name}?{query}", manifest, kind="apply-patch+yaml")
        assert answer.status in (200, 201), answer.body

    @property
    def cpu_seconds(self) -> float:
        """The CPU time that the server has used."""
        return cpu_seconds(self.process)

    def _connect(self) -> HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.authority))
        return HTTPSConnection("127.0.0.1", self.port, context=context, timeout=60)


@contextmanager
def bare_api_server(folder: Path) -> Iterator[BareApiServer]:
    """Start etcd and kube-apiserver on loopback; stop both at the end."""
    pki = folder / "pki"
    certificates.create(pki)
    (folder / "tokens.csv").write_text(f"{ADMIN},{ADMIN},{ADMIN},system:masters\n")
    database, peer, port = free_port(), free_port(), free_port()
    etcd = [
        f"--data-dir={folder}/etcd",
        "--unsafe-no-fsync",
        f"--listen-client-urls=http://127.0.0.1:{database}",
        f"--advertise-client-urls=http://127.0.0.1:{database}",
        f"--listen-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-cluster=default=http://127.0.0.1:{peer}",
        "--log-level=warn",
    ]
    server = [
        f"--etcd-servers=http://127.0.0.1:{database}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        # No loopback address is allowed here; without the reconciler it is not used.
        f"--advertise-address={NODE_ADDRESS}",
        "--endpoint-reconciler-type=none",
        f"--tls-cert-file={pki}/kube-apiserver.crt",
        f"--tls-private-key-file={pki}/kube-apiserver.key",
        f"--token-auth-file={folder}/tokens.csv",
        f"--service-account-key-file={pki}/service-accounts.pub",
        f"--service-account-signing-key-file={pki}/service-accounts.key",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        "--service-cluster-ip-range=10.97.0.0/24",
        "--authorization-mode=RBAC",
        "--profiling=false",
    ]
    with _running("etcd", etcd, folder), _running("kube-apiserver", server, folder) as process:
        made = BareApiServer(port, pki / "ca.crt", process.pid)
        _wait_until_ready(made, process, folder / "kube-apiserver.log")
        yield made


@contextmanager
def _running(name: str, options: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen([program(name), *options], stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(server: BareApiServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if server.request("GET", "/readyz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"kube-apiserver did not become ready: {log.read_text()[-2000:]}")
