"""Made-up series of an hour, for pictures of dashboards where nothing was captured.

Every metric has plausible values in its own unit and with its own tags, and the same in each run.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from random import Random

from scripts.datadog.metrics import METRICS, OTHERS, Kind, Metric
from scripts.datadog.queries import Query
from scripts.datadog.series import HISTOGRAM, Series, Source

INTERVAL, SIZE = 60, 60
DEPLOYED = 35
GIB = 2**30
Tags = dict[str, str]
# Lowest and highest value, and the share of intervals with a value.
Range = tuple[float, float, float]

# Ranges of Airflow's metrics, in the unit of each.
RANGES: Mapping[str, Range] = {
    "scheduler_heartbeat": (11, 12, 1),
    "dag_processor_heartbeat": (11, 12, 1),
    "triggerer_heartbeat": (11, 12, 1),
    "scheduler.scheduler_loop_duration": (0.12, 0.6, 1),
    "scheduler.critical_section_duration": (0.02, 0.15, 1),
    "scheduler.critical_section_query_duration": (0.01, 0.08, 1),
    "scheduler.executor_heartbeat_duration": (0.05, 0.4, 1),
    "scheduler.dagruns.running": (1, 6, 1),
    "scheduler.tasks.starving": (0, 2, 1),
    "scheduler.tasks.executable": (0, 6, 1),
    "dagrun.dependency-check": (0.004, 0.03, 1),
    "dagrun.schedule_delay": (400, 9000, 0.4),
    "dagrun.duration.success": (120_000, 900_000, 0.25),
    "dagrun.duration.failed": (60_000, 400_000, 0.03),
    "deadline_alerts.deadline_missed": (1, 1, 0.02),
    "pool.open_slots": (96, 124, 1),
    "pool.queued_slots": (0, 8, 1),
    "pool.running_slots": (4, 26, 1),
    "pool.deferred_slots": (0, 6, 1),
    "pool.starving_tasks": (0, 2, 1),
    "executor.open_slots": (8, 28, 1),
    "executor.queued_tasks": (0, 4, 1),
    "executor.running_tasks": (4, 24, 1),
    "dag_processing.total_parse_time": (6, 22, 1),
    "dag_processing.last_run.seconds_ago": (4, 42, 1),
    "dag_processing.last_duration": (0.2, 2.4, 1),
    "dag_processing.file_path_queue_size": (0, 7, 1),
    "dag_processing.import_errors": (0, 0, 1),
    "dagbag_size": (14, 14, 1),
    "ti.start": (1, 4, 0.5),
    "ti.finish": (1, 4, 0.5),
    "task.duration": (2_000, 240_000, 0.5),
    "task.scheduled_duration": (300, 6_000, 0.5),
    "triggers.running": (0, 8, 1),
    "triggerer.capacity_left": (992, 1000, 1),
    "kubernetes_executor.pod_creation_status": (1, 4, 0.5),
    "kubernetes_executor.pod_deletion_status": (1, 4, 0.5),
    "triggers.succeeded": (1, 3, 0.5),
}
# A counter without a range counts rare events.
RARE: Range = (1, 2, 0.03)
ONE: Range = (0, 1, 1)
KINDS: Mapping[Kind, Range] = {
    Kind.COUNTER: RARE,
    Kind.GAUGE: (0, 5, 1),
    Kind.TIMER: (0.04, 0.4, 1),
    Kind.TIMING: (1_000, 60_000, 0.5),
}
# Values of tags; `{team}` is replaced.
TAGS: Mapping[str, tuple[str, ...]] = {
    "bundle_name": ("dags-folder",),
    "dag_id": ("{team}_hourly", "{team}_report"),
    "dagrun_id": ("scheduled",),
    "executor": ("KubernetesExecutor",),
    "executor_class_name": ("KubernetesExecutor",),
    "file_name": ("{team}_hourly", "{team}_report"),
    "file_path": ("{team}_hourly.py",),
    "hostname": ("airflow-triggerer-{team}",),
    "operator_name": ("KubernetesPodOperator", "PythonOperator"),
    "pool_name": ("default_pool",),
    "queue": ("default",),
    "state": ("success", "failed", "up_for_retry"),
    "status": ("200", "409"),
    "task_id": ("extract", "load"),
}
RARE_VALUES = {("state", "failed"), ("state", "up_for_retry"), ("status", "409")}


def made_up(
    environment: str, service: str, teams: Iterable[str], queries: Iterable[Query]
) -> Source:
    """Return series of all metrics, and of those that queries name besides, for some teams."""
    names = sorted(teams)
    series = []
    for team in names:
        common = {"env": environment, "service": service, "team": team, "version": "3.3.2"}
        for metric in METRICS.values():
            series += _of_airflow(metric, common)
        series += _of_kubernetes(common)
        series += _of_database(common)
        known = {one.name for one in series}
        series += _of_queries(common, [one for one in queries if one.name not in known])
    return Source("made up", INTERVAL, SIZE, series, {DEPLOYED: "deployed"})


def _of_airflow(metric: Metric, common: Tags) -> Iterator[Series]:
    values = ([(name, one) for one in TAGS.get(name, (name,))] for name in metric.tags)
    for pairs in product(*values):
        tags = {name: value.format(team=common["team"]) for name, value in pairs} | common
        default = KINDS[metric.kind]
        shape = RARE if RARE_VALUES & set(pairs) else RANGES.get(metric.name, default)
        whole = not metric.per_second
        points = list(_points(metric.query_name, tags, shape, whole=whole))
        if not metric.kind.is_histogram:
            yield Series(metric.query_name, tags, points)
            continue
        factors = {"95percentile": 1.0, "avg": 0.6, "max": 1.2, "median": 0.5}
        for name in HISTOGRAM:
            factor = factors.get(name)
            aggregated = [point and (point * factor if factor else 1.0) for point in points]
            yield Series(f"{metric.query_name}.{name}", tags, aggregated)


def _of_kubernetes(common: Tags) -> Iterator[Series]:
    team = common["team"]
    for kind, busy in (("", 1.0), ("-tasks", 3.0)):
        namespace = {**common, "kube_namespace": f"airflow-{team}{kind}"}
        pods = "scheduler" if not kind else "load"
        shapes: dict[tuple[str, tuple[tuple[str, str], ...]], Range] = {
            ("kubernetes.cpu.requests", ()): (2 * busy, 2 + 4 * (busy - 1), 1),
            ("kubernetes.cpu.usage.total", ()): (4e8 * busy, 9e8 * busy, 1),
            ("kubernetes.memory.requests", ()): (4 * GIB * busy, 4 * GIB + 8 * GIB * (busy - 1), 1),
            ("kubernetes.memory.usage", ()): (2.4 * GIB * busy, 3.4 * GIB * busy, 1),
            ("kubernetes.containers.restarts", (("pod_name", f"airflow-{team}-{pods}"),)): ONE,
        }
        if not kind:
            shapes["pgbouncer.pools.cl_waiting", ()] = (0, 3, 1)
        for phase, high in {"running": 6, "pending": 1, "failed": 1, "succeeded": 3}.items():
            low = 6 if phase == "running" else 0
            shape = (low, high * busy, 1)
            shapes["kubernetes_state.pod.status_phase", (("pod_phase", phase),)] = shape
        for reason, range_ in {
            "containercreating": (0, 2, 1),
            "crashloopbackoff": (1, 1, 0.04),
            "imagepullbackoff": (1, 1, 0.03),
        }.items():
            name = "kubernetes_state.container.status_report.count.waiting"
            shapes[name, (("reason", reason),)] = range_
        quotas = {"requests.cpu": 8 * busy, "requests.memory": 32 * GIB * busy, "pods": 40 * busy}
        for resource, size in quotas.items():
            name = f"kubernetes_state.resourcequota.{resource}"
            shapes[f"{name}.limit", ()] = (size, size, 1)
            shapes[f"{name}.used", ()] = (size * 0.3, size * (0.5 + 0.13 * busy), 1)
        for (name, more), shape in shapes.items():
            whole = OTHERS.get(name, "") in {"", "connection", "container"}
            tags = {**namespace, **dict(more)}
            points = list(_points(name, tags, shape, whole=whole))
            # Restarts are counted from the start of the pod.
            yield Series(name, tags, sorted(points) if name.endswith("restarts") else points)
    for component in ("scheduler", "dag_processor", "triggerer", "metadatabase"):
        tags = {**common, "instance": f"airflow_{component}"}
        yield Series("network.http.can_connect", tags, [1.0] * SIZE)
    points = list(_points("network.http.response_time", common, (0.02, 0.25, 1)))
    yield Series("network.http.response_time", common, points)


def _of_database(common: Tags) -> Iterator[Series]:
    identifier = f"airflow-{common['env']}-{common['team']}"
    tags = {"dbinstanceidentifier": identifier, "team": common["team"]}
    shapes: dict[str, Range] = {
        "aws.rds.cpuutilization": (8, 45, 1),
        "aws.rds.database_connections": (20, 70, 1),
        "aws.rds.free_storage_space": (13.6 * GIB, 13.9 * GIB, 1),
        "aws.rds.freeable_memory": (1.1 * GIB, 1.9 * GIB, 1),
        "aws.rds.total_storage_space": (20 * GIB, 20 * GIB, 1),
    }
    for name, shape in shapes.items():
        yield Series(name, tags, list(_points(name, tags, shape)))


def _of_queries(common: Tags, queries: Iterable[Query]) -> Iterator[Series]:
    """A series for each query of a metric that has none, with the tags that the query selects."""
    for query in {str(one): one for one in queries}.values():
        parts = [part.partition(":") for part in query.scope if part[0] != "$"]
        tags = {**common, "kube_namespace": f"airflow-{common['team']}"}
        tags |= {name: value for name, _, value in parts if "*" not in value}
        yield Series(query.name, tags, list(_points(query.name, tags, (0, 3, 1), whole=True)))


def _points(
    name: str, tags: Mapping[str, str], shape: Range, *, whole: bool = False
) -> Iterator[float | None]:
    """Values that rise and fall within a range."""
    low, high, share = shape
    random = Random(f"{name} {sorted(tags.items())}")
    phase, period = random.random(), random.uniform(18, 45)
    for number in range(SIZE):
        wave = 0.5 + 0.35 * math.sin(2 * math.pi * (number / period + phase))
        value = low + (high - low) * min(max(wave + random.uniform(-0.15, 0.15), 0), 1)
        there = random.random() < share
        yield (float(round(value)) if whole else value) if there else None
