"""The values that all pods have, and those of each kind of workload."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import (
    Block,
    Environment,
    Named,
    Object,
    Resources,
    Text,
    resources,
)
from scripts.values.rows import ComponentRow

EXTRA_CONTAINER = {
    "log-shipper": {"image": "registry.example.com/log-shipper:1.4", "args": ["--follow"]}
}
EXTRA_INIT_CONTAINER = {
    "fetch-certificates": {
        "image": "registry.example.com/certificates:2.0",
        "volumeMounts": [{"name": "certificates", "mountPath": "/certificates"}],
    }
}


class Placement(Block):
    """Placement of pods; the empty values of a component are taken from the global ones."""

    node_selector: Text | None = Field(default=None, examples=[{"kubernetes.io/arch": "amd64"}])
    """Labels that a node must have to run the pods."""
    affinity: Object | None = Field(
        default=None,
        examples=[
            {
                "nodeAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": {
                        "nodeSelectorTerms": [
                            {"matchExpressions": [{"key": "pool", "operator": "Exists"}]}
                        ]
                    }
                }
            }
        ],
    )
    """Affinity of the pods, as Kubernetes defines it."""
    tolerations: list[Object] | None = Field(
        default=None,
        examples=[
            [{"key": "dedicated", "operator": "Equal", "value": "airflow", "effect": "NoSchedule"}]
        ],
    )
    """Tolerations of node taints, as Kubernetes defines them."""
    topology_spread_constraints: list[Object] | None = Field(
        default=None,
        examples=[
            [
                {
                    "maxSkew": 1,
                    "topologyKey": "topology.kubernetes.io/zone",
                    "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": {"matchLabels": {"tier": "airflow"}},
                }
            ]
        ],
    )
    """Constraints that spread the pods over zones or nodes, as Kubernetes defines them."""
    priority_class_name: str | None = Field(default=None, examples=["airflow-important"])
    """Name of the PriorityClass of the pods."""
    scheduler_name: str | None = Field(default=None, examples=["bin-packing-scheduler"])
    """Name of the Kubernetes scheduler that places the pods; unset means the default scheduler."""
    runtime_class_name: str | None = Field(default=None, examples=["gvisor"])
    """Name of the RuntimeClass that runs the containers."""
    host_aliases: list[Object] | None = Field(
        default=None, examples=[[{"ip": "10.0.0.10", "hostnames": ["legacy.example.com"]}]]
    )
    """Entries of /etc/hosts in the pods."""


class SecurityContexts(Block):
    """Security contexts, merged over the chart's defaults, which meet Pod Security `restricted`."""

    pod: Object = Field(default={}, examples=[{"fsGroup": 2000}])
    """PodSecurityContext of the pods, in place of the chart's; containers stay restricted."""
    container: Object = Field(default={}, examples=[{"readOnlyRootFilesystem": False}])
    """SecurityContext fields of the containers, merged over the chart's restricted defaults."""


class ContainerSecurityContext(Block):
    """Security context of one container."""

    container: Object = Field(default={}, examples=[{"runAsUser": 1000}])
    """SecurityContext fields of the init container, merged over the restricted defaults."""


class ServiceAccount(Block):
    """ServiceAccount of a component's pods."""

    create: bool = True
    """Create the ServiceAccount; if false, the existing one `name` is used, or else `default`."""
    name: str | None = Field(default=None, examples=["airflow-custom"])
    """Name of the ServiceAccount; default `<release>-airflow-<component>`."""
    annotations: Text = Field(
        default={},
        examples=[{"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/airflow"}],
    )
    """Annotations of the ServiceAccount, through `tpl`; for example the IAM role for IRSA."""
    automount_service_account_token: bool | None = None
    """Mount an API token; unset means only in containers that call the Kubernetes API."""


class TokenVolume(Block):
    """Volume with a token for the Kubernetes API."""

    enabled: bool = False
    """Mount the volume when automountServiceAccountToken is false."""
    audience: str | None = Field(default=None, examples=["https://kubernetes.default.svc"])
    """Audience of the token; unset means the Kubernetes API."""
    expiration_seconds: int = Field(default=3600, ge=600, le=7776000)
    """Lifetime of the token in seconds; the kubelet renews it before."""
    mount_path: str = "/var/run/secrets/kubernetes.io/serviceaccount"
    """Folder of the token, where clients of Kubernetes look for it."""
    volume_name: str = "kube-api-access"
    """Name of the volume."""


class CallerAccount(ServiceAccount):
    """ServiceAccount of a component that calls the Kubernetes API."""

    service_account_token_volume: TokenVolume = TokenVolume()
    """Volume with a token, for pods that automount none."""


