"""Page about the scheduler."""

from scripts.datadog.pages.shared_widgets import SCHEDULE_DELAY, graph, one
from scripts.datadog.queries import count, gauge, time
from scripts.datadog.widgets import Dashboard, Group, Marker, Toplist

SCHEDULER = Dashboard(
    "scheduler",
    "Airflow ${environment}: scheduler",
    "Duration of the scheduling loop, tasks without a slot, and lost tasks.",
    (
        Group(
            "Scheduling loop",
            (
                graph(
                    "Heartbeats by team",
                    ("heartbeats", count("scheduler_heartbeat", by=("team",))),
                ),
                graph(
                    "Loop duration",
                    ("p95", time("scheduler.scheduler_loop_duration")),
                    ("average", time("scheduler.scheduler_loop_duration", "avg")),
                    alert=Marker("scheduler_loop_seconds"),
                ),
                graph(
                    "Critical section duration",
                    ("p95", time("scheduler.critical_section_duration")),
                    ("query, p95", time("scheduler.critical_section_query_duration")),
                ),
                graph(
                    "Critical section held by another scheduler",
                    ("times", count("scheduler.critical_section_busy", by=("team",))),
                    display="bars",
                ),
                graph(
                    "Executor heartbeat duration (p95)",
                    ("p95", time("scheduler.executor_heartbeat_duration", by=("executor",))),
                ),
                graph(
                    "Dependency check of Dag runs (p95)",
                    ("p95", time("dagrun.dependency-check", by=("dag_id",))),
                ),
            ),
        ),
        Group(
            "Dag runs",
            (
                graph(
                    "Running Dag runs", ("runs", gauge("scheduler.dagruns.running", by=("team",)))
                ),
                graph(
                    "Delay of scheduled runs by team (p95)",
                    ("delay", time("dagrun.schedule_delay", by=("team",))),
                    alert=SCHEDULE_DELAY,
                ),
                Toplist(
                    "Dags with the largest delay (p95)",
                    line=one("delay", time("dagrun.schedule_delay", by=("dag_id",))),
                    aggregator="max",
                ),
            ),
        ),
        Group(
            "Slots",
            (
                graph(
                    "Executor: queued and running tasks",
                    ("queued", gauge("executor.queued_tasks", aggregator="sum", by=("team",))),
                    ("running", gauge("executor.running_tasks", aggregator="sum", by=("team",))),
                ),
                graph(
                    "Executor: open slots",
                    ("open", gauge("executor.open_slots", by=("team", "executor_class_name"))),
                ),
                graph(
                    "Tasks without a slot",
                    ("starving", gauge("scheduler.tasks.starving", by=("team",))),
                    ("executable", gauge("scheduler.tasks.executable", by=("team",))),
                ),
                graph(
                    "Pools: open slots",
                    ("open", gauge("pool.open_slots", by=("team", "pool_name"))),
                ),
                graph(
                    "Pools: slots in use",
                    ("running", gauge("pool.running_slots", by=("team", "pool_name"))),
                    ("queued", gauge("pool.queued_slots", by=("team", "pool_name"))),
                    ("deferred", gauge("pool.deferred_slots", by=("team", "pool_name"))),
                ),
                graph(
                    "Pools: starving tasks",
                    ("starving", gauge("pool.starving_tasks", by=("team", "pool_name"))),
                ),
            ),
        ),
        Group(
            "Lost tasks",
            (
                graph(
                    "Tasks killed after missing heartbeats",
                    ("killed", count("task_instances_without_heartbeats_killed", by=("team",))),
                    display="bars",
                ),
                graph(
                    "Tasks killed outside Airflow",
                    ("killed", count("scheduler.tasks.killed_externally", by=("team",))),
                    display="bars",
                ),
                graph(
                    "Orphaned tasks",
                    ("cleared", count("scheduler.orphaned_tasks.cleared", by=("team",))),
                    ("adopted", count("scheduler.orphaned_tasks.adopted", by=("team",))),
                    display="bars",
                ),
            ),
        ),
    ),
)
