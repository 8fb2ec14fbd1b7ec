"""Properties of NetworkPolicies: the evaluated policies allow what the table of components says."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from scripts.manifests import identity
from scripts.manifests.network_policies import NAMESPACE_NAME, End, address, selects
from tests.chart.cases import LISTENING, Case
from tests.chart.references import names_in

Checked = Mapping[str, Any]
METADATA_SERVICE = "169.254.169.254"
PRIVATE = ("10.9.8.7", "172.16.9.8", "192.168.9.8", "100.64.9.8")
PUBLIC = "8.8.8.8"
PORTS = [("TCP", port) for port in (22, 80, 443, 587, 5432, 6443, 8126, 9999)] + [("UDP", 8125)]
# Ports with metrics, which only pods outside the release read.
SCRAPED = {"otel-collector": 8889, "pgbouncer": 9127, "statsd": 9102}
LAUNCHED = {"kubernetes_pod_operator": "True"}
STRANGERS: Mapping[str, Mapping[str, str]] = {
    "a pod without labels": {},
    "a pod of another release": {"tier": "airflow", "component": "worker", "release": "other"},
    "a pod that a task launched": LAUNCHED,
}


def _mismatch(is_open: bool, should_be: bool) -> str:
    if is_open == should_be:
        return ""
    return "open" if is_open else "closed"


def pods_have_a_row_in_the_table(case: Case) -> Checked:
    return {str(pod): pod.component not in case.tables.components for pod in case.manifests.pods()}


def pods_reach_each_other_as_the_table_says(case: Case) -> Checked:
    return {
        f"{caller} -> {callee}:{port}": _mismatch(
            case.network.allows(case.ends[caller], case.ends[callee], port, case.protocol(callee)),
            case.calls(caller, callee) and port == case.port(callee),
        )
        for caller, callee, port in case.meetings()
    }


def pods_reach_the_kubernetes_api_as_the_table_says(case: Case) -> Checked:
    api = address(case.kubernetes)
    return {
        caller: _mismatch(case.network.allows(end, api, 443), case.calls(caller, "kubernetes"))
        for caller, end in case.ends.items()
    }


def pods_reach_an_external_database_as_the_table_says(case: Case) -> Checked:
    if not case.database:
        return {
            "postgresql": "neither a pod nor an address" if "postgresql" not in case.pods else ""
        }
    database = address(case.database)
    return {
        caller: _mismatch(
            case.network.allows(end, database, 5432), case.calls(caller, "postgresql")
        )
        for caller, end in case.ends.items()
    }


def pods_reach_addresses_outside_as_values_say(case: Case) -> Checked:
    ends = {**case.ends, "tasks": End(case.tasks, LAUNCHED)}
    return {
        f"{caller} -> {target}:{port}/{protocol}": _mismatch(
            case.network.allows(ends[caller], address(target), port, protocol),
            case.should_reach(caller, target, port, protocol),
        )
        for caller, target, (protocol, port) in product(ends, {PUBLIC, *case.addresses()}, PORTS)
    }


def pods_do_not_reach_the_metadata_service(case: Case) -> Checked:
    service = address(METADATA_SERVICE)
    return {caller: case.network.allows(end, service, 80) for caller, end in case.ends.items()}


def pods_that_call_others_reach_dns(case: Case) -> Checked:
    resolver = End("kube-system", {"k8s-app": "kube-dns"})
    return {
        f"{caller} by {protocol}": _mismatch(
            case.network.allows(end, resolver, 53, protocol), bool(case.tables.calls(caller))
        )
        for caller, end in case.ends.items()
        for protocol in ("UDP", "TCP")
    }


def strangers_reach_no_pod(case: Case) -> Checked:
    return {
        f"{stranger} in {where} -> {component}:{port}": case.network.allows(
            End(where, labels), end, port
        )
        for stranger, labels in STRANGERS.items()
        for where in (case.namespace, case.tasks, "elsewhere")
        for component, end in case.ends.items()
        for port in sorted(LISTENING | set(end.ports.values()))
        # They may send metrics.
        if (labels, component, port) != (LAUNCHED, "otel-collector", case.port(component))
    }


def pods_that_tasks_launch_reach_nothing_private(case: Case) -> Checked:
    launched = End(case.tasks, LAUNCHED)
    return {
        target: case.network.allows(launched, address(target), 443)
        for target in (case.kubernetes, METADATA_SERVICE, *PRIVATE)
    }


def peers_of_policies_are_pods_that_exist(case: Case) -> Checked:
    """Those in the release's namespaces; others, and those that values name, are made by others."""
    named = names_in(case.values)

    def missing(peer: Mapping[str, Any], home: str) -> bool:
        where = (peer.get("namespaceSelector") or {}).get("matchLabels") or {NAMESPACE_NAME: home}
        labels = peer["podSelector"].get("matchLabels") or {}
        is_made_later = labels.items() <= LAUNCHED.items() or set(labels.values()) & named
        if is_made_later or where.get(NAMESPACE_NAME) not in (case.namespace, case.tasks):
            return False
        ends = [end for end in case.ends.values() if end.namespace == where[NAMESPACE_NAME]]
        return not any(selects(peer["podSelector"], end.labels) for end in ends)

    return {
        f"{identity(policy)}: {peer}": missing(peer, policy["metadata"]["namespace"])
        for policy in case.manifests.of("NetworkPolicy")
        for direction, side in (("ingress", "from"), ("egress", "to"))
        for rule in policy["spec"].get(direction) or []
        for peer in rule.get(side) or []
        if "podSelector" in peer
    }


def container_ports_are_those_that_others_call(case: Case) -> Checked:
    return {
        f"{component}:{port}": port not in (case.port(component), SCRAPED.get(component))
        for component, end in case.ends.items()
        for port in end.ports.values()
    }
