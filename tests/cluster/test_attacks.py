"""Attacks by code in a Dag have the outcomes that docs/attacks.yaml lists."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from kubernetes import client

from scripts.attacks import attacks
from scripts.workshop.cluster.layout import HOST_ADDRESS, NODE_ADDRESS
from scripts.workshop.cluster.namespaces import inside
from tests.cluster.airflow import Airflow
from tests.cluster.listeners import listener
from tests.cluster.more_dags import more_dag
from tests.cluster.namespace import Namespace
from tests.cluster.probes import Probe, listen, probe
from tests.cluster.refusals import ACCOUNT, COMPONENT, MOUNT, POD_SECURITY, READ, RELEASE
from tests.cluster.task_pods import CONTAINER, container, launched_pod, volume
from tests.cluster.waiting import wait_until

OTHER_TEAM = "airflow-other-team"
METADATA = "169.254.169.254"
TASK = {"tier": "airflow", "component": "worker", "release": "airflow"}
SERVE = f"""
import http.server
http.server.HTTPServer(("{METADATA}", 8000), http.server.BaseHTTPRequestHandler).serve_forever()
"""
# Errors of a protection, not of a mistake in the attempt.
WALLS = re.compile(
    r"PermissionError: |TimeoutError: |FileNotFoundError: no such file|ConnectTimeoutError: "
    r"|OSError: \[Errno (1|30)\]|URLError: .*timed out|HTTPError: HTTP Error 40[13]: "
    r"|\w+Exception: \((401|403|422)\)"
)
# The policy or Pod Security must refuse these, not a check before them.
LAUNCHED = {
    "launch a privileged pod": POD_SECURITY,
    "launch a pod with a path of the node": POD_SECURITY,
    "launch a pod in the network of the node": POD_SECURITY,
    "launch a pod with the processes of the node": POD_SECURITY,
    "launch a pod as another account": ACCOUNT,
    "launch a pod with the label of a component": COMPONENT,
    "launch a pod with the label of another release": RELEASE,
    "launch a pod that mounts a Secret": MOUNT,
    "launch a pod with a Secret in its environment": READ,
}
OVERRIDDEN = {
    "privileged": POD_SECURITY,
    "path_of_the_node": POD_SECURITY,
    "another_account": ACCOUNT,
    "label_of_a_component": COMPONENT,
    "a_secret": MOUNT,
}
REFUSED_POD = re.compile(r'pods "attacker-(?P<task>[a-z-]+)-\w{8}" is forbidden: (?P<why>.*)')
EXPECTED = attacks()
PLACES = ("task", "dag_file", "trigger")
Found = dict[str, dict[str, str]]


def launched_pods(account: str) -> dict[str, dict[str, Any]]:
    """The pods that the attacker tries to launch in the namespace of tasks."""
    privileged = {
        **CONTAINER["securityContext"],
        "allowPrivilegeEscalation": True,
        "privileged": True,
    }
    variable = {"name": "A", "valueFrom": {"secretKeyRef": {"name": "anything", "key": "any"}}}
    component = {"tier": "airflow", "component": "scheduler", "release": "airflow"}
    return {
        "launch a pod as the operator does": launched_pod(),
        "launch a privileged pod": launched_pod(**container(securityContext=privileged)),
        "launch a pod with a path of the node": launched_pod(**volume(hostPath={"path": "/"})),
        "launch a pod in the network of the node": launched_pod(hostNetwork=True),
        "launch a pod with the processes of the node": launched_pod(hostPID=True),
        "launch a pod as another account": launched_pod(serviceAccountName=account),
        "launch a pod with the label of a component": launched_pod(component),
        "launch a pod with the label of another release": launched_pod(
            {"component": "worker", "release": "other"}
        ),
        "launch a pod that mounts a Secret": launched_pod(
            **volume(secret={"secretName": "anything"})
        ),
        "launch a pod with a Secret in its environment": launched_pod(**container(env=[variable])),
    }


@dataclass(frozen=True)
class Outcomes:
    """The outcome of each attempt, by the place of the attacker."""

    task: Found
    dag_file: Found
    trigger: Found
    launcher: dict[str, str]
    states: dict[str, str | None]
    # Reasons of refused pods, from the log of the scheduler.
    refusals: dict[str, str]
    # Targets that an allowed pod reached.
    reached: dict[str, str]


@pytest.fixture(scope="module")
def image(airflow: Airflow) -> str:
    return airflow.main.ready_pod("api-server").spec.containers[0].image


@pytest.fixture(scope="module")
def metadata_address() -> Iterator[None]:
    """A server at the address of cloud metadata, in the network of the node."""
    address = [*inside(), "ip", "address"]
    subprocess.run([*address, "add", f"{METADATA}/32", "dev", "lo"], check=True)
    server = subprocess.Popen([*inside(), sys.executable, "-c", SERVE])
    try:
        wait_until(listens, 30, "nothing listens at the metadata address")
        yield
    finally:
        server.terminate()
        server.wait()
        subprocess.run([*address, "delete", f"{METADATA}/32", "dev", "lo"], check=True)


def listens() -> bool:
    """Return whether the metadata address accepts connections from the node."""
    connect = f"import socket; socket.create_connection(('{METADATA}', 8000), 1)"
    done = subprocess.run([*inside(), sys.executable, "-c", connect], capture_output=True)
    return done.returncode == 0


@pytest.fixture(scope="module")
def other_team(airflow: Airflow, image: str) -> Iterator[dict[str, Probe]]:
    """An api-server of another team and its client, in a namespace without policies."""
    name = client.V1Namespace(metadata=client.V1ObjectMeta(name=OTHER_TEAM))
    airflow.main.core.create_namespace(name)
    namespace = Namespace(airflow.main.api, OTHER_TEAM)
    labels = {"tier": "airflow", "component": "api-server", "release": "airflow"}
    try:
        wait_until(namespace.has_account, 60, "the namespace has no ServiceAccount")
        with (
            probe(namespace, "server", image, labels, listen(8080)) as server,
            probe(namespace, "caller", image, {"app": "caller"}) as caller,
        ):
            yield {"server": server, "caller": caller}
    finally:
        airflow.main.core.delete_namespace(OTHER_TEAM)


@pytest.fixture(scope="module")
def unlisted_account(airflow: Airflow) -> Iterator[str]:
    """An existing account that no task may use."""
    core, namespace, name = airflow.tasks.core, airflow.tasks.name, "attack-unlisted"
    core.create_namespaced_service_account(namespace, {"metadata": {"name": name}})
    try:
        yield name
    finally:
        core.delete_namespaced_service_account(name, namespace)


@pytest.fixture(scope="module")
def outcomes(
    airflow: Airflow,
    image: str,
    other_team: dict[str, Probe],
    metadata_address: None,
    unlisted_account: str,
) -> Iterator[Outcomes]:
    """All attempts, made by a hostile Dag in the release."""
    scheduler = airflow.main.ready_pod("scheduler")
    with probe(airflow.tasks, "victim", image, TASK, listen(8080)) as task, listener(9002):
        targets = {
            "the database": (f"airflow-postgresql.{airflow.main.name}", 5432),
            "the scheduler": (scheduler.status.pod_ip, 8974),
            "another task": (task.address, 8080),
            "the api-server of another team": (other_team["server"].address, 8080),
            "the Kubernetes API": ("kubernetes.default.svc", 443),
            "the kubelet": (NODE_ADDRESS, 10250),
            "a private address": (HOST_ADDRESS, 9002),
            "the metadata address": (METADATA, 8000),
        }
        api_server = Probe(airflow.main, airflow.main.ready_pod("api-server"))
        allowed = {
            "the database": api_server,
            "the scheduler": Probe(airflow.main, scheduler),
            "another task": task,
        }
        reached = {
            name: allowed.get(name, other_team["caller"]).reach({name: target})[name]
            for name, target in targets.items()
        }
        names = {"main": airflow.main.name, "tasks": airflow.tasks.name, "other": OTHER_TEAM}
        about = {"targets": targets, "namespaces": names, "pod": "victim"}
        about["launched"] = launched_pods(unlisted_account)
        about["account"] = unlisted_account
        with more_dag(airflow, "attacker", attacker=json.dumps(about)) as dag:
            started = time.monotonic()
            run = airflow.api.trigger(dag, {})
            airflow.wait_for_end([run], 300)
            log = airflow.main.core.read_namespaced_pod_log(
                scheduler.metadata.name,
                airflow.main.name,
                container="scheduler",
                since_seconds=int(time.monotonic() - started) + 1,
            )
            yield Outcomes(
                task=airflow.api.xcom(run, "attack"),
                dag_file=json.loads(airflow.api.get(f"/dags/{dag}/details")["doc_md"]),
                trigger=airflow.api.xcom(run, "defer"),
                launcher=airflow.api.xcom(run, "launch"),
                states={one.task: one.state for one in airflow.api.tasks(run)},
                refusals={
                    found["task"].replace("-", "_"): found["why"].replace('\\"', '"')
                    for found in REFUSED_POD.finditer(log)
                },
                reached=reached,
            )


def walls(answers: dict[str, str]) -> dict[str, str]:
    """`possible`, `refused`, or another error, which is a mistake of the attempt."""
    return {
        what: "possible" if how == "done" else "refused" if WALLS.match(how) else how
        for what, how in answers.items()
    }


def test_an_allowed_client_reaches_every_target(outcomes: Outcomes) -> None:
    assert outcomes.reached == dict.fromkeys(outcomes.reached, "open")


@pytest.mark.parametrize("place", PLACES)
def test_dag_code_can_do_exactly_what_is_documented(outcomes: Outcomes, place: str) -> None:
    assert walls(getattr(outcomes, place)["here"]) == EXPECTED["dags"].outcomes(place)


@pytest.mark.parametrize("place", PLACES)
def test_dag_code_can_do_exactly_what_is_documented_through_kubernetes(
    outcomes: Outcomes, place: str
) -> None:
    found = walls(getattr(outcomes, place)["kubernetes"])
    assert found == EXPECTED["kubernetes"].outcomes(place)


def test_a_launcher_can_do_exactly_what_is_documented_through_kubernetes(
    outcomes: Outcomes,
) -> None:
    assert walls(outcomes.launcher) == EXPECTED["kubernetes"].outcomes("launcher")


def test_the_expected_policy_refuses_the_pods_of_a_launcher(outcomes: Outcomes) -> None:
    said = {what: outcomes.launcher[what].replace('\\"', '"') for what in LAUNCHED}
    assert {what: how for what, how in said.items() if LAUNCHED[what] not in how} == {}


@pytest.mark.parametrize("place", PLACES)
def test_a_token_is_valid_only_for_its_own_task(outcomes: Outcomes, place: str) -> None:
    assert walls(getattr(outcomes, place)["tokens"]) == EXPECTED["tokens"].outcomes(place)


def test_a_task_whose_pod_override_is_refused_fails(outcomes: Outcomes) -> None:
    expected = EXPECTED["overrides"].outcomes("override")
    states = {what: outcomes.states[what] for what in expected}
    assert states == {what: "failed" for what, how in expected.items() if how == "refused"}


@pytest.mark.parametrize("what", OVERRIDDEN)
def test_the_log_of_the_scheduler_gives_the_reason_of_a_refusal(
    outcomes: Outcomes, what: str
) -> None:
    assert OVERRIDDEN[what] in outcomes.refusals.get(what, "")


def test_every_pod_override_has_an_expected_reason() -> None:
    assert OVERRIDDEN.keys() == EXPECTED["overrides"].attempts.keys()
