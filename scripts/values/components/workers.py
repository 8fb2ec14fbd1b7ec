"""Task pods."""

from scripts.values.blocks import Environment, Named, Object, Resources, Text, resources
from scripts.values.component import Component
from scripts.values.pods import PodSettings, SecurityContexts, ServiceAccount


class KubernetesWorkers(PodSettings):
    """Overrides for the pods of KubernetesExecutor; `workers` applies where a value is empty."""

    env: Environment | None = None
    """Environment variables, merged over `workers.env`."""
    resources: Resources | None = None  # type: ignore[assignment]
    """Requests and limits, instead of `workers.resources`."""
    labels: Text | None = None  # type: ignore[assignment]
    """Labels of the pods, instead of `workers.labels`."""
    pod_annotations: Text | None = None
    """Annotations of the pods, instead of `workers.podAnnotations`."""
    security_contexts: SecurityContexts | None = None  # type: ignore[assignment]
    """Security contexts, merged over `workers.securityContexts`."""
    extra_containers: Named | None = None
    """Additional containers, merged by name with `workers.extraContainers`."""
    extra_init_containers: Named | None = None
    """Additional init containers, merged by name with `workers.extraInitContainers`."""
    extra_volumes: Named | None = None
    """Volumes of the pods, merged by name with `workers.extraVolumes`."""
    extra_volume_mounts: Named | None = None
    """Volume mounts of the container, merged by name with `workers.extraVolumeMounts`."""
    service_account: ServiceAccount | None = None  # type: ignore[assignment]
    """ServiceAccount of the pods, merged over `workers.serviceAccount`."""
    pod: Object | None = None  # type: ignore[assignment]
    """PodSpec fields, instead of `workers.pod`."""
    safe_to_evict: bool | None = None
    """Allow node autoscalers to evict running tasks; unset means `workers.safeToEvict`."""


class Workers(PodSettings):
    """Task pods, which run one task each in the container `base`."""

    resources: Resources = resources("100m", "256Mi", "1Gi")
    """Requests and limits of the container `base`; a task needs about 250 MiB of its own."""
    termination_grace_period_seconds: int | None = 600
    """Seconds that a running task has to finish after its pod is deleted."""
    pod_annotations: Text = {}
    """Annotations of the pods."""
    safe_to_evict: bool = False
    """Allow node autoscalers to evict running tasks."""
    kubernetes: KubernetesWorkers = KubernetesWorkers()
    """Overrides for the pods of KubernetesExecutor."""


COMPONENT = Component(key="workers", values=Workers)
