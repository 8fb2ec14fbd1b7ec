"""What other people's code tries, and that docs/security.md says what becomes of it."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from kubernetes import client

from scripts.workshop.cluster.layout import HOST_ADDRESS, NODE_ADDRESS
from scripts.workshop.cluster.namespaces import inside
from tests.cluster.airflow import Airflow
from tests.cluster.listeners import listener
from tests.cluster.more_dags import more_dag
from tests.cluster.namespace import Namespace
from tests.cluster.probes import Probe, listen, probe
from tests.cluster.refusals import ACCOUNT, COMPONENT, MOUNT, POD_SECURITY, READ, RELEASE
from tests.cluster.security import column
from tests.cluster.waiting import wait_until

OTHER_TEAM = "airflow-other-team"
METADATA = "169.254.169.254"
TASK = {"tier": "airflow", "component": "worker", "release": "airflow"}
SERVE = f"""
import http.server
http.server.HTTPServer(("{METADATA}", 8000), http.server.BaseHTTPRequestHandler).serve_forever()
"""
# Reasons that come from a wall, not from a mistake in the attempt.
WALLS = re.compile(
    r"PermissionError: |TimeoutError: |FileNotFoundError: no such file|ConnectTimeoutError: "
    r"|OSError: \[Errno (1|30)\]|URLError: .*timed out|HTTPError: HTTP Error 40[13]: "
    r"|\w+Exception: \((401|403|422)\)"
)
# What is the policy's or Pod Security's to refuse, they refuse, not somebody before them.
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
REFUSED_POD = re.compile(
    r'pods \\"attacker-(?P<task>[a-z-]+)-\w{8}\\" is forbidden: (?P<why>.*?)","reason":'
)
HERE, LAUNCHER = "From Dags", "By the Kubernetes API"
TOKENS, OVERRIDE = "Tokens of the execution API", "By pod_override"
PLACES = ("task", "dag_file", "trigger")
Found = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Attacks:
    """What became of each attempt, by where it was made."""

    task: Found
    dag_file: Found
    trigger: Found
    launcher: dict[str, str]
    states: dict[str, str | None]
    # What the scheduler was told about pods that it asked for.
    refusals: dict[str, str]
    # What an allowed pod reached.
    reached: dict[str, str]


@pytest.fixture(scope="module")
def image(airflow: Airflow) -> str:
    return airflow.main.ready_pod("api-server").spec.containers[0].image


@pytest.fixture(scope="module")
def metadata_address() -> Iterator[None]:
    """Something that answers where a cloud has its metadata, in the node's own network."""
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
    """Whether somebody answers at the metadata address, as the node sees it."""
    connect = f"import socket; socket.create_connection(('{METADATA}', 8000), 1)"
    done = subprocess.run([*inside(), sys.executable, "-c", connect], capture_output=True)
    return done.returncode == 0


@pytest.fixture(scope="module")
def other_team(airflow: Airflow, image: str) -> Iterator[dict[str, Probe]]:
    """Pods of another team, in a namespace without policies: an api-server, and who may call."""
    name = client.V1Namespace(metadata=client.V1ObjectMeta(name=OTHER_TEAM))
    airflow.main.core.create_namespace(name)
    namespace = Namespace(airflow.main.api, OTHER_TEAM)
    labels = {"tier": "airflow", "component": "api-server", "release": "airflow"}
    try:
        wait_until(namespace.has_account, 60, "the namespace gets no account")
        with (
            probe(namespace, "server", image, labels, listen(8080)) as server,
            probe(namespace, "caller", image, {"app": "caller"}) as caller,
        ):
            yield {"server": server, "caller": caller}
    finally:
        airflow.main.core.delete_namespace(OTHER_TEAM)


@pytest.fixture(scope="module")
def unlisted_account(airflow: Airflow) -> Iterator[str]:
    """An account that is really there, and that no task may use."""
    core, namespace, name = airflow.tasks.core, airflow.tasks.name, "attack-unlisted"
    core.create_namespaced_service_account(namespace, {"metadata": {"name": name}})
    try:
        yield name
    finally:
        core.delete_namespaced_service_account(name, namespace)


@pytest.fixture(scope="module")
def attacks(
    airflow: Airflow,
    image: str,
    other_team: dict[str, Probe],
    metadata_address: None,
    unlisted_account: str,
) -> Iterator[Attacks]:
    """All attempts, made by a Dag of a hostile author that the release takes like any other."""
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
            yield Attacks(
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


def walls(outcomes: dict[str, str]) -> dict[str, str]:
    """`possible`, `refused`, or what else happened, which is a mistake of the attempt."""
    return {
        what: "possible" if how == "done" else "refused" if WALLS.match(how) else how
        for what, how in outcomes.items()
    }


def test_whatever_is_attacked_is_there(attacks: Attacks) -> None:
    assert attacks.reached == dict.fromkeys(attacks.reached, "open")


@pytest.mark.parametrize("place", PLACES)
def test_a_dag_can_do_here_what_is_documented_and_no_more(attacks: Attacks, place: str) -> None:
    assert walls(getattr(attacks, place)["here"]) == column(HERE, PLACES.index(place))


@pytest.mark.parametrize("place", PLACES)
def test_kubernetes_takes_from_here_what_is_documented_and_no_more(
    attacks: Attacks, place: str
) -> None:
    assert walls(getattr(attacks, place)["kubernetes"]) == column(LAUNCHER, PLACES.index(place) + 1)


def test_kubernetes_takes_from_a_launcher_what_is_documented_and_no_more(attacks: Attacks) -> None:
    assert walls(attacks.launcher) == column(LAUNCHER, 0)


def test_a_launcher_is_refused_by_whom_it_should_be(attacks: Attacks) -> None:
    said = {what: attacks.launcher[what].replace('\\"', '"') for what in LAUNCHED}
    assert {what: how for what, how in said.items() if LAUNCHED[what] not in how} == {}


@pytest.mark.parametrize("place", PLACES)
def test_a_token_is_good_for_its_own_task_only(attacks: Attacks, place: str) -> None:
    assert walls(getattr(attacks, place)["tokens"]) == column(TOKENS, PLACES.index(place))


def test_no_override_makes_a_pod_that_is_refused(attacks: Attacks) -> None:
    expected = column(OVERRIDE, 0)
    states = {what: attacks.states[what] for what in expected}
    assert states == {what: "failed" for what, how in expected.items() if how == "refused"}


@pytest.mark.parametrize("what", OVERRIDDEN)
def test_the_scheduler_says_why_it_gets_no_pod(attacks: Attacks, what: str) -> None:
    assert OVERRIDDEN[what] in attacks.refusals.get(what, "")


def test_every_override_has_its_reason() -> None:
    assert set(OVERRIDDEN) == set(column(OVERRIDE, 0))
