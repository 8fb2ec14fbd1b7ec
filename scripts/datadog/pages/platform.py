"""Pages about the platform below Airflow: Kubernetes and the database."""

from dataclasses import replace

from scripts.datadog.pages.shared_widgets import graph, share
from scripts.datadog.queries import CLUSTER_SCOPE, Query, count, other, time
from scripts.datadog.widgets import Dashboard, Group, Marker, Timeseries

# The team is a tag of the instance, which the AWS integration reads.
DATABASE_SCOPE = ("$dbinstanceidentifier", "$team")

NANOCORES = 1_000_000_000
QUOTA = "kubernetes_state.resourcequota"


def _quota(title: str, resource: str) -> Timeseries:
    """The used part of the quota of each namespace, in percent."""
    by = ("kube_namespace",)
    used = other(f"{QUOTA}.{resource}.used", *CLUSTER_SCOPE, by=by)
    limit = other(f"{QUOTA}.{resource}.limit", *CLUSTER_SCOPE, by=by)
    return replace(share(title, "used", used, limit), width=4)


def _requests(title: str, resource: str) -> Timeseries:
    query = other(f"kubernetes.{resource}.requests", *CLUSTER_SCOPE, by=("team",))
    return graph(title, ("requested", query), width=6, display="area")


def _volume(what: str) -> Query:
    """A statistic of each claim, in bytes."""
    name = f"kubernetes.kubelet.volume.stats.{what}"
    return other(
        name, *CLUSTER_SCOPE, aggregator="max", by=("kube_namespace", "persistentvolumeclaim")
    )


KUBERNETES = Dashboard(
    "kubernetes",
    "Airflow ${environment}: KubernetesExecutor and pods",
    "One pod per task: how fast they start, and which do not.",
    (
        Group(
            "Requests of the executor to Kubernetes",
            (
                graph(
                    "Pod creations by status",
                    ("pods", count("kubernetes_executor.pod_creation_status", by=("status",))),
                    display="bars",
                ),
                graph(
                    "Pod deletions by status",
                    ("pods", count("kubernetes_executor.pod_deletion_status", by=("status",))),
                    display="bars",
                ),
                graph(
                    "Duration of requests (p95)",
                    ("create", time("kubernetes_executor.pod_creation")),
                    ("delete", time("kubernetes_executor.pod_deletion")),
                    ("patch", time("kubernetes_executor.pod_patching")),
                ),
            ),
        ),
        Group(
            "Pods",
            (
                graph(
                    "Pods by phase",
                    (
                        "pods",
                        other(
                            "kubernetes_state.pod.status_phase", *CLUSTER_SCOPE, by=("pod_phase",)
                        ),
                    ),
                    display="area",
                ),
                graph(
                    "Pending pods by namespace",
                    (
                        "pods",
                        other(
                            "kubernetes_state.pod.status_phase",
                            *CLUSTER_SCOPE,
                            "pod_phase:pending",
                            by=("kube_namespace",),
                        ),
                    ),
                ),
                graph(
                    "Failed pods by namespace",
                    (
                        "pods",
                        other(
                            "kubernetes_state.pod.status_phase",
                            *CLUSTER_SCOPE,
                            "pod_phase:failed",
                            by=("kube_namespace",),
                        ),
                    ),
                    alert=Marker("failed_pods"),
                ),
                graph(
                    "Waiting containers by reason",
                    (
                        "containers",
                        other(
                            "kubernetes_state.container.status_report.count.waiting",
                            *CLUSTER_SCOPE,
                            by=("reason",),
                        ),
                    ),
                ),
                graph(
                    "Restarts by pod",
                    (
                        "restarts",
                        other("kubernetes.containers.restarts", *CLUSTER_SCOPE, by=("pod_name",)),
                    ),
                ),
                graph(
                    "Memory usage by namespace",
                    (
                        "memory",
                        other("kubernetes.memory.usage", *CLUSTER_SCOPE, by=("kube_namespace",)),
                    ),
                ),
                graph(
                    "CPU usage by namespace",
                    (
                        "used",
                        other("kubernetes.cpu.usage.total", *CLUSTER_SCOPE, by=("kube_namespace",)),
                    ),
                ),
                graph(
                    "Response time of the Airflow API",
                    (
                        "time",
                        other(
                            "network.http.response_time",
                            "$env",
                            "$service",
                            "$team",
                            aggregator="max",
                            by=("team",),
                        ),
                    ),
                ),
            ),
        ),
        Group(
            "Why pods do not run",
            (
                graph(
                    "Oldest pending pod by namespace",
                    (
                        "age",
                        other(
                            "kubernetes_state.pod.age",
                            *CLUSTER_SCOPE,
                            "pod_phase:pending",
                            aggregator="max",
                            by=("kube_namespace",),
                        ),
                    ),
                    alert=Marker("pending_pod_seconds"),
                ),
                graph(
                    "Pods without a node",
                    (
                        "pods",
                        other(
                            "kubernetes_state.pod.unschedulable",
                            *CLUSTER_SCOPE,
                            by=("kube_namespace",),
                        ),
                    ),
                ),
                graph(
                    "Terminated containers by reason",
                    (
                        "containers",
                        other(
                            "kubernetes_state.container.status_report.count.terminated",
                            *CLUSTER_SCOPE,
                            by=("reason",),
                        ),
                    ),
                ),
                share("Volumes in use", "used", _volume("used_bytes"), _volume("capacity_bytes")),
                graph(
                    "Nodes short of something",
                    (
                        "nodes",
                        other(
                            "kubernetes_state.node.by_condition",
                            "$env",
                            "status:true",
                            by=("condition",),
                        ),
                    ),
                ),
                graph(
                    "Evicted pods by node",
                    (
                        "pods",
                        other(
                            "kubernetes.kubelet.evictions",
                            "$env",
                            by=("host",),
                            modifier=".as_count()",
                        ),
                    ),
                    display="bars",
                ),
                graph(
                    "ExternalSecrets that are not ready",
                    (
                        "secrets",
                        other(
                            "external_secrets.externalsecret.status_condition",
                            "$env",
                            "condition:ready",
                            "status:false",
                            by=("namespace",),
                        ),
                    ),
                ),
                graph(
                    "Agents that report",
                    ("agents", other("datadog.agent.running", "$env")),
                ),
            ),
        ),
        Group(
            "Quotas of namespaces",
            (
                _quota("CPU quota in use by namespace", "requests.cpu"),
                _quota("Memory quota in use by namespace", "requests.memory"),
                _quota("Pod quota in use by namespace", "pods"),
            ),
        ),
        # Each team pays for the share of the nodes that its pods request, used or not.
        Group(
            "Requests and usage by team, for its share of the cost",
            (
                _requests("Requested CPU by team", "cpu"),
                _requests("Requested memory by team", "memory"),
                share(
                    "CPU used of what is requested, by team",
                    "used",
                    other("kubernetes.cpu.usage.total", *CLUSTER_SCOPE, by=("team",)),
                    other("kubernetes.cpu.requests", *CLUSTER_SCOPE, by=("team",)),
                    NANOCORES,
                ),
                share(
                    "Memory used of what is requested, by team",
                    "used",
                    other("kubernetes.memory.usage", *CLUSTER_SCOPE, by=("team",)),
                    other("kubernetes.memory.requests", *CLUSTER_SCOPE, by=("team",)),
                ),
            ),
        ),
    ),
)


