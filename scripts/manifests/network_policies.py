"""Connections that NetworkPolicies allow, evaluated as Kubernetes does: both ends must allow them.

A direction for which no policy selects the pod is open; otherwise a rule of a policy that selects
it must match the peer and the port.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from ipaddress import ip_address, ip_network
from typing import Any

from scripts.manifests import Manifests, Pod

NAMESPACE_NAME = "kubernetes.io/metadata.name"
# On a policy: its destinations by name, as JSON with a list of CIDRs for each.
DESTINATIONS = "traffic/destinations"
TITLES = {"kubernetes": "Kubernetes API", "internet": "Internet"}


@dataclass(frozen=True)
class End:
    """One end of a connection: a pod, or an address outside the cluster's pods."""

    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    address: str = ""

    @property
    def is_pod(self) -> bool:
        return not self.address


def address(text: str) -> End:
    """An end outside the cluster's pods."""
    return End(address=text)


def pod_end(pod: Pod, namespace: str) -> End:
    """Return a pod of the manifests as the end of a connection."""
    ports = {name: port for c in pod.containers for name, port in c.ports.items()}
    return End(namespace, pod.labels, ports)


def pod_ends(manifests: Manifests, namespace: str, tasks: str) -> dict[str, End]:
    """Return the end of every component's pod; tasks run in a namespace of their own."""
    ends = {pod.component: pod_end(pod, pod.namespace or namespace) for pod in manifests.pods()}
    if task := manifests.pod_template:
        ends[task.component] = pod_end(task, tasks)
    return ends


@dataclass(frozen=True, order=True)
class Destination:
    """Addresses outside the cluster's pods, with the name that values give them, if any."""

    name: str
    addresses: tuple[str, ...] = ()

    def __str__(self) -> str:
        more = f" and {len(self.addresses) - 1} more" if len(self.addresses) > 1 else ""
        return self.name or f"{self.addresses[0]}{more}"


@dataclass(frozen=True)
class Network:
    """The policies of some manifests."""

    manifests: Manifests

    @cached_property
    def policies(self) -> list[dict[str, Any]]:
        return self.manifests.of("NetworkPolicy")

    def allows(self, source: End, target: End, port: int, protocol: str = "TCP") -> bool:
        """Return whether a connection is allowed."""
        out = self._free(source, "Egress", "to", target, port, protocol, target)
        return out and self._free(target, "Ingress", "from", source, port, protocol, target)

    def destinations(self, end: End) -> Iterator[tuple[Destination, str]]:
        """Yield the destinations outside that a pod may reach, and each port: `8125/UDP`, `all`."""
        mine = self._selecting(end, "Egress")
        if not mine:
            yield Destination("anything"), "all"
        for policy in mine:
            for rule in policy["spec"].get("egress") or []:
                blocks = [peer["ipBlock"] for peer in rule.get("to") or [] if "ipBlock" in peer]
                for destination in _named(blocks, policy):
                    yield from ((destination, port) for port in _port_names(rule.get("ports")))

    def _selecting(self, end: End, direction: str) -> list[dict[str, Any]]:
        """Return the policies that select a pod for a direction."""
        return [
            policy
            for policy in self.policies
            if policy["metadata"]["namespace"] == end.namespace
            and direction in policy["spec"]["policyTypes"]
            and selects(policy["spec"]["podSelector"], end.labels)
        ]

    def _free(
        self,
        end: End,
        direction: str,
        side: str,
        peer: End,
        port: int,
        protocol: str,
        target: End,
    ) -> bool:
        if not end.is_pod:
            return True
        mine = self._selecting(end, direction)
        if not mine:
            return True
        return any(
            _peer_fits(rule.get(side), peer, spec_namespace=end.namespace)
            and _port_fits(rule.get("ports"), port, protocol, target)
            for policy in mine
            for rule in policy["spec"].get(direction.lower()) or []
        )


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Return whether a label selector matches labels; of expressions, it supports `In`."""
    wanted = selector.get("matchExpressions") or []
    if selector.keys() - {"matchLabels", "matchExpressions"}:
        raise NotImplementedError(f"selector {selector}")
    if any(one["operator"] != "In" for one in wanted):
        raise NotImplementedError(f"selector {selector}")
    return (selector.get("matchLabels") or {}).items() <= labels.items() and all(
        labels.get(one["key"]) in one["values"] for one in wanted
    )


def _peer_fits(peers: Iterable[Mapping[str, Any]] | None, end: End, spec_namespace: str) -> bool:
    """No peers at all means every peer."""
    return not peers or any(_one_peer_fits(peer, end, spec_namespace) for peer in peers)


def _one_peer_fits(peer: Mapping[str, Any], end: End, spec_namespace: str) -> bool:
    if block := peer.get("ipBlock"):
        # A block does not select pods: that depends on the network plugin.
        return not end.is_pod and _in_block(end.address, block)
    if not end.is_pod:
        return False
    if "namespaceSelector" in peer:
        in_namespace = selects(peer["namespaceSelector"], {NAMESPACE_NAME: end.namespace})
    else:
        in_namespace = end.namespace == spec_namespace
    return in_namespace and selects(peer.get("podSelector") or {}, end.labels)


def _in_block(text: str, block: Mapping[str, Any]) -> bool:
    one = _address(text)
    return one in _network(block["cidr"]) and not any(
        one in _network(hole) for hole in block.get("except") or []
    )


# Parsed once, since thousands of connections need the same few.
_address = cache(ip_address)
_network = cache(ip_network)


def _port_fits(
    ports: Iterable[Mapping[str, Any]] | None, port: int, protocol: str, target: End
) -> bool:
    """No ports at all means every port."""
    return not ports or any(
        entry.get("protocol", "TCP") == protocol
        and ("port" not in entry or target.ports.get(entry["port"], entry["port"]) == port)
        for entry in ports
    )


def _named(blocks: list[Mapping[str, Any]], policy: Mapping[str, Any]) -> list[Destination]:
    """Return the destination of a rule's blocks; several when names share their addresses."""
    if not blocks:
        return []
    cidrs = {block["cidr"] for block in blocks}
    annotations = policy["metadata"].get("annotations") or {}
    names = [
        name
        for name, stated in json.loads(annotations.get(DESTINATIONS, "{}")).items()
        if set(stated) == cidrs
    ]
    addresses = tuple(map(_address_range, blocks))
    return [Destination(TITLES.get(name, name), addresses) for name in names or [""]]


def _address_range(block: Mapping[str, Any]) -> str:
    holes = len(block.get("except") or [])
    return f"{block['cidr']} except {holes} ranges" if holes else block["cidr"]


def _port_names(ports: Iterable[Mapping[str, Any]] | None) -> list[str]:
    """Ports in their usual notation: `443`, `8125/UDP`, `all`."""
    if not ports:
        return ["all"]
    return [
        str(one["port"]) + ("" if one.get("protocol", "TCP") == "TCP" else f"/{one['protocol']}")
        for one in ports
    ]
