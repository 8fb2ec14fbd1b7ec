"""Task pods and Celery workers."""

from pydantic import Field

from scripts.values.blocks import Block, Object, Resources, Text, resources, unset
from scripts.values.component import Component
from scripts.values.pods import (
    CommandProbe,
    Disruption,
    PodSettings,
    Sidecar,
    SidecarSecurityContext,
    WaitForMigrations,
    WithClaims,
)
from scripts.values.scaling import Hpa, Keda


class KerberosInitContainer(Block):
    """Init container that gets a Kerberos ticket."""

    enabled: bool = False
    """Get a ticket before the main container starts."""
    resources: Resources = resources("10m", "128Mi", "512Mi")
    """Requests and limits of the container."""
    security_contexts: SidecarSecurityContext = SidecarSecurityContext()
    """Security context of the container."""


class KerberosSidecar(Sidecar):
    """Sidecar that renews the Kerberos ticket; in task pods a native one, which ends with them."""

    enabled: bool = False
    """Renew the ticket while the pod runs."""
    resources: Resources = resources("10m", "128Mi", "512Mi")
    """Requests and limits of the container."""


class TaskPods(PodSettings):
    """Pods that run tasks: those of KubernetesExecutor, and Celery workers."""

    resources: Resources = resources("100m", "256Mi", "1Gi")
    """Requests and limits of the main container; a task needs about 250 MiB of its own."""
    termination_grace_period_seconds: int | None = 600
    """Seconds that running tasks have to finish after their pod is deleted."""
    pod_annotations: Text = {}
    """Annotations of the pods."""
    safe_to_evict: bool = False
    """Allow node autoscalers to evict running tasks."""
    kerberos_init_container: KerberosInitContainer = KerberosInitContainer()
    """Init container that gets a Kerberos ticket; it turns Kerberos on for workers."""
    kerberos_sidecar: KerberosSidecar = KerberosSidecar()
    """Sidecar that renews the Kerberos ticket; it turns Kerberos on for workers."""


class Workloads(TaskPods, WithClaims):
    """Celery workers."""

    wait_for_migrations: WaitForMigrations = WaitForMigrations()
    """Init container of Celery workers that waits for the database migrations."""
    annotations: Text = {}
    """Annotations of the Deployment of Celery workers."""
    replicas: int = Field(default=1, ge=0)
    """Number of Celery workers."""
    strategy: Object | None = Field(default=None, examples=[{"type": "Recreate"}])
    """Update strategy of Celery workers, as Kubernetes defines it."""
    revision_history_limit: int | None = None
    """Number of old ReplicaSets of Celery workers to keep; unset: the global one."""
    extra_ports: list[Object] = Field(
        default=[], examples=[[{"name": "metrics", "containerPort": 9000}]]
    )
    """Further ports of Celery workers, as Kubernetes defines them."""
    liveness_probe: CommandProbe = CommandProbe(
        initial_delay_seconds=60, period_seconds=300, timeout_seconds=60, failure_threshold=5
    )
    """Liveness probe of Celery workers, which asks the worker through the broker."""
    pod_disruption_budget: Disruption = Disruption()
    """PodDisruptionBudget of Celery workers."""
    hpa: Hpa = Hpa()
    """HorizontalPodAutoscaler of Celery workers."""
    keda: Keda = Keda()
    """ScaledObject of Celery workers, for KEDA."""


class Queue(Block):
    """Queues of a set of Celery workers."""

    queue: str | None = Field(default=None, examples=["default,large"])
    """Queues from which the workers take tasks, separated by commas; unset means `default`."""


class WorkerSet(Queue, unset(Workloads)):  # type: ignore[misc]
    """A set of Celery workers; what it leaves unset is that of `workers.celery`."""

    name: str | None = Field(default=None, pattern="^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
    """Name of the set, in a list of sets."""


class CeleryWorkers(Queue, unset(Workloads)):  # type: ignore[misc]
    """Overrides for Celery workers; `workers` applies where a value is unset."""

    enable_default: bool = True
    """Run the default set of workers, beside those of `sets`."""
    sets: list[WorkerSet] | dict[str, WorkerSet | None] | None = Field(
        default=None, examples=[{"large": {"queue": "large", "replicas": 2}}]
    )
    """Sets of workers, as a map by name or a list; each overrides values of `workers.celery`."""


class Workers(Workloads):
    """Pods of tasks; `workers.celery` and `workers.kubernetes` override these values."""

    celery: CeleryWorkers = CeleryWorkers()
    """Overrides for Celery workers."""
    kubernetes: unset(TaskPods) = unset(TaskPods)()  # type: ignore[valid-type]
    """Overrides for the pods of KubernetesExecutor; `workers` applies where a value is unset."""


class Ports(Block):
    """Port of the workers."""

    worker_logs: int = 8793
    """TCP port on which workers of Celery and of LocalExecutor serve the logs of their tasks."""


COMPONENT = Component(key="workers", values=Workers, ports=Ports)