DATABASE = Dashboard(
    "database",
    "Airflow ${environment}: database",
    "Metadata databases in RDS. CloudWatch metrics arrive some minutes late.",
    (
        Group(
            "RDS",
            (
                graph(
                    "Connections",
                    (
                        "connections",
                        other(
                            "aws.rds.database_connections",
                            *DATABASE_SCOPE,
                            aggregator="max",
                            by=("dbinstanceidentifier",),
                        ),
                    ),
                    alert=Marker("database_connections"),
                    width=6,
                ),
                graph(
                    "CPU usage",
                    (
                        "used",
                        other(
                            "aws.rds.cpuutilization",
                            *DATABASE_SCOPE,
                            aggregator="max",
                            by=("dbinstanceidentifier",),
                        ),
                    ),
                    alert=Marker("database_cpu_percent"),
                    width=6,
                ),
                graph(
                    "Free storage",
                    (
                        "free",
                        other(
                            "aws.rds.free_storage_space",
                            *DATABASE_SCOPE,
                            aggregator="min",
                            by=("dbinstanceidentifier",),
                        ),
                    ),
                    (
                        "allocated",
                        other(
                            "aws.rds.total_storage_space",
                            *DATABASE_SCOPE,
                            aggregator="max",
                            by=("dbinstanceidentifier",),
                        ),
                    ),
                    width=6,
                ),
                graph(
                    "Free memory",
                    (
                        "free",
                        other(
                            "aws.rds.freeable_memory",
                            *DATABASE_SCOPE,
                            aggregator="min",
                            by=("dbinstanceidentifier",),
                        ),
                    ),
                    alert=Marker("database_memory_mib", 1024 * 1024),
                    width=6,
                ),
            ),
        ),
        Group(
            "PgBouncer (if installed)",
            (
                graph(
                    "Clients waiting for a connection",
                    (
                        "clients",
                        other("pgbouncer.pools.cl_waiting", *CLUSTER_SCOPE, by=("kube_namespace",)),
                    ),
                    width=12,
                ),
            ),
        ),
    ),
)
