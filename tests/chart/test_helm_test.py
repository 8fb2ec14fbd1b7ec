"""`helm test`: whether the cluster enforces policies, also for pods without an owner."""

import socket
from collections.abc import Iterator

import pytest

from scripts.manifests.network_policies import End, Network, pod_end
from tests.chart.pod_security import violations
from tests.chart.programs import load
from tests.conftest import Render
from tests.rendered import Manifests

APART = {"tasks": {"namespace": "{{ .Release.Namespace }}-tasks"}}
EXPECTED = {
    "airflow-test-allowed": "open",
    "airflow-test-owned": "closed",
    "airflow-test-bare": "closed",
}


def pods(manifests: Manifests) -> dict[str, dict]:
    """The pods that `helm test` makes, by name."""
    return {
        one["metadata"]["name"]: one["spec"].get("template", one)["spec"] for one in manifests.tests
    }


def ends(manifests: Manifests) -> dict[str, End]:
    return {
        one["metadata"]["name"]: End(
            one["metadata"]["namespace"],
            (one["spec"].get("template") or one)["metadata"]["labels"],
        )
        for one in manifests.tests
    }


def test_one_pod_has_an_owner_and_two_have_none(render: Render):
    kinds = {one["metadata"]["name"]: one["kind"] for one in render(APART).tests}
    assert kinds == {
        "airflow-test-allowed": "Pod",
        "airflow-test-owned": "Job",
        "airflow-test-bare": "Pod",
    }


def test_they_are_pods_of_tasks(render: Render):
    assert {one["metadata"]["namespace"] for one in render(APART).tests} == {"airflow-tasks"}


@pytest.mark.parametrize("values", [{}, APART], ids=["one namespace", "two namespaces"])
def test_policies_agree_with_the_expected_connections(render: Render, values: dict):
    manifests = render(values)
    server = pod_end(manifests.pod("api-server"), "airflow")
    network = Network(manifests)
    found = {
        name: "open" if network.allows(end, server, 8080) else "closed"
        for name, end in ends(manifests).items()
    }
    assert found == EXPECTED
    assert {
        name: spec["containers"][0]["args"][2] for name, spec in pods(manifests).items()
    } == found


def test_they_are_restricted(render: Render):
    found = {name: violations(spec) for name, spec in pods(render(APART)).items()}
    assert found
    assert {name: why for name, why in found.items() if why} == {}


@pytest.mark.parametrize(
    "values", [{"networkPolicies": {"enabled": False}}, {"apiServer": {"enabled": False}}], ids=str
)
def test_without_policies_or_api_server_there_is_nothing_to_test(render: Render, values: dict):
    assert render(values).tests == []


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine that answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(("expected", "status"), [("open", 0), ("closed", 1)])
def test_the_program_compares_the_connection_with_the_expectation(
    port: int,
    expected: str,
    status: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    program = load("check_network")
    monkeypatch.setattr(program, "LATEST", 0)
    assert program.main(["127.0.0.1", str(port), expected, "Nothing enforces them."]) == status
    said = capsys.readouterr().out
    assert f"127.0.0.1:{port} is open for this pod." in said
    assert ("Nothing enforces them." in said) is bool(status)


def test_an_unknown_name_counts_as_closed(capsys: pytest.CaptureFixture[str]):
    assert load("check_network").main(["nowhere.invalid", "80", "closed", "no"]) == 0


@pytest.mark.parametrize(
    ("found", "expected", "status"),
    [
        ([True, True, False], "closed", 0),
        ([False, True], "open", 0),
        ([True] * 21, "closed", 1),
        ([False] * 21, "open", 1),
    ],
    ids=["late to close", "late to open", "never closed", "never open"],
)
def test_the_test_tolerates_policies_that_come_seconds_after_the_pod(
    found: list[bool], expected: str, status: int, monkeypatch: pytest.MonkeyPatch
):
    program = load("check_network")
    now = [0.0]
    monkeypatch.setattr(program, "reached", lambda host, port: found.pop(0))
    monkeypatch.setattr(program.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(program.time, "sleep", lambda s: now.__setitem__(0, now[0] + s))
    assert program.main(["there", "80", expected, "Nothing enforces them."]) == status
    assert found == []
