"""The webhook as a process, over TLS: placements, certificates, its end, and bad requests."""

import base64
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from copy import deepcopy
from http.client import HTTPSConnection
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.admission.placement import amount, mutated
from scripts.admission.table import Table
from scripts.paths import IMAGES, ROOT
from tests.admission.conftest import Admit
from tests.admission.pods import NAMESPACES, random_pod
from tests.admission.test_placement import CASES
from tests.admission.test_webhook_objects import NAME, WEBHOOK
from tests.admission.webhook_process import WebhookProcess, review, webhook_process

LARGEST = 8 * 2**20
LABELLED = {"metadata": {"labels": {"workload-class": "spark"}}, "spec": {"containers": [{}]}}


@pytest.fixture(scope="module")
def rendered(admit: Admit) -> dict[str, Any]:
    """The table as the chart mounts it."""
    return json.loads(admit(WEBHOOK).find("ConfigMap", NAME)["data"]["table.json"])


@pytest.fixture(scope="module")
def webhook(
    rendered: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebhookProcess]:
    with webhook_process(tmp_path_factory.mktemp("webhook"), rendered) as made:
        yield made


@pytest.fixture(scope="module")
def client(webhook: WebhookProcess) -> Iterator[HTTPSConnection]:
    """One connection for many requests, as that of an API server."""
    made = webhook.client()
    yield made
    made.close()


def patched(pod: Mapping[str, Any], answer: bytes) -> dict[str, Any]:
    """A pod with the patch of an answer."""
    response = json.loads(answer)["response"]
    made = deepcopy(dict(pod))
    for operation in json.loads(base64.b64decode(response.get("patch", "W10="))):
        *parents, last = (
            part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]
        )
        place: Any = made
        for part in parents:
            place = place[int(part)] if isinstance(place, list) else place[part]
        key = int(last) if isinstance(place, list) else last
        if operation["op"] == "remove":
            del place[key]
        else:
            assert (operation["op"] == "replace") == (key in place)
            place[key] = operation["value"]
    return made


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_is_placed_as_by_the_functions(
    case: dict[str, Any], webhook: WebhookProcess, table: Table
):
    labels = {"workload-class": case["class"]}
    spec = {"containers": [{"name": "base"}], **case.get("spec", {})}
    notes = case.get("annotations", {})
    pod = {"metadata": {"labels": labels, "annotations": notes}, "spec": spec}
    _, answer = webhook.send("POST", "/mutate", review(pod))
    assert patched(pod, answer) == mutated(pod, table)


@settings(max_examples=300)
@given(seed=st.integers(0, 2**32))
def test_random_pods_are_placed_as_by_the_functions(
    seed: int, webhook: WebhookProcess, client: HTTPSConnection, table: Table
):
    random = Random(seed)
    pod = random_pod(random, random.choice(NAMESPACES))
    _, answer = webhook.send("POST", "/mutate", review(pod), client)
    assert patched(pod, answer) == mutated(pod, table)


def test_an_answer_allows_and_names_the_request(webhook: WebhookProcess):
    status, answer = webhook.send("POST", "/mutate", review(LABELLED, uid="abc"))
    response = json.loads(answer)["response"]
    assert (status, response["uid"], response["allowed"]) == (200, "abc", True)
    assert response["patchType"] == "JSONPatch"


@pytest.mark.parametrize(
    "request_of",
    [
        {"operation": "UPDATE"},
        {"subResource": "ephemeralcontainers"},
        {"kind": {"group": "apps", "version": "v1", "kind": "Deployment"}},
        {"userInfo": {"username": "system:node:a", "groups": ["system:nodes"]}},
    ],
    ids=["update", "subresource", "other kind", "exempt user"],
)
def test_other_requests_change_nothing(request_of: dict[str, Any], webhook: WebhookProcess):
    status, answer = webhook.send("POST", "/mutate", review(LABELLED, **request_of))
    assert (status, "patch" in json.loads(answer)["response"]) == (200, False)


def test_a_dry_run_has_the_same_answer(webhook: WebhookProcess):
    real, dry = (
        webhook.send("POST", "/mutate", review(LABELLED, dryRun=dry)) for dry in (False, True)
    )
    assert real == dry


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"", 400, "The body is not a valid AdmissionReview"),
        (b"{", 400, "The body is not a valid AdmissionReview"),
        (b"[]", 400, "The body is not a valid AdmissionReview: Expected `object`, got `array`"),
        (b'{"kind": "Pod", "apiVersion": "v1"}', 400, "The body is apiVersion 'v1', kind 'Pod'"),
        (
            b'{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1"}',
            400,
            "without a request: send a request of admission.k8s.io/v1 AdmissionReview.",
        ),
        (review({"metadata": {}}), 400, "Object missing required field `spec`"),
        (review({"metadata": {"labels": []}, "spec": {}}), 400, "Expected `object`, got `array`"),
        (b" " * (LARGEST + 1), 413, f"The body is larger than {LARGEST} bytes."),
    ],
    ids=["empty", "not JSON", "a list", "a pod", "no request", "no spec", "labels", "too large"],
)
def test_a_bad_body_is_answered_with_a_sentence(
    body: bytes, status: int, sentence: str, webhook: WebhookProcess
):
    found, answer = webhook.send("POST", "/mutate", body)
    assert (found, sentence in answer.decode()) == (status, True), answer
    assert "Traceback" not in answer.decode() + webhook.log


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/mutate", 405), ("POST", "/readyz", 405), ("GET", "/", 404)],
)
def test_a_wrong_address_is_answered_with_a_sentence(
    method: str, path: str, status: int, webhook: WebhookProcess
):
    found, answer = webhook.send(method, path)
    assert (found, answer.decode().count(".")) == (status, 1)


