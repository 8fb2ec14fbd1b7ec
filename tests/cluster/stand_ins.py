"""A stand-in pod for every pod of a release, under the policies of the release.

Each listens on every port that is tried and connects to all others, so that a closed port is closed
by a policy, not for lack of a listener. They do not run Airflow: policies select by labels.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import yaml
from kubernetes import client

from scripts.manifests.network_policies import End, address
from scripts.releases import find
from scripts.releases.render import helm_template
from scripts.workshop.cluster.layout import HOST_ADDRESS, NODE_ADDRESS
from scripts.workshop.cluster.namespaces import inside
from tests.chart.cases import Case, policies
from tests.cluster.listeners import datagrams, listener
from tests.cluster.namespace import Namespace, new_namespaces
from tests.cluster.probes import Probe, listen, start
from tests.cluster.waiting import wait_until
from tests.rendered import Manifests

NAME = "airflow-stand-ins"
TASKS = f"{NAME}-tasks"
ELSEWHERE = f"{NAME}-stranger"
# Ports of components, and one without callers.
PORTS = (5432, 8080, 8794, 8974, 9999)
# Destinations outside the cluster, all on this machine: one port for each name.
OUTSIDE = {
    "cloudIdentity": 9080,
    "git": 9418,
    "metrics": 9126,
    "objectStorage": 9443,
    "secretsBackend": 9444,
    "smtp": 9587,
    "warehouse": 9439,
}
INTERNET = 9000
NOWHERE = 9001
# Addresses of Datadog's agent for datagrams: outside, and on the node like its DaemonSet.
DATAGRAMS = 8125
# Each port listens for both protocols, so that a wrong protocol is closed by a policy.
TCP = (*OUTSIDE.values(), INTERNET, NOWHERE, DATAGRAMS)
UDP = (DATAGRAMS, OUTSIDE["metrics"], INTERNET, NOWHERE)
EVERYWHERE = f"{HOST_ADDRESS}/32"
VALUES: dict[str, Any] = {
    # Values that enable every row and condition of `calls`.
    "allowPodLaunching": True,
    "datadog": {"enabled": True},
    "logs": {"persistence": {"enabled": False}},
    "config": {"logging": {"remote_logging": True}},
    "dagProcessor": {
        "dagBundleConfigList": [{"name": "git", "classpath": "airflow.providers.git.GitDagBundle"}]
    },
    "networkPolicies": {
        "internet": {"cidrs": [EVERYWHERE], "ports": [INTERNET]},
        "destinations": {
            **{name: {"cidrs": [EVERYWHERE], "ports": [port]} for name, port in OUTSIDE.items()},
            "metrics": {
                "cidrs": [EVERYWHERE, f"{NODE_ADDRESS}/32"],
                "ports": [OUTSIDE["metrics"]],
                "udpPorts": [DATAGRAMS],
            },
        },
        "egress": {"worker": {"warehouse": True}},
    },
}
OTHERS = {
    "launched": End(TASKS, {"kubernetes_pod_operator": "True"}),
    "bystander": End(NAME, {"app": "bystander"}),
    "stranger": End(ELSEWHERE, {"app": "stranger"}),
}


class Way(NamedTuple):
    """A connection: caller, callee, port and protocol."""

    caller: str
    callee: str
    port: int
    protocol: str = "TCP"


@dataclass(frozen=True)
class StandIns:
    """The stand-in pods by name, and the manifests with their policies."""

    case: Case
    pods: Mapping[str, Probe]

    @cached_property
    def ends(self) -> dict[str, End]:
        """Every pod as an end of a connection for the evaluation of policies."""
        return {**self.case.ends, **OTHERS}

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Addresses of all targets, by name."""
        pods = {name: pod.address for name, pod in self.pods.items()}
        return {**pods, "outside": HOST_ADDRESS, "node": NODE_ADDRESS}

    @cached_property
    def ways(self) -> list[Way]:
        """Every tried connection."""
        between = [
            Way(caller, callee, port)
            for caller in self.pods
            for callee in self.pods
            for port in PORTS
            if caller != callee
        ]
        outside = [
            Way(caller, where, port, protocol)
            for caller in self.pods
            for where, protocol, ports in (
                ("outside", "TCP", TCP),
                ("outside", "UDP", UDP),
                ("node", "TCP", (6443, 10250)),
                ("node", "UDP", UDP),
            )
            for port in ports
        ]
        return between + outside

    def open_ways(self) -> set[Way]:
        """Return the connections that succeed now."""

        def ask(caller: str) -> list[Way]:
            mine = [way for way in self.ways if way.caller == caller]
            targets = [(self.addresses[way.callee], way.port, way.protocol) for way in mine]
            answers = self.pods[caller].reach_all(targets)
            return [way for way, answer in zip(mine, answers, strict=True) if answer == "open"]

        with ThreadPoolExecutor(4) as pool:
            return {way for ways in pool.map(ask, self.pods) for way in ways}

    def evaluated(self) -> set[Way]:
        """Return the connections that the policies allow, evaluated as Kubernetes does."""

        def end(name: str) -> End:
            return self.ends[name] if name in self.ends else address(self.addresses[name])

        return {
            way
            for way in self.ways
            if self.case.network.allows(
                self.ends[way.caller], end(way.callee), way.port, way.protocol
            )
        }

    def tabled(self) -> set[Way]:
        """Return the connections in the rows of the components."""
        return {way for way in self.ways if self._tabled(*way)}

    def _tabled(self, caller: str, callee: str, port: int, protocol: str) -> bool:
        if caller == "stranger":
            # No policy selects it; those of the release apply to the other end.
            return callee in ("outside", "node")
        row = "tasks" if caller == "launched" else caller
        if row not in self.case.tables.components:
            return False
        if callee in ("outside", "node"):
            return self.case.should_reach(row, self.addresses[callee], port, protocol)
        return (
            callee in self.case.tables.components
            and self.case.calls(row, callee)
            and port == self.case.port(callee)
        )