class Probe(Block):
    """Probe of a container, as far as it can be configured."""

    enabled: bool = True
    """Render the probe; if false, the container has none."""
    initial_delay_seconds: int | None = None
    """Seconds between the start of the container and the first probe; unset means 0."""
    period_seconds: int | None = None
    """Seconds between two probes."""
    timeout_seconds: int | None = None
    """Seconds until a probe without an answer counts as failed."""
    failure_threshold: int | None = None
    """Number of consecutive failures after which the probe counts as failed."""


class HttpProbe(Probe):
    """Probe by an HTTP request."""

    path: str | None = Field(default=None, pattern="^/", examples=["/api/v2/monitor/health"])
    """URL path of the probe's request, with that of config.api.base_url; unset: /api/v2/version."""
    scheme: Literal["HTTP", "HTTPS"] | None = None
    """Scheme of the probe's request; unset means HTTPS if config.api.ssl_cert is set."""


class CommandProbe(Probe):
    """Probe by a command, which can be replaced."""

    command: list[str] | None = Field(default=None, examples=[["sh", "-c", "test -e /run/ready"]])
    """Command that replaces the chart's own probe, for example to check something else."""


class PodSettings(Placement):
    """Every component."""

    command: list[str] | None = Field(default=None, examples=[["/opt/wrapper.sh"]])
    """Command of the main container, instead of the image's entrypoint."""
    args: list[str] | None = Field(default=None, examples=[["bash", "-c", "exec airflow version"]])
    """Arguments of the main container, instead of the component's own."""
    env: Environment | None = Field(
        default=None,
        examples=[
            {
                "PYTHONFAULTHANDLER": "1",
                "TOKEN": {"valueFrom": {"secretKeyRef": {"name": "service", "key": "token"}}},
            }
        ],
    )
    """Environment variables of the main container; they override the global `env`."""
    resources: Resources = Field(
        default={},
        examples=[{"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}}],
    )
    """Requests and limits of the main container."""
    labels: Text = Field(default={}, examples=[{"example.com/cost-center": "42"}])
    """Labels of the pods and of the component's other objects, except the workload itself."""
    security_contexts: SecurityContexts = SecurityContexts()
    """Security contexts of the pods and containers; by default, as Pod Security `restricted`."""
    security_context: Object = Field(default={}, examples=[{"fsGroup": 2000}])
    """PodSecurityContext fields of the pods; `securityContexts.pod` replaces this older name."""
    container_lifecycle_hooks: Object | None = Field(
        default=None, examples=[{"preStop": {"exec": {"command": ["sleep", "10"]}}}]
    )
    """Lifecycle hooks of the main container, through `tpl`; they replace the release's."""
    extra_containers: Named | None = Field(default=None, examples=[EXTRA_CONTAINER])
    """Additional containers, as a map by name or a list; the chart adds a securityContext."""
    extra_init_containers: Named | None = Field(default=None, examples=[EXTRA_INIT_CONTAINER])
    """Init containers, as a map by name or a list; the chart adds a securityContext.

    They start after the chart's own, which waits for the database. Native sidecars (`restartPolicy:
    Always`) and those with `beforeWaiting: true`, a field that the chart removes, start before it.
    """
    extra_volumes: Named | None = Field(default=None, examples=[{"scratch": {"emptyDir": {}}}])
    """Volumes of the pods, as a map by name or a list, in addition to the global `volumes`."""
    extra_volume_mounts: Named | None = Field(
        default=None, examples=[{"scratch": {"mountPath": "/scratch"}}]
    )
    """Volume mounts of the main container, as a map by volume name or a list."""
    service_account: ServiceAccount = ServiceAccount()
    """ServiceAccount of the pods."""
    termination_grace_period_seconds: int | None = None
    """Seconds between SIGTERM and SIGKILL when a pod is stopped; unset means 30."""
    pod: Object = Field(default={}, examples=[{"dnsPolicy": "Default"}])
    """PodSpec fields, as Kubernetes defines them, merged last over the rendered pod."""


class SidecarSecurityContext(Block):
    """Security context of one container beside the main one."""

    container: Object = Field(default={}, examples=[{"runAsUser": 1000}])
    """SecurityContext fields of the container, merged over the restricted defaults."""


class Sidecar(Block):
    """A container beside the main one."""

    enabled: bool = False
    """Add the container to the pods."""
    resources: Resources = resources("10m", "64Mi", "256Mi")
    """Requests and limits of the container."""
    security_contexts: SidecarSecurityContext = SidecarSecurityContext()
    """Security context of the container."""
    container_lifecycle_hooks: Object | None = Field(
        default=None, examples=[{"postStart": {"exec": {"command": ["sleep", "1"]}}}]
    )
    """Lifecycle hooks of the container, through `tpl`."""


class LogGroomer(Sidecar):
    """Sidecar that deletes old logs, with the script /clean-logs of the official image."""

    command: list[str] | None = Field(default=None, examples=[["/opt/groomer.sh"]])
    """Command of the sidecar, instead of the image's entrypoint."""
    args: list[str] | None = ["bash", "/clean-logs"]
    """Arguments of the sidecar."""
    env: Environment | None = Field(default=None, examples=[{"PYTHONFAULTHANDLER": "1"}])
    """Environment variables of the sidecar, as a list or a map; it has no others of the release."""
    retention_days: int = 15
    """Days after which logs are deleted; 0 means the default of the script."""
    frequency_minutes: int = 15
    """Minutes between two runs; 0 means the default of the script."""
    max_size_bytes: int = Field(default=0, ge=0)
    """Bytes of logs above which the oldest are deleted, too; 0 means no limit."""
    max_size_percent: int = Field(default=0, ge=0, le=100)
    """Percentage of the volume above which the oldest logs are deleted, too; 0 means no limit."""


class ClaimRetention(Block):
    """Retention of the claims of a StatefulSet."""

    when_deleted: Literal["Retain", "Delete"] | None = None
    """Fate of the claims of a deleted StatefulSet: Retain or Delete; unset means Retain."""
    when_scaled: Literal["Retain", "Delete"] | None = None
    """Fate of the claims of surplus pods: Retain or Delete; unset means Retain."""


class OwnClaims(Block):
    """A volume for the logs of each pod; the component is a StatefulSet then."""

    enabled: bool = False
    """Make a claim for each pod; changing it replaces the workload by one of another kind."""
    size: str = "100Gi"
    """Size of each claim, as a Kubernetes quantity; a StatefulSet cannot change it."""
    storage_class_name: str | None = Field(default=None, examples=["gp3"])
    """StorageClass of the claims; unset means the cluster's default, `-` means an empty name."""
    annotations: Text = {}
    """Annotations of the claims."""
    fix_permissions: bool = False
    """Change the owner of the files in an init container that runs as root."""
    security_contexts: SidecarSecurityContext = SidecarSecurityContext()
    """Security context of the init container of `fixPermissions`."""
    persistent_volume_claim_retention_policy: ClaimRetention | None = Field(
        default=None, examples=[{"whenDeleted": "Delete"}]
    )
    """Retention of the claims when the workload is deleted or scaled down."""


class WaitForMigrations(Block):
    """Init container that waits until the schema of the database fits the image."""

    enabled: bool = True
    """Wait before the main container starts; the migrations Job waits for the database only."""
    env: Environment | None = Field(default=None, examples=[{"PGCONNECT_TIMEOUT": "10"}])
    """Additional environment variables of the init container that waits for the migrations."""
    security_contexts: ContainerSecurityContext = ContainerSecurityContext()
    """Security context of the init container that waits for the migrations."""


class Waiting(PodSettings):
    """Every component that waits for the migrations."""

    wait_for_migrations: WaitForMigrations = WaitForMigrations()
    """Init container that waits for the database migrations."""


class Deployment(Waiting):
    """Every Deployment."""

    enabled: bool | None = True
    """Run the component; null means true, as in the official chart."""
    annotations: Text = {}
    """Annotations of the Deployment."""
    pod_annotations: Text = Field(default={}, examples=[{"example.com/scrape": "true"}])
    """Annotations of the pods."""
    strategy: Object | None = Field(default=None, examples=[{"type": "Recreate"}])
    """Update strategy of the Deployment, as Kubernetes defines it."""
    revision_history_limit: int | None = None
    """Number of old ReplicaSets to keep; unset means the global revisionHistoryLimit."""
    safe_to_evict: bool = True
    """Allow node autoscalers to evict the pods."""


class Disruption(Block):
    """PodDisruptionBudget of a component."""

    enabled: bool = False
    """Create a PodDisruptionBudget, which limits how many pods a node drain stops at once."""
    config: Object | None = Field(default=None, examples=[{"minAvailable": 1}])
    """Spec of the PodDisruptionBudget; unset: `maxUnavailable: 1`, which lets nodes drain.

    `unhealthyPodEvictionPolicy` is AlwaysAllow, unless `config` has another one: a pod that is not
    ready does not hold up a drain.
    """


class ReplicatedDeployment(Deployment):
    """A component that can run several pods."""

    replicas: int = Field(default=1, ge=0)
    """Number of pods."""
    pod_disruption_budget: Disruption = Disruption()
    """PodDisruptionBudget of the Deployment."""


class Job(PodSettings):
    """Every Job."""

    enabled: bool = True
    """Run the Job on installation and after each change of its pod."""
    annotations: Text = {}
    """Annotations of the Job's pods."""
    job_annotations: Text = {}
    """Annotations of the Job itself."""
    restart_policy: Literal["Never", "OnFailure"] = "OnFailure"
    """Restart policy of the Job's pods: OnFailure or Never."""
    ttl_seconds_after_finished: int | None = Field(default=None, ge=0)
    """Seconds until a finished Job is deleted; an upgrade then runs it again. Unset means never."""


class CronJob(PodSettings):
    """Every CronJob."""

    enabled: bool = False
    """Run the CronJob."""
    schedule: str = Field(default="0 0 * * 0", examples=["30 2 * * 6"])
    """Times at which the CronJob runs, in the notation of cron, through `tpl`."""
    job_annotations: Text = {}
    """Annotations of the CronJob itself."""
    pod_annotations: Text = {}
    """Annotations of the pods."""
    failed_jobs_history_limit: int | None = Field(default=None, ge=0)
    """Number of failed Jobs to keep; unset means 1, Kubernetes' default."""
    successful_jobs_history_limit: int | None = Field(default=None, ge=0)
    """Number of finished Jobs to keep; unset means 3, Kubernetes' default."""


class AirflowJob(Job, Waiting):
    """A Job that runs Airflow."""

    apply_custom_env: bool = True
    """Use `env`, `secret`, `extraEnv` and `extraEnvFrom` of the release in the Job."""
    use_helm_hooks: bool = False
    """Run the Job as a Helm hook; true is refused, since a hook deadlocks with `--wait`."""


class StatefulSet(PodSettings):
    """Every StatefulSet."""

    enabled: bool = True
    """Run the component."""
    annotations: Text = {}
    """Annotations of the StatefulSet."""
    pod_annotations: Text = {}
    """Annotations of the pods."""


class OptionalDeployment(PodSettings):
    """A Deployment that is off by default and waits for nothing."""

    enabled: bool = False
    """Run the component."""
    annotations: Text = {}
    """Annotations of the Deployment."""
    pod_annotations: Text = {}
    """Annotations of the pods."""
    revision_history_limit: int | None = None
    """Number of old ReplicaSets to keep; unset means the global revisionHistoryLimit."""
    extra_network_policies: list[Object] = Field(
        default=[],
        examples=[
            [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
        ],
    )
    """NetworkPolicyPeers outside the release that may reach the ports, such as Prometheus."""


class Helper(OptionalDeployment):
    """An optional Deployment of another program than Airflow."""

    uid: int | None = 65534
    """User ID of the containers; null where the cluster assigns one (OpenShift)."""


class WithClaims(Block):
    """A component whose pods may have claims of their own; it is a StatefulSet then."""

    log_groomer_sidecar: LogGroomer = LogGroomer()
    """Sidecar that deletes old logs; needed only where logs stay on a volume."""
    persistence: OwnClaims = OwnClaims()
    """Claim for the logs of each pod; with `logs.persistence.enabled` they share that volume."""
    pod_management_policy: Literal["OrderedReady", "Parallel"] | None = None
    """Order in which the pods of the StatefulSet start; unset means one after the other."""
    volume_claim_templates: list[Object] = Field(
        default=[],
        examples=[
            [
                {
                    "metadata": {"name": "scratch"},
                    "spec": {
                        "accessModes": ["ReadWriteOnce"],
                        "resources": {"requests": {"storage": "1Gi"}},
                    },
                }
            ]
        ],
    )
    """Further claims of each pod of the StatefulSet, as Kubernetes defines them."""
    update_strategy: Object | None = Field(default=None, examples=[{"type": "OnDelete"}])
    """Update strategy of the StatefulSet, with `persistence.enabled`."""


# The values that several components share, the most general first.
SHARED = (PodSettings, Waiting, Deployment, ReplicatedDeployment, Helper, Job, CronJob, StatefulSet)


def settings_of(row: ComponentRow) -> type[PodSettings]:
    """The values that follow from the row of a component."""
    if row.kind == "Deployment" and row.replicated:
        return ReplicatedDeployment
    kinds = {
        "Deployment": Deployment,
        "Job": Job,
        "CronJob": CronJob,
        "StatefulSet": StatefulSet,
    }
    return kinds.get(row.kind, PodSettings)
