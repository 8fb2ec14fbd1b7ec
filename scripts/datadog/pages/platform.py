"""Pages about what Airflow stands on: Kubernetes and the database."""

from scripts.datadog.pages.shared_widgets import graph
from scripts.datadog.queries import CLUSTER_SCOPE, count, other, time
from scripts.datadog.widgets import Dashboard, Group

DATABASE_SCOPE = ("$dbinstanceidentifier",)

KUBERNETES = Dashboard(
    "kubernetes",
    "Airflow ${environment}: KubernetesExecutor and pods",
    "A pod per task: how quickly they come, and those that do not.",
    (
        Group(
            "What the executor asks of Kubernetes",
            (
                graph(
                    "Answers to new pods",
                    ("pods", count("kubernetes_executor.pod_creation_status", by=("status",))),
                    display="bars",
                ),
                graph(
                    "Answers to deletions",
                    ("pods", count("kubernetes_executor.pod_deletion_status", by=("status",))),
                    display="bars",
                ),
                graph(
                    "Time of a call (p95)",
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
                    "Pods that wait for a node, by namespace",
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
                    "Pods that failed, by namespace",
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
                    "Containers that wait, by reason",
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
                    "Restarts, by pod",
                    (
                        "restarts",
                        other("kubernetes.containers.restarts", *CLUSTER_SCOPE, by=("pod_name",)),
                    ),
                ),
                graph(
                    "Memory, by namespace",
                    (
                        "memory",
                        other("kubernetes.memory.usage", *CLUSTER_SCOPE, by=("kube_namespace",)),
                    ),
                ),
                graph(
                    "Processors, by namespace",
                    (
                        "used",
                        other("kubernetes.cpu.usage.total", *CLUSTER_SCOPE, by=("kube_namespace",)),
                    ),
                ),
                graph(
                    "Time of the API's own answer",
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
    ),
)


DATABASE = Dashboard(
    "database",
    "Airflow ${environment}: database",
    "The metadata databases, as AWS sees them, which is some minutes late.",
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
                    "Processors",
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
            "PgBouncer, where there is one",
            (
                graph(
                    "Clients that wait for a connection",
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
