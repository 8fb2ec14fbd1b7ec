"""The webhook on a real API server: the pods of the other engine, renewed certificates, an outage.

The server and the webhook are processes of the test, on loopback; the local cluster is not used.
"""

import base64
import json
import threading
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from types import ModuleType
from typing import Any

import pytest

from tests.admission.conftest import admission
from tests.admission.test_placement import CASES as PLACEMENTS
from tests.admission.test_rules import CASES as VERDICTS
from tests.admission.test_webhook_objects import NAME, WEBHOOK
from tests.admission.webhook_process import WebhookProcess, loaded, mount, webhook_process
from tests.cluster.bare_api_server import ADMIN, Answer, bare_api_server
from tests.cluster.policy_cases import check_placement, check_random_pods, check_verdict, labelled
from tests.cluster.policy_server import PATHS, RIGHT, PolicyServer, pod_of
from tests.rendered import Manifests

RANDOM_PODS = 500
CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
SECRETS = "/api/v1/namespaces/platform/secrets"
HOST = "localhost"


class Installation:
    """A server with the chart, and the webhook that it calls by its address."""

    def __init__(self, policies: PolicyServer, webhook: WebhookProcess) -> None:
        self.policies, self.webhook = policies, webhook
        self.certificates: ModuleType = loaded("certificate")
        self.manifests = admission(WEBHOOK)
        url = f"https://127.0.0.1:{policies.server.port}"
        self._api = self.certificates.Api(url, policies.server.authority, ADMIN)

    def install(self) -> None:
        """Apply the objects that this server can use; the webhook has no Service here."""
        served = [one for one in self.manifests.objects if one["kind"] in PATHS]
        for one in served:
            self.policies.server.apply(PATHS[one["kind"]], one)
        self.policies.server.apply(SECRETS, self.manifests.find("Secret", NAME))
        found = self.manifests.find("MutatingWebhookConfiguration", "platform.admission")
        configuration = deepcopy(found)
        url = f"https://{HOST}:{self.webhook.port}/mutate"
        configuration["webhooks"][0]["clientConfig"] = {"url": url}
        self.policies.server.apply(CONFIGURATIONS, configuration)

    def ensure_certificate(self) -> str:
        """Run the Job of the certificate, and mount the Secret as kubelet does."""
        secret, configuration = f"{SECRETS}/{NAME}", f"{CONFIGURATIONS}/platform.admission"
        said = self.certificates.ensure(self._api, secret, configuration, HOST)
        data = self.policies.server.request("GET", secret).body["data"]
        files = {name: base64.b64decode(text).decode() for name, text in data.items()}
        with self.webhook.trusted.open("a") as trusted:
            trusted.write(files["tls.crt"])
        mount(self.webhook.folder / "certificate", files)
        return said


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The chart with the engine `webhook`, whose Job has created the certificate."""
    manifests: Manifests = admission(WEBHOOK)
    table = json.loads(manifests.find("ConfigMap", NAME)["data"]["table.json"])
    folder = tmp_path_factory.mktemp("webhook")
    with (
        webhook_process(folder / "webhook", table, certificate=False) as webhook,
        bare_api_server(folder) as server,
    ):
        policies = PolicyServer(server)
        policies.prepare()
        policies.namespace("platform", "")
        made = Installation(policies, webhook)
        made.install()
        made.ensure_certificate()
        webhook.wait_until_ready()
        policies.wait(policies.is_in_effect)
        yield made


@pytest.fixture(scope="module")
def policies(installed: Installation) -> PolicyServer:
    return installed.policies


def create(policies: PolicyServer, name: str = "highmem") -> Answer:
    """Create a pod of a class."""
    namespace, labels, account = labelled(name)
    return policies.create(namespace, pod_of(labels, account))


@pytest.mark.parametrize("case", PLACEMENTS, ids=[case["name"] for case in PLACEMENTS])
def test_the_webhook_places_a_pod(case: dict[str, Any], policies: PolicyServer):
    check_placement(case, policies)


@pytest.mark.parametrize("case", VERDICTS, ids=[case["name"] for case in VERDICTS])
def test_verdicts_are_the_same(case: dict[str, Any], policies: PolicyServer):
    check_verdict(case, policies)


def test_the_webhook_and_the_functions_agree_about_random_pods(policies: PolicyServer):
    accepted = check_random_pods(policies, Random(30), RANDOM_PODS)
    # Both verdicts are frequent.
    assert RANDOM_PODS / 10 < accepted < RANDOM_PODS * 9 / 10


def test_an_upgrade_leaves_the_certificate(installed: Installation):
    installed.install()
    assert "nothing changed" in installed.ensure_certificate()
    assert create(installed.policies).status == 201


def test_trust_that_was_lost_is_restored(installed: Installation):
    path = f"{CONFIGURATIONS}/platform.admission"
    removal = [{"op": "remove", "path": "/webhooks/0/clientConfig/caBundle"}]
    server = installed.policies.server
    assert server.request("PATCH", path, removal, kind="json-patch+json").status == 200
    assert "trusts the existing certificate again" in installed.ensure_certificate()
    installed.policies.wait(lambda: create(installed.policies).status == 201)


def test_a_renewal_refuses_no_pod(installed: Installation, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(installed.certificates, "RENEWED_DAYS_BEFORE", 400)
    loads = installed.webhook.log.count("Loaded the certificate")
    ends, answers = threading.Event(), []
    thread = threading.Thread(target=lambda: create_until(installed, ends, answers))
    thread.start()
    try:
        for renewals in range(1, 4):
            assert "Created a certificate" in installed.ensure_certificate()
            expected = loads + renewals
            installed.policies.wait(
                lambda number=expected: (
                    installed.webhook.log.count("Loaded the certificate") == number
                )
            )
            seen = len(answers)
            installed.policies.wait(lambda number=seen: len(answers) > number + 20)
    finally:
        ends.set()
        thread.join()
    assert [one.refusal for one in answers if one.status != 201] == []
    assert [one for one in answers if "nodeSelector" not in one.body["spec"]] == []


def create_until(installed: Installation, ends: threading.Event, answers: list[Answer]) -> None:
    """Create pods on a connection of their own, until the end."""
    server = installed.policies.server
    own = PolicyServer(type(server)(server.port, server.authority, server.process))
    while not ends.is_set():
        answers.append(create(own))


def test_without_replicas_only_labelled_pods_are_refused(installed: Installation):
    """The last test of the module: the webhook does not return."""
    installed.webhook.process.kill()
    installed.webhook.process.wait()
    refused = create(installed.policies)
    assert refused.status == 500
    assert "placement.admission.airflow-on-kubernetes" in refused.body["message"]
    assert installed.policies.create("payments", pod_of(RIGHT)).status == 201
