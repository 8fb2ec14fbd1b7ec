"""Pages about the platform below Airflow: Kubernetes and the database."""

from scripts.datadog.pages.shared_widgets import graph
from scripts.datadog.queries import CLUSTER_SCOPE, count, other, time
from scripts.datadog.widgets import Dashboard, Group, Line, Timeseries

DATABASE_SCOPE = ("$dbinstanceidentifier",)

_QUOTA = "kubernetes_state.resourcequota.requests"
_VOLUME = "kubernetes.kubelet.volume.stats"


def used(title: str, metric: str, total: str, by: tuple[str, ...]) -> Timeseries:
    """Share of a total that is in use, in percent."""
    queries = tuple(
        other(name, *CLUSTER_SCOPE, aggregator="max", by=by) for name in (metric, total)
    )
    return Timeseries(title, series=(Line("used", queries, "100 * a / b", unit="percent"),))


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
                used(
                    "CPU quota in use",
                    f"{_QUOTA}.cpu.used",
                    f"{_QUOTA}.cpu.limit",
                    ("kube_namespace",),
                ),
                used(
                    "Memory quota in use",
                    f"{_QUOTA}.memory.used",
                    f"{_QUOTA}.memory.limit",
                    ("kube_namespace",),
                ),
                used(
                    "Volumes in use",
                    f"{_VOLUME}.used_bytes",
                    f"{_VOLUME}.capacity_bytes",
                    ("kube_namespace", "persistentvolumeclaim"),
                ),
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
