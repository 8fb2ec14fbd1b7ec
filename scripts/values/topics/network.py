"""Who may talk to whom, and which places there are outside."""

from typing import Literal

import yaml
from pydantic import Field

from scripts.paths import CHART
from scripts.values.blocks import Block, Cidr, Object, Text

_TABLES = yaml.safe_load((CHART / "files" / "tables.yaml").read_text())
# What is no internet: private ranges and link-local metadata addresses, of both families.
NOT_PUBLIC = _TABLES["private"]["4"] + _TABLES["private"]["6"]
# Where the API server of a cluster is as its pods see it.
PRIVATE = [cidr for cidr in _TABLES["private"]["4"] if not cidr.startswith("169.254.")]
# The rows of files/tables.yaml: who is called what.
Component = Literal[
    "api-server",
    "scheduler",
    "dag-processor",
    "triggerer",
    "worker",
    "run-airflow-migrations",
    "create-user-job",
    "create-secrets",
    "postgresql",
]


class Peer(Block):
    """Addresses outside the release that a policy names; without any, none is reached."""

    cidrs: list[Cidr] = []
    """Networks."""
    ports: list[int] = []
    """TCP ports; neither these nor UDP ports means all."""
    udp_ports: list[int] = []
    """UDP ports."""


class Dns(Block):
    """The cluster's DNS."""

    namespace_labels: Text = {"kubernetes.io/metadata.name": "kube-system"}
    """Labels of its namespace."""
    pod_labels: Text = {"k8s-app": "kube-dns"}
    """Labels of its pods."""
    cidrs: list[Cidr] = []
    """Addresses of a node-local DNS cache."""
    ports: list[int] = [53, 5353]
    """Its ports; policies see the pod's own port, not the Service's."""


class Place(Peer):
    """Addresses outside the cluster."""

    cidrs: list[Cidr] = []
    """Networks; `0.0.0.0/0` and `::/0` are all of a family."""
    except_: list[Cidr] = Field(default=[], alias="except")
    """Networks that are cut out of all of a family."""


class Destination(Place):
    """A place outside that has a name here."""

    fqdns: list[str] = []
    """Names, such as s3.eu-central-1.amazonaws.com or *.example.com; needs Cilium."""


class Internet(Place):
    """The world outside."""

    enabled: bool = True
    """Let tasks and triggers reach it."""
    cidrs: list[Cidr] = ["0.0.0.0/0"]
    """Networks; `0.0.0.0/0` and `::/0` are all of a family."""
    except_: list[Cidr] = Field(default=NOT_PUBLIC, alias="except")
    """Networks that are cut out of all of a family: private ones and metadata addresses."""


DESTINATIONS: dict[str, Destination | None] = {
    # A role's credentials from the agent of EKS Pod Identity: 169.254.170.23/32.
    "cloudIdentity": Destination(ports=[80]),
    "git": Destination(cidrs=["0.0.0.0/0"], except_=NOT_PUBLIC, ports=[22, 443]),
    # The Datadog agent, or another one for StatsD and traces, on each node.
    "metrics": Destination(ports=[8126], udp_ports=[8125]),
    "objectStorage": Destination(cidrs=["0.0.0.0/0"], except_=NOT_PUBLIC, ports=[443]),
    "secretsBackend": Destination(ports=[443]),
    "smtp": Destination(ports=[587]),
}


class Cilium(Block):
    """What Cilium can do beyond NetworkPolicies."""

    enabled: bool = False
    """Make CiliumNetworkPolicies for places that are known by name (`fqdns`)."""


class NetworkPolicies(Block):
    """Who may talk to whom: derived from files/tables.yaml, in both directions."""

    enabled: bool = True
    """Make NetworkPolicies."""
    kubernetes: Peer = Peer(cidrs=PRIVATE, ports=[443, 6443])
    """The Kubernetes API; name its exact addresses to be strict."""
    database: Peer = Peer(ports=[5432])
    """An external database."""
    dns: Dns = Dns()
    """The cluster's DNS."""
    internet: Internet = Internet()
    """What tasks and triggers may reach outside."""
    destinations: dict[str, Destination | None] = DESTINATIONS
    """Places outside by name; those below are reached by whom files/tables.yaml says."""
    egress: dict[Component, dict[str, bool]] = {}
    """Who may also reach what, or not: component (`worker` means tasks), name, true or false."""
    cilium: Cilium = Cilium()
    """What Cilium can do beyond NetworkPolicies."""
    allow_anywhere: bool = False
    """Let a policy name everything; without it, a value that opens everything is refused."""
    default_deny: bool | None = None
    """Cut off other pods of the release's namespace; unset, when tasks have one of their own."""
    extra_egress: dict[Component, list[Object]] = {}
    """Further egress rules by component (`worker` means tasks), as Kubernetes has them."""
