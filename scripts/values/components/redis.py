"""The broker of the release."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Object, Resources, Text, resources
from scripts.values.component import Component
from scripts.values.pods import ClaimRetention, StatefulSet


class RedisService(Block):
    """Service of Redis."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    """Type of the Service: ClusterIP, NodePort or LoadBalancer."""
    cluster_ip: str | None = Field(default=None, alias="clusterIP", examples=["10.96.10.10"])
    """IP address of the Service; unset means that Kubernetes chooses one."""
    node_port: int | None = Field(default=None, examples=[30379])
    """Port on each node, for a Service of type NodePort."""


class RedisClaim(Block):
    """Claim of the pod of Redis."""

    enabled: bool = False
    """Make a claim for the pod, with which the queues outlive it."""
    existing_claim: str | None = Field(default=None, examples=["airflow-redis"])
    """Name of an existing PersistentVolumeClaim to use instead of a new one."""
    size: str = "1Gi"
    """Size of the claim, as a Kubernetes quantity; a StatefulSet cannot change it."""
    storage_class_name: str | None = Field(default=None, examples=["gp3"])
    """StorageClass of the claim; unset means the cluster's default, `-` means an empty name."""
    annotations: Text = {}
    """Annotations of the claim."""
    persistent_volume_claim_retention_policy: ClaimRetention | None = None
    """Retention of the claim when Redis is deleted or scaled down."""


class Redis(StatefulSet):
    """Redis in one pod, the broker of CeleryExecutor; with other executors it does not run."""

    enabled: bool | None = None  # type: ignore[assignment]
    """Run Redis; unset: with CeleryExecutor. If false, set data.brokerUrlSecretName."""
    resources: Resources = resources("50m", "64Mi", "256Mi")
    """Requests and limits of Redis."""
    termination_grace_period_seconds: int | None = 600
    """Seconds between SIGTERM and SIGKILL, in which Redis saves its data."""
    uid: int = 999
    """User ID of Redis, and its group."""
    password: str | None = None
    """Password of Redis as text (refused in prod); unset: the Job generates one."""
    password_secret_name: str | None = Field(default=None, examples=["airflow-redis"])
    """Name of an existing Secret with the key `password`."""
    password_secret_annotations: Text = {}
    """Annotations of the Secret that the chart creates from redis.password."""
    persistence: RedisClaim = RedisClaim()
    """Volume of the data of Redis; without a claim, a new pod starts with empty queues."""
    service: RedisService = RedisService()
    """Service of Redis."""
    empty_dir_config: Object | None = Field(default=None, examples=[{"sizeLimit": "1Gi"}])
    """Fields of the emptyDir with the data, when there is no claim, as Kubernetes defines them."""
    safe_to_evict: bool = True
    """Allow node autoscalers to evict the pod."""


class Ports(Block):
    """Port of Redis."""

    redis_db: int = Field(default=6379, alias="redisDB")
    """TCP port of Redis."""


COMPONENT = Component(key="redis", values=Redis, ports=Ports)