@contextmanager
def stand_ins(kubernetes: client.ApiClient, image: str) -> Iterator[StandIns]:
    """The pods without policies; all are deleted at the end."""
    case = _case()
    with ExitStack() as stack:
        stack.enter_context(new_namespaces(kubernetes, NAME, TASKS, ELSEWHERE))
        for port in TCP:
            stack.enter_context(listener(port))
        stack.enter_context(datagrams(HOST_ADDRESS, UDP))
        stack.enter_context(datagrams(NODE_ADDRESS, UDP, inside()))
        ends = {**case.ends, **OTHERS}
        # Together, since each takes some seconds.
        with ThreadPoolExecutor(4) as pool:
            pods = pool.map(
                lambda name: start(
                    Namespace(kubernetes, ends[name].namespace),
                    f"standin-{name}",
                    image,
                    dict(ends[name].labels),
                    listen(*PORTS),
                ),
                ends,
            )
        yield StandIns(case, dict(zip(ends, pods, strict=True)))


def apply_policies(kubernetes: client.ApiClient, pods: StandIns) -> None:
    """Apply the release's policies to the pods, and wait until they are enforced."""
    api = client.NetworkingV1Api(kubernetes)
    for policy in pods.case.manifests.of("NetworkPolicy"):
        api.create_namespaced_network_policy(policy["metadata"]["namespace"], policy)

    def hold() -> bool:
        closed = [
            pods.pods[caller].reach_all([(pods.pods[callee].address, 9999)])
            for caller, callee in (("bystander", "stranger"), ("stranger", "postgresql"))
        ]
        return closed == [["dropped"], ["dropped"]]

    wait_until(hold, 60, "the policies are not enforced")


def _case() -> Case:
    release = find("local/payments")
    text = helm_template(release.layers, VALUES, name=release.name, namespace=NAME)
    layers = [yaml.safe_load(layer.read_text()) for layer in release.layers]
    said = policies([*layers, VALUES])
    return Case(Manifests(text), NAME, NODE_ADDRESS, policies=said)
