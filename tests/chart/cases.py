"""A rendered chart with everything that its rules are checked against.

What may be reached is computed here from the table of components and from values, never from the
policies: an independent expectation for the evaluation of the rendered policies.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address, ip_network
from typing import Any

import yaml

from scripts.manifests.network_policies import End, Network, pod_ends
from scripts.paths import CHART
from tests.chart.tables import TABLES, Tables
from tests.rendered import Manifests, Pod

# Usual ports, in addition to those that containers declare.
LISTENING = {22, 80, 443, 5432, 6443, 8080, 8793, 8794, 8974}


@dataclass(frozen=True)
class Case:
    """Manifests, where they are installed, and the values that they are made of."""

    manifests: Manifests
    namespace: str = "airflow"
    # Addresses of the Kubernetes API and of an external database.
    kubernetes: str = "10.0.0.1"
    database: str = ""
    # Values beyond the chart's defaults: an object that they name is made by others.
    values: Mapping[str, Any] = field(default_factory=dict)
    # `networkPolicies` of all values, defaults included.
    policies: Mapping[str, Any] = field(default_factory=dict)
    tables: Tables = TABLES

    @property
    def tasks(self) -> str:
        return self.manifests.configuration["kubernetes_executor"]["namespace"]

    @cached_property
    def network(self) -> Network:
        return Network(self.manifests)

    @cached_property
    def pods(self) -> dict[str, Pod]:
        """The pod of each component."""
        return {pod.component: pod for pod in self.manifests.pods()}

    @cached_property
    def ends(self) -> dict[str, End]:
        return pod_ends(self.manifests, self.namespace, self.tasks)

    def namespace_of(self, pod: Pod) -> str:
        return self.tasks if pod.owner.startswith("PodTemplate/") else self.namespace

    @property
    def bundles(self) -> list[dict[str, Any]]:
        return json.loads(self.manifests.configuration["dag_processor"]["dag_bundle_config_list"])

    @property
    def remote_bundles(self) -> bool:
        """Return whether Dags come from elsewhere than a folder."""
        return not all(one["classpath"].endswith(".LocalDagBundle") for one in self.bundles)

    def syncs(self, component: str) -> bool:
        """Return whether git-sync runs in the pods of a component."""
        pod = self.pods.get(component)
        return pod is not None and any("git-sync" in one.name for one in pod.containers)

    def reads_dags(self, component: str) -> bool:
        """Return whether the row of a component says that its pods mount the Dags."""
        reads = self.tables.components[component].get("readsDags", False)
        return reads is True or str(reads) in self.manifests.configuration["core"]["executor"]

    def on(self, when: str, caller: str) -> bool:
        """Return whether a condition of the rows holds, judged by objects other than policies."""
        executor = self.manifests.configuration["core"]["executor"]
        launches = self.manifests.has("ServiceAccount", "airflow-pod-launcher")
        shares = self.manifests.has("PersistentVolumeClaim", "airflow-logs")
        bundles = self.remote_bundles and self.reads_dags(caller)
        logs = self.manifests.configuration["logging"].getboolean("remote_logging", False)
        return {
            "always": True,
            "celeryExecutor": "CeleryExecutor" in executor,
            "kubernetesExecutor": "KubernetesExecutor" in executor,
            "localExecutor": "LocalExecutor" in executor,
            "localLaunching": "LocalExecutor" in executor and launches,
            "kubernetesRights": "KubernetesExecutor" in executor
            or ("LocalExecutor" in executor and launches),
            "workerLogs": "CeleryExecutor" in executor and not shares,
            "podLogReading": self.manifests.has("Role", "airflow-pod-log-reader-role"),
            "jobLaunching": self.manifests.has("Role", "airflow-job-launcher-role"),
            "sparkApplications": self.manifests.has("Role", "airflow-spark-operator-role"),
            "spark": self.manifests.has("Role", "airflow-spark-submit-role"),
            "podLaunching": launches,
            "triggererLogs": "triggerer" in self.pods
            and "--skip-serve-logs" not in " ".join(self.pods["triggerer"].main.arguments),
            "gitSync": self.syncs(caller),
            "gitSyncOrBundles": bundles or self.syncs(caller),
            "remoteBundles": bundles,
            "remoteLogging": logs,
            "remoteLoggingOrBundles": logs or bundles,
        }[when]

    def calls(self, caller: str, callee: str) -> bool:
        place = self.substitutes.get(callee, callee)
        replaced = callee in self.substitutes.values() and callee in self.tables.components
        if caller == callee or (replaced and self.substitutes.get(caller) != callee):
            return False
        when = self.tables.calls(caller).get(place)
        return when is not None and self.on(when, caller) and caller != callee

    @cached_property
    def substitutes(self) -> dict[str, str]:
        """The components that are called instead of others, or for a destination."""
        rows = self.tables.components
        return {
            name: rows[name]["standsFor"] for name in self.pods if "standsFor" in rows.get(name, {})
        }

    @cached_property
    def outside(self) -> dict[str, Mapping[str, Any]]:
        """Every place outside and its networks and ports, by name."""
        internet = self.policies["internet"]
        return {
            **self.policies["destinations"],
            "kubernetes": self.policies["kubernetes"],
            "internet": internet if internet["enabled"] else {},
            **({"postgresql": self.policies["database"]} if "postgresql" not in self.pods else {}),
        }

    def callees(self, caller: str) -> set[str]:
        """The places outside that a caller may reach, by the table or by name."""
        key = "worker" if caller == "tasks" else caller
        said = self.policies["egress"].get(key, {})
        tabled = {name for name in self.outside if self.calls(caller, name)}
        return {name for name in tabled | said.keys() if said.get(name, True)}

    def should_reach(self, caller: str, target: str, port: int, protocol: str = "TCP") -> bool:
        """Return whether an address and port are in a destination that the caller may reach."""
        return any(
            covers(self.outside[name], target, port, protocol) for name in self.callees(caller)
        )

    def port(self, component: str) -> int | None:
        """The port on which a component may be called; None when it serves none."""
        port = self.tables.components.get(component, {}).get("serves")
        named = {
            "apiServer": 8080,
            "flowerUI": 5555,
            "otelIngest": 4318,
            "pgbouncer": 6543,
            "redisDB": 6379,
            "statsdIngest": 9125,
            "triggererLogs": 8794,
            "workerLogs": 8793,
        }
        return named[port] if isinstance(port, str) else port

    def protocol(self, component: str) -> str:
        return self.tables.components.get(component, {}).get("protocol", "TCP")

    def meetings(self) -> Iterator[tuple[str, str, int]]:
        """Every caller, callee and port that may be tried."""
        for caller in self.pods:
            for callee, end in self.ends.items():
                for port in sorted(LISTENING | set(end.ports.values())):
                    yield caller, callee, port

    def readable(self, pod: Pod) -> set[tuple[str, str]]:
        """The platform's secrets, and their keys, that a pod can read."""
        names = {self.secret(row) for row in self.tables.secrets}
        return {key for key in pod.secret_keys if key[0] in names}

    def addresses(self) -> set[str]:
        """An address within each named network, and each network that is cut out."""
        blocks = [
            cidr
            for place in self.outside.values()
            for cidr in (*place.get("cidrs", ()), *place.get("except", ()))
            if not cidr.endswith("/0")
        ]
        return {str(ip_network(block)[-1]) for block in blocks}

    def secret(self, row: str) -> str:
        """The Secret that holds a row of the secret table."""
        pooled = "pgbouncer" in self.pods and self.tables.secrets[row].get("pooled")
        return f"airflow-{row}-pgbouncer" if pooled else f"airflow-{row}"

    def has_secret(self, row: str) -> bool:
        """Return whether a Secret is needed; some are an option, as PgBouncer's certificates."""
        facts = self.tables.secrets[row]
        if facts.get("optional"):
            return self.manifests.has("Secret", self.secret(row))
        return "data" not in facts or self.secret(row) in self.manifests.text


