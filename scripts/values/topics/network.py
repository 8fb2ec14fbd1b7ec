"""NetworkPolicies: addresses outside the release, and the callers that may reach them."""

from collections.abc import Iterable
from typing import Literal

import yaml
from pydantic import Field

from scripts.paths import CHART
from scripts.values.blocks import Block, Cidr, Object, Text, narrowed

_PRIVATE = yaml.safe_load((CHART / "files" / "private_networks.yaml").read_text())
# Networks outside the internet, of both IP families.
NOT_PUBLIC = _PRIVATE["4"] + _PRIVATE["6"]
# Networks in which pods find the API server of their cluster: private ones, not link-local ones.
API_SERVER_NETWORKS = [cidr for cidr in _PRIVATE["4"] if not cidr.startswith("169.254.")]


class Peer(Block):
    """Addresses outside the release; without any, no connection is allowed."""

    cidrs: list[Cidr] = Field(default=[], examples=[["10.1.16.0/24", "10.1.17.0/24"]])
    """CIDR blocks that may be reached; empty means none."""
    namespace_labels: Text | None = Field(
        default=None, examples=[{"kubernetes.io/metadata.name": "databases"}]
    )
    """Labels of the namespace of pods that may be reached; unset means the release's namespace."""
    pod_labels: Text | None = Field(default=None, examples=[{"cnpg.io/cluster": "airflow"}])
    """Labels of pods of this cluster that may be reached; unset means all of the namespace."""
    ports: list[int] = []
    """TCP ports that may be reached; without ports and udpPorts, all of them."""
    udp_ports: list[int] = []
    """UDP ports that may be reached, in addition to `ports`."""


# Stated labels replace the default as a whole; null removes a label of a lower layer.
Labels = dict[str, str | None]


class Database(Peer):
    """An external database or broker."""

    fqdns: list[str] = Field(default=[], examples=[["airflow.abc.eu-central-1.rds.amazonaws.com"]])
    """Host names; they need Cilium."""


class Dns(Block):
    """DNS service of the cluster."""

    namespace_labels: Labels | None = Field(
        default=None, examples=[{"kubernetes.io/metadata.name": "openshift-dns"}]
    )
    """Labels of the namespace of the DNS pods; unset: that of the namespace kube-system."""
    pod_labels: Labels | None = Field(
        default=None, examples=[{"dns.operator.openshift.io/daemonset-dns": "default"}]
    )
    """Labels of the DNS pods; unset means `k8s-app: kube-dns`."""
    cidrs: list[Cidr] = Field(default=[], examples=[["169.254.20.10/32"]])
    """CIDR blocks of a node-local DNS cache."""
    ports: list[int] = [53, 5353]
    """Ports of the DNS pods (TCP and UDP); policies apply to the pod's port, not the Service's."""


class Place(Peer):
    """Addresses outside the cluster."""

    cidrs: list[Cidr] = Field(default=[], examples=[["10.30.18.0/24"]])
    """CIDR blocks that may be reached; `0.0.0.0/0` and `::/0` stand for a whole IP family."""
    except_: list[Cidr] = Field(default=[], alias="except", examples=[["10.0.0.0/8"]])
    """CIDR blocks that stay closed, of a whole IP family."""


class Destination(Place):
    """Addresses outside the cluster with a name of their own."""

    fqdns: list[str] = Field(default=[], examples=[["*.example.com"]])
    """Host names, such as s3.eu-central-1.amazonaws.com or *.example.com; they need Cilium."""


class Internet(Place):
    """The internet."""

    enabled: bool = True
    """Allow tasks and triggers to reach the internet."""
    cidrs: list[Cidr] = ["0.0.0.0/0"]
    """CIDR blocks that count as the internet; `0.0.0.0/0` and `::/0` are a whole IP family."""
    except_: list[Cidr] = Field(default=NOT_PUBLIC, alias="except")
    """CIDR blocks that do not count as the internet: private networks and metadata addresses."""


DESTINATIONS: dict[str, Destination | None] = {
    # The agent of EKS Pod Identity, 169.254.170.23/32, issues the credentials of a role.
    "cloudIdentity": Destination(ports=[80]),
    "errorTracking": Destination(ports=[443]),
    "git": Destination(cidrs=["0.0.0.0/0"], except_=NOT_PUBLIC, ports=[22, 443]),
    "identityProvider": Destination(ports=[443]),
    "lineage": Destination(ports=[443]),
    # The Datadog agent, or another one for StatsD and traces, on each node.
    "metrics": Destination(ports=[8126], udp_ports=[8125]),
    "objectStorage": Destination(cidrs=["0.0.0.0/0"], except_=NOT_PUBLIC, ports=[443]),
    "proxy": Destination(ports=[3128]),
    "secretsBackend": Destination(ports=[443]),
    "smtp": Destination(ports=[587]),
    "taskLogStore": Destination(ports=[9200]),
}


class Cilium(Block):
    """Features of Cilium beyond NetworkPolicies."""

    enabled: bool = False
    """Create CiliumNetworkPolicies for destinations with host names (`fqdns`)."""


class NetworkPolicies(Block):
    """NetworkPolicies in both directions, derived from `calls` in files/components.yaml."""

    enabled: bool = True
    """Create NetworkPolicies for all components."""
    kubernetes: Peer = Peer(cidrs=API_SERVER_NETWORKS, ports=[443, 6443])
    """Kubernetes API; its exact addresses make a stricter policy."""
    database: Database = Database(ports=[5432])
    """External metadata database."""
    broker: Database = Database(ports=[6379])
    """External broker of CeleryExecutor."""
    dns: Dns = Dns()
    """DNS service of the cluster."""
    internet: Internet = Internet()
    """Internet, as tasks and triggers may reach it."""
    destinations: dict[str, Destination | None] = Field(
        default=DESTINATIONS,
        examples=[{"warehouse": {"cidrs": ["10.30.19.0/24"], "ports": [5439]}}],
    )
    """Destinations outside, by name; files/components.yaml has the callers of the defaults."""
    egress: dict[str, dict[str, bool]] = Field(
        default={}, examples=[{"worker": {"git": True, "internet": False}}]
    )
    """Destinations to allow or forbid, by component (`worker` means tasks) and destination."""
    cilium: Cilium = Cilium()
    """Features of Cilium beyond NetworkPolicies."""
    allow_anywhere: bool = False
    """Accept values that open a policy to all addresses, which are refused by default."""
    default_deny: bool | None = None
    """Isolate other pods in the release's namespace; unset means true if tasks have another one."""
    extra_egress: dict[str, list[Object]] = Field(
        default={}, examples=[{"worker": [{"to": [{"ipBlock": {"cidr": "10.2.0.0/16"}}]}]}]
    )
    """Egress rules to add, by component (`worker` means tasks), as Kubernetes defines them."""


class Network(Block):
    """Network policies."""

    network_policies: NetworkPolicies = NetworkPolicies()
    """NetworkPolicies of the components and their destinations."""


def network_topic(components: Iterable[str]) -> type[Network]:
    """The topic for a chart with these components."""
    name = Literal[*components]
    policies = narrowed(
        NetworkPolicies,
        egress=dict[name, dict[str, bool]],
        extra_egress=dict[name, list[Object]],
    )
    return narrowed(Network, network_policies=policies())
