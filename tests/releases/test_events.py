"""Events in Datadog: of a deployment, which graphs show, and of drift."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import urllib3

from scripts.datadog.widgets import DEPLOYMENTS
from scripts.releases import events, find
from scripts.releases.discovery import environments

Received = list[tuple[str, str, dict[str, Any]]]


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Iterator[Received]:
    """Requests to an API that accepts events with the key `good`."""
    requests: Received = []

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key = self.headers["DD-API-KEY"]
            requests.append((self.path, key, body))
            self.send_response(202 if key == "good" else 403)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    real = urllib3.request

    def request(method: str, url: str, **more: Any) -> urllib3.BaseHTTPResponse:
        assert url.startswith("https://api.datadoghq.eu/")
        address = f"http://127.0.0.1:{server.server_port}"
        return real(method, url.replace("https://api.datadoghq.eu", address), **more)

    monkeypatch.setattr(events.urllib3, "request", request)
    yield requests
    server.shutdown()


def test_a_deployment_sends_an_event_that_graphs_select(
    received: Received, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DD_API_KEY", "good")
    events.deployed(find("prod/payments"), 7)
    [(path, key, body)] = received
    assert (path, key) == ("/api/v1/events", "good")
    wanted = DEPLOYMENTS.replace("$env", "env:prod").replace("$service", "service:airflow")
    assert set(body["tags"]) == set(wanted.replace("$team", "team:payments").split())


def test_without_a_key_nothing_is_sent(received: Received, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DD_API_KEY", raising=False)
    events.deployed(find("prod/payments"), 7)
    assert received == []


def test_a_refused_event_does_not_fail_the_deployment(
    received: Received, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    monkeypatch.setenv("DD_API_KEY", "bad")
    events.deployed(find("prod/payments"), 7)
    assert len(received) == 1
    shown = capsys.readouterr()
    assert "Datadog has no event of this deployment: status 403" in shown.out + shown.err


@pytest.mark.parametrize("name", [one.name for one in environments() if one.terraform])
def test_drift_is_an_event_that_mentions_the_recipient_of_warnings(
    received: Received, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setenv("DD_API_KEY", "good")
    [environment] = [one for one in environments() if one.name == name]
    events.drifted(environment, ["resources of Terraform", f"{name}/payments"])
    [(_, _, body)] = received
    assert {f"env:{name}", "event:drift"} <= set(body["tags"])
    assert f"{name}/payments" in body["text"] and body["alert_type"] == "warning"
    monitoring = environment.terraform.monitoring
    assert not monitoring or body["text"].endswith(monitoring.notify.warn)