def addresses(networks: Mapping[str, Any]) -> tuple[str, str]:
    """Addresses of the Kubernetes API and of an external database in the networks of values."""
    kubernetes, database = (networks[key]["cidrs"] for key in ("kubernetes", "database"))
    return str(ip_network(kubernetes[0])[0]), str(ip_network(database[0])[5]) if database else ""


def covers(place: Mapping[str, Any], target: str, port: int, protocol: str) -> bool:
    """Return whether a destination contains an address and a port; without ports, all match."""
    one = ip_address(target)
    holes = [ip_network(hole) for hole in place.get("except", ())]
    inside = any(
        one in (network := ip_network(cidr))
        and not (network.prefixlen == 0 and any(one in hole for hole in holes))
        for cidr in place.get("cidrs", ())
    )
    ports = {("TCP", one) for one in place.get("ports", ())}
    ports |= {("UDP", one) for one in place.get("udpPorts", ())}
    return inside and (not ports or (protocol, port) in ports)


def policies(layers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The values of policies that layers make of the chart's defaults."""
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    for layer in layers:
        values = merged(values, layer)
    return values["networkPolicies"]


def merged(low: Mapping[str, Any], high: Mapping[str, Any]) -> dict[str, Any]:
    """Two layers of values, merged as Helm does."""
    both = deepcopy(dict(low))
    for key, value in high.items():
        below = both.get(key)
        maps = isinstance(below, Mapping) and isinstance(value, Mapping)
        both[key] = merged(below, value) if maps else value
    return both
