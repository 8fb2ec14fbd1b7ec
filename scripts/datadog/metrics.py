"""Every metric that dashboards and monitors use: its unit, its tags and its sender.

Airflow's DogStatsD client sends every time as `ms`, but `timer()` measures in seconds; only values
passed to `timing()` are in milliseconds, except one. Thresholds, units and titles of widgets come
from this table.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

PREFIX = "airflow."
# Metrics that the agent makes from a histogram (`histogram_aggregates` and percentiles).
AGGREGATES = ("95percentile", "avg", "count", "max", "median")
# Tags of every metric of a release, set by the chart.
COMMON = ("env", "service", "team", "version")


class Kind(Enum):
    """The way in which Airflow sends a metric: the DogStatsD type, and the unit of times."""

    COUNTER = "c"
    GAUGE = "g"
    # A block of code, timed by the client.
    TIMER = "ms", "second"
    # A time that Airflow passes, as a timedelta or in milliseconds.
    TIMING = "ms", "millisecond"

    @property
    def type(self) -> str:
        return self.value if isinstance(self.value, str) else self.value[0]

    @property
    def is_histogram(self) -> bool:
        return self.type == "ms"


@dataclass(frozen=True)
class Metric:
    """A metric of Airflow."""

    name: str
    kind: Kind
    # Sender: the label of the component.
    sender: str
    tags: tuple[str, ...] = ()
    # A unit of Datadog; that of a time follows from its kind.
    unit: str = ""
    # Reason why a run of the examples on the local cluster does not send it; empty if it does.
    unseen: str = ""

    def __post_init__(self) -> None:
        if not self.unit:
            given = self.kind.value
            object.__setattr__(self, "unit", given[1] if isinstance(given, tuple) else "")

    @property
    def query_name(self) -> str:
        """Name in Datadog, with letters, digits, dots and underscores only."""
        return PREFIX + re.sub(r"[^A-Za-z0-9_.]", "_", self.name)

    @property
    def per_second(self) -> float:
        """Number of its units in a second; 0 if it is not a time."""
        return {"second": 1, "millisecond": 1000}.get(self.unit, 0)


DAG, TASK = ("dag_id",), ("dag_id", "task_id")
IDLE = "this does not happen in a normal run"
BRIEF = "sent every 30 s, and a task is rarely in that state at that moment"

_ALL = (
    # Heartbeats.
    Metric("scheduler_heartbeat", Kind.COUNTER, "scheduler"),
    Metric("dag_processor_heartbeat", Kind.COUNTER, "dag-processor"),
    Metric("triggerer_heartbeat", Kind.COUNTER, "triggerer"),
    # The scheduler.
    Metric("scheduler.scheduler_loop_duration", Kind.TIMER, "scheduler"),
    Metric("scheduler.critical_section_duration", Kind.TIMER, "scheduler"),
    Metric("scheduler.critical_section_query_duration", Kind.TIMER, "scheduler"),
    Metric("scheduler.executor_heartbeat_duration", Kind.TIMER, "scheduler", ("executor",)),
    Metric(
        "scheduler.critical_section_busy",
        Kind.COUNTER,
        "scheduler",
        unseen="it needs two schedulers, and the local cluster has one",
    ),
    Metric("scheduler.tasks.starving", Kind.GAUGE, "scheduler", unit="task"),
    Metric("scheduler.tasks.executable", Kind.GAUGE, "scheduler", unit="task"),
    Metric("scheduler.dagruns.running", Kind.GAUGE, "scheduler"),
    Metric("scheduler.tasks.killed_externally", Kind.COUNTER, "scheduler", TASK, unseen=IDLE),
    Metric("scheduler.orphaned_tasks.cleared", Kind.COUNTER, "scheduler", unseen=IDLE),
    Metric("scheduler.orphaned_tasks.adopted", Kind.COUNTER, "scheduler", unseen=IDLE),
    Metric(
        "task_instances_without_heartbeats_killed", Kind.COUNTER, "scheduler", TASK, unseen=IDLE
    ),
    Metric("dagrun.dependency-check", Kind.TIMER, "scheduler", DAG),
    Metric(
        "dagrun.schedule_delay",
        Kind.TIMING,
        "scheduler",
        DAG,
        unseen="the examples have no schedule",
    ),
    Metric("dagrun.duration.success", Kind.TIMING, "scheduler", DAG),
    Metric(
        "dagrun.duration.failed",
        Kind.TIMING,
        "scheduler",
        DAG,
        unseen="no run of the examples fails",
    ),
    Metric(
        "deadline_alerts.deadline_missed",
        Kind.COUNTER,
        "scheduler",
        ("dag_id", "dagrun_id"),
        unseen="the examples have no deadlines",
    ),
    # Pools and executors.
    Metric("pool.open_slots", Kind.GAUGE, "scheduler", ("pool_name",)),
    Metric("pool.queued_slots", Kind.GAUGE, "scheduler", ("pool_name",)),
    Metric("pool.running_slots", Kind.GAUGE, "scheduler", ("pool_name",)),
    Metric("pool.deferred_slots", Kind.GAUGE, "scheduler", ("pool_name",)),
    Metric(
        "pool.starving_tasks",
        Kind.GAUGE,
        "scheduler",
        ("pool_name",),
        unit="task",
        unseen="the default pool has room for all examples",
    ),
    Metric("executor.open_slots", Kind.GAUGE, "scheduler", ("executor_class_name",)),
    Metric("executor.queued_tasks", Kind.GAUGE, "scheduler", ("executor_class_name",), unit="task"),
    Metric(
        "executor.running_tasks", Kind.GAUGE, "scheduler", ("executor_class_name",), unit="task"
    ),
    Metric("kubernetes_executor.pod_creation", Kind.TIMER, "scheduler"),
    Metric("kubernetes_executor.pod_deletion", Kind.TIMER, "scheduler"),
    Metric("kubernetes_executor.pod_patching", Kind.TIMER, "scheduler", unseen=IDLE),
    Metric("kubernetes_executor.pod_creation_status", Kind.COUNTER, "scheduler", ("status",)),
    Metric("kubernetes_executor.pod_deletion_status", Kind.COUNTER, "scheduler", ("status",)),
    # Dag processing.
    Metric("dag_processing.total_parse_time", Kind.GAUGE, "dag-processor", unit="second"),
    Metric("dag_processing.import_errors", Kind.GAUGE, "dag-processor", unit="error"),
    Metric("dagbag_size", Kind.GAUGE, "dag-processor"),
    Metric("dag_processing.file_path_queue_size", Kind.GAUGE, "dag-processor", unit="file"),
    Metric(
        "dag_processing.last_run.seconds_ago",
        Kind.GAUGE,
        "dag-processor",
        ("bundle_name", "file_name"),
        unit="second",
    ),
    # Passed in seconds, although the documentation says milliseconds.
    Metric(
        "dag_processing.last_duration",
        Kind.TIMING,
        "dag-processor",
        ("bundle_name", "file_name"),
        unit="second",
    ),
    Metric(
        "dag_processing.processor_timeouts",
        Kind.COUNTER,
        "dag-processor",
        ("file_path",),
        unseen=IDLE,
    ),
    # Tasks, sent by their own pods.
    Metric("ti.start", Kind.COUNTER, "worker", TASK),
    Metric("ti.finish", Kind.COUNTER, "worker", (*TASK, "state")),
    Metric("task.duration", Kind.TIMING, "worker", TASK),
    Metric(
        "operator_failures",
        Kind.COUNTER,
        "worker",
        ("operator_name",),
        unseen="no task fails permanently",
    ),
    # Counted where an attempt ends: by the task's own process, and by the scheduler for tasks that
    # were killed, evicted or never started, which send nothing themselves.
    Metric("ti_failures", Kind.COUNTER, "scheduler", TASK),
    Metric("task.scheduled_duration", Kind.TIMING, "scheduler", TASK),
    Metric("ti.queued", Kind.GAUGE, "scheduler", ("queue", *TASK), unit="task", unseen=BRIEF),
    Metric("ti.running", Kind.GAUGE, "scheduler", ("queue", *TASK), unit="task", unseen=BRIEF),
    Metric("ti.scheduled", Kind.GAUGE, "scheduler", ("queue", *TASK), unit="task", unseen=BRIEF),
    Metric("ti.deferred", Kind.GAUGE, "scheduler", ("queue", *TASK), unit="task", unseen=BRIEF),
    # Triggers.
    Metric("triggers.running", Kind.GAUGE, "triggerer", ("hostname",)),
    Metric("triggerer.capacity_left", Kind.GAUGE, "triggerer", ("hostname",)),
    Metric("triggers.blocked_main_thread", Kind.COUNTER, "triggerer", unseen=IDLE),
    Metric("triggers.succeeded", Kind.COUNTER, "triggerer"),
    Metric("triggers.failed", Kind.COUNTER, "triggerer", unseen="no trigger of the examples fails"),
)

METRICS = {metric.name: metric for metric in _ALL}
BY_QUERY_NAME = {metric.query_name: metric for metric in _ALL}

# Metrics from other senders, and their units: the agent itself, its checks (kubelet,
# kube-state-metrics, http_check, pgbouncer, external_secrets of the community) and the AWS
# integration.
OTHERS = {
    "aws.rds.cpuutilization": "percent",
    "aws.rds.database_connections": "connection",
    "aws.rds.free_storage_space": "byte",
    "aws.rds.freeable_memory": "byte",
    "aws.rds.total_storage_space": "byte",
    "datadog.agent.running": "",
    "external_secrets.externalsecret.status_condition": "",
    "kubernetes.containers.restarts": "",
    "kubernetes.cpu.requests": "core",
    "kubernetes.cpu.usage.total": "nanocore",
    "kubernetes.kubelet.evictions": "",
    "kubernetes.kubelet.volume.stats.capacity_bytes": "byte",
    "kubernetes.kubelet.volume.stats.used_bytes": "byte",
    "kubernetes.memory.requests": "byte",
    "kubernetes.memory.usage": "byte",
    "kubernetes_state.container.status_report.count.terminated": "container",
    "kubernetes_state.container.status_report.count.waiting": "container",
    "kubernetes_state.node.by_condition": "",
    "kubernetes_state.pod.age": "second",
    "kubernetes_state.pod.status_phase": "",
    "kubernetes_state.pod.unschedulable": "",
    "kubernetes_state.resourcequota.pods.limit": "",
    "kubernetes_state.resourcequota.pods.used": "",
    "kubernetes_state.resourcequota.requests.cpu.limit": "core",
    "kubernetes_state.resourcequota.requests.cpu.used": "core",
    "kubernetes_state.resourcequota.requests.memory.limit": "byte",
    "kubernetes_state.resourcequota.requests.memory.used": "byte",
    "network.http.can_connect": "",
    "network.http.response_time": "second",
    "pgbouncer.pools.cl_waiting": "connection",
}


def unit_of(query_name: str) -> str:
    """Return the unit of a metric in Datadog, by its name in a query; empty if it has none."""
    if query_name in OTHERS:
        return OTHERS[query_name]
    metric, aggregate = split(query_name)
    return "" if aggregate == "count" else metric.unit


def split(query_name: str) -> tuple[Metric, str]:
    """Return the metric and the aggregate of its histogram that a query names."""
    if query_name in BY_QUERY_NAME:
        metric, aggregate = BY_QUERY_NAME[query_name], ""
    else:
        name, _, aggregate = query_name.rpartition(".")
        metric = BY_QUERY_NAME[name]
    if metric.kind.is_histogram != (aggregate in AGGREGATES):
        wanted = f"one of {', '.join(AGGREGATES)}" if metric.kind.is_histogram else "nothing"
        raise ValueError(f"{query_name}: {metric.query_name} must be followed by {wanted}.")
    return metric, aggregate


def times(metrics: Iterable[Metric] = _ALL) -> dict[str, float]:
    """Return the units in a second of every metric that is a time, by name."""
    return {metric.name: metric.per_second for metric in metrics if metric.per_second}
