"""Access to a component from outside the release: Service, Ingress, NetworkPolicy."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Cidr, Object, Text


class Service(Block):
    """Service of a component."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    """Type of the Service: ClusterIP, NodePort or LoadBalancer."""
    annotations: Text = Field(
        default={},
        examples=[{"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"}],
    )
    """Annotations of the Service."""
    ports: list[Object] = Field(
        default=[],
        examples=[[{"name": "http", "port": 80, "targetPort": 8080, "nodePort": 30080}]],
    )
    """Ports of the Service: {name, port, targetPort, nodePort, protocol}; empty: the default."""
    load_balancer_ip: str | None = Field(
        default=None, alias="loadBalancerIP", examples=["203.0.113.7"]
    )
    """IP address to request for the load balancer, where the cloud supports it."""
    load_balancer_source_ranges: list[Cidr] = Field(default=[], examples=[["198.51.100.0/24"]])
    """CIDR blocks of the clients that may reach the load balancer; empty means all."""


class ScrapedService(Block):
    """Service of a component whose metrics Prometheus reads."""

    extra_annotations: Text = Field(default={}, examples=[{"example.com/owner": "data"}])
    """Annotations of the Service, beside those by which Prometheus finds it."""


class Callers(Block):
    """Callers of a component from outside the release."""

    from_: list[Object] = Field(
        default=[],
        examples=[
            [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}]
        ],
    )
    """NetworkPolicyPeers outside the release that may call the component; empty means none."""
    ports: list[Object] = Field(default=[], examples=[[{"port": 8080, "protocol": "TCP"}]])
    """NetworkPolicyPorts that these peers may call; empty means the component's own port."""

    model_config = {**Block.model_config, "alias_generator": lambda name: name.rstrip("_")}


class NetworkPolicy(Block):
    """Additions to the NetworkPolicy of a component."""

    ingress: Callers = Callers()
    """Callers from outside the release that may reach the component."""


class HttpRoute(Block):
    """HTTPRoute of a component, for the Gateway API."""

    enabled: bool = False
    """Create an HTTPRoute for the component; the cluster needs the Gateway API."""
    annotations: Text = Field(default={}, examples=[{"external-dns.alpha.kubernetes.io/ttl": "60"}])
    """Annotations of the HTTPRoute."""
    hostnames: list[str] = Field(default=[], examples=[["airflow.example.com"]])
    """Host names of the HTTPRoute, through `tpl`; empty means those of the Gateway."""
    parent_refs: list[Object] = Field(
        default=[], examples=[[{"name": "public", "namespace": "gateways"}]]
    )
    """Gateways of the HTTPRoute: {name, namespace, sectionName, port}."""


class IngressTls(Block):
    """TLS of a host."""

    enabled: bool = False
    """Serve the host with HTTPS."""
    secret_name: str = ""
    """Name of the Secret with the host's certificate."""


class IngressHost(Block):
    """A host of an Ingress."""

    name: str
    """Host name, through `tpl`."""
    tls: IngressTls = IngressTls()
    """TLS of the host."""


class IngressPath(Block):
    """A further path of an Ingress."""

    path: str
    """URL path that leads to the Service."""
    path_type: str = "ImplementationSpecific"
    """Type of the path: Exact, Prefix or ImplementationSpecific."""
    service_name: str | None = None
    """Name of the Service; unset means that of the component."""
    service_port: str | int
    """Name or number of the port of the Service."""


class IngressRule(Block):
    """Ingress of a component."""

    enabled: bool = False
    """Create an Ingress for the component."""
    annotations: Text = Field(
        default={}, examples=[{"nginx.ingress.kubernetes.io/proxy-body-size": "8m"}]
    )
    """Annotations of the Ingress, for the ingress controller."""
    path: str = "/"
    """URL path that the Ingress serves."""
    path_type: str = "ImplementationSpecific"
    """Type of the path: Exact, Prefix or ImplementationSpecific."""
    ingress_class_name: str = Field(default="", examples=["nginx"])
    """Name of the IngressClass; empty means the cluster's default."""
    hosts: list[str | IngressHost] = Field(
        default=[],
        examples=[
            [
                "airflow.example.com",
                {"name": "flow.example.com", "tls": {"enabled": True, "secretName": "flow-tls"}},
            ]
        ],
    )
    """Host names of the Ingress, as strings or as {name, tls: {enabled, secretName}}."""
    host: str = Field(default="", examples=["airflow.example.com"])
    """Host name of the Ingress, when `hosts` is empty."""
    tls: IngressTls = IngressTls()
    """TLS of the hosts that are only names."""
    preceding_paths: list[IngressPath] = Field(
        default=[],
        examples=[[{"path": "/*", "serviceName": "ssl-redirect", "servicePort": "use-annotation"}]],
    )
    """Paths of the Ingress before that of the component."""
    succeeding_paths: list[IngressPath] = Field(
        default=[],
        examples=[[{"path": "/docs", "serviceName": "docs", "servicePort": 80}]],
    )
    """Paths of the Ingress after that of the component."""