def test_a_pod_of_the_largest_size_is_placed(webhook: WebhookProcess, table: Table):
    pod = deepcopy(LABELLED)
    pod["metadata"]["annotations"] = {"note": "x" * (LARGEST - 2000)}
    status, answer = webhook.send("POST", "/mutate", review(pod))
    assert (status, patched(pod, answer)) == (200, mutated(pod, table))


def test_a_pod_without_containers_is_left_to_the_api_server(webhook: WebhookProcess):
    pod = {**LABELLED, "spec": {"containers": []}}
    assert webhook.send("POST", "/mutate", review(pod))[0] == 200


@pytest.mark.parametrize(
    ("quantity", "number"),
    [("1500m", "1.5"), ("1e3", "1000"), ("1E", "1E+18"), ("2Ei", str(2**61)), ("100n", "1E-7")],
)
def test_every_form_of_a_quantity_is_a_number(quantity: str, number: str):
    assert amount(quantity) == type(amount("1"))(number)


# Certificates


def test_without_a_certificate_the_webhook_is_not_ready(rendered: dict[str, Any], tmp_path: Path):
    with webhook_process(tmp_path, rendered, certificate=False) as made:
        wait_for(lambda: "Uvicorn running" in made.log)
        assert not made.is_ready()
        assert "Waiting for a certificate" in made.log
        made.renew()
        made.wait_until_ready()


def test_a_renewed_certificate_is_served_without_an_error(rendered: dict[str, Any], tmp_path: Path):
    with webhook_process(tmp_path, rendered) as made, UnderLoad(made) as results:
        for renewals in range(2, 5):
            made.renew()
            wait_for(lambda number=renewals: made.log.count("Loaded the certificate") == number)
            seen = len(results)
            wait_for(lambda number=seen: len(results) > number + 20)
    assert len(results) > 60
    assert [one for one in results if one != 200] == []


def test_an_unusable_certificate_leaves_the_last_one(rendered: dict[str, Any], tmp_path: Path):
    with webhook_process(tmp_path, rendered) as made:
        (made.folder / "certificate" / "..data" / "tls.key").write_text("broken")
        wait_for(lambda: "is not usable" in made.log)
        assert made.is_ready()


# The end of a replica


def test_a_replica_serves_until_its_clients_have_left(rendered: dict[str, Any], tmp_path: Path):
    with webhook_process(tmp_path, rendered, drain_seconds=3) as made:
        client = made.client()
        made.send("POST", "/mutate", review(LABELLED), client)
        made.end()
        wait_for(lambda: not made.is_ready())
        client.request("POST", "/mutate", review(LABELLED))
        answer = client.getresponse()
        assert (answer.status, answer.getheader("connection")) == (200, "close")
        answer.read()
        # New connections are accepted, too: clients learn of the end later.
        assert made.send("POST", "/mutate", review(LABELLED))[0] == 200
        made.process.wait(30)


class UnderLoad:
    """Requests on new and on kept connections; the result has the status of each, or its error."""

    def __init__(self, webhook: WebhookProcess) -> None:
        self._webhook, self._ends = webhook, threading.Event()
        self._results: list[Any] = []
        self._threads = [
            threading.Thread(target=self._send, args=(kept,)) for kept in (True, False)
        ]

    def _send(self, kept: bool) -> None:
        client = self._webhook.client() if kept else None
        while not self._ends.is_set():
            try:
                sent = self._webhook.send("POST", "/mutate", review(LABELLED), client)
                self._results.append(sent[0])
            except OSError as error:
                self._results.append(repr(error))
                return

    def __enter__(self) -> list[Any]:
        for thread in self._threads:
            thread.start()
        return self._results

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()


def wait_for(holds: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_image_needs_no_other_module(tmp_path: Path):
    """The modules that the Containerfile copies are enough to start the program."""
    text = (IMAGES / "admission" / "Containerfile").read_text()
    copied = [word for word in text.split() if word.startswith("scripts/") and ".py" in word]
    assert len(copied) == 4
    for path in copied:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text((ROOT / path).read_text())
    program = tmp_path / "webhook.py"
    program.write_text((IMAGES / "admission" / "webhook.py").read_text())
    done = subprocess.run([sys.executable, program, "--help"], capture_output=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
