"""The webhook of images/admission as a process on loopback, with a certificate of its own."""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from types import ModuleType
from typing import Any

from scripts.paths import IMAGES, ROOT
from tests.processes import free_port, load

PROGRAM = IMAGES / "admission" / "webhook.py"
READY_SECONDS = 30


def loaded(name: str) -> ModuleType:
    """Import a program of the image."""
    return load(PROGRAM.with_name(f"{name}.py"))


def mount(folder: Path, files: Mapping[str, str]) -> None:
    """Replace the files of a mounted Secret as kubelet does: by the change of one link."""
    version = folder / f"..{time.monotonic_ns()}"
    version.mkdir(parents=True)
    for name, text in files.items():
        (version / name).write_text(text)
    link = folder / "..new"
    link.symlink_to(version.name)
    link.replace(folder / "..data")
    for name in files:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")
    for old in folder.glob("..[0-9]*"):
        if old != version:
            shutil.rmtree(old)


@dataclass
class WebhookProcess:
    """A running webhook: its port, and the certificates that clients trust."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def trusted(self) -> Path:
        return self.folder / "trusted.pem"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def client(self) -> HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.trusted))
        return HTTPSConnection("localhost", self.port, context=context, timeout=10)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        client: HTTPSConnection | None = None,
    ) -> tuple[int, bytes]:
        """Return status and body of an answer; without a client, the connection is a new one."""
        used = client or self.client()
        try:
            used.request(method, path, body)
            answer = used.getresponse()
            return answer.status, answer.read()
        finally:
            if client is None:
                used.close()

    def renew(self) -> None:
        """Replace the certificate; clients trust the old and the new one."""
        certificate, key = loaded("certificate").created("localhost")
        with self.trusted.open("a") as file:
            file.write(certificate)
        mount(self.folder / "certificate", {"tls.crt": certificate, "tls.key": key})

    def is_ready(self) -> bool:
        try:
            return self.send("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready():
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)


@contextmanager
def webhook_process(
    folder: Path, table: Mapping[str, Any], *, certificate: bool = True, drain_seconds: float = 0.2
) -> Iterator[WebhookProcess]:
    """Run the webhook with a table as the chart renders it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "certificate").mkdir(exist_ok=True)
    (folder / "table.json").write_text(json.dumps(table))
    (folder / "trusted.pem").touch()
    port = free_port()
    command: list[Any] = [sys.executable, PROGRAM, "--host", "127.0.0.1", "--port", port]
    command += ["--table", folder / "table.json", "--certificate", folder / "certificate"]
    command += ["--poll-seconds", 0.1, "--drain-seconds", drain_seconds]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(word) for word in command],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=log,
            stderr=log,
        )
    made = WebhookProcess(port, folder, process)
    try:
        if certificate:
            made.renew()
            made.wait_until_ready()
        yield made
    finally:
        process.kill()
        process.wait()


def review(pod: Mapping[str, Any], **request: Any) -> bytes:
    """An AdmissionReview about the creation of a pod."""
    asked = {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "namespace": "payments",
        "operation": "CREATE",
        "userInfo": {"username": "author", "groups": ["system:authenticated"]},
        "object": {"apiVersion": "v1", "kind": "Pod", **pod},
        "oldObject": None,
        "dryRun": False,
        **request,
    }
    kind = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}
    return json.dumps({**kind, "request": asked}).encode()
