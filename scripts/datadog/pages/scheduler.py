"""The page about the scheduler."""

from scripts.datadog.pages.shared_widgets import graph, one
from scripts.datadog.queries import count, gauge, time
from scripts.datadog.widgets import Dashboard, Group, Toplist

SCHEDULER = Dashboard(
    "scheduler",
    "Airflow ${environment}: scheduler",
    "How long the loop takes, what waits for a slot, and what was lost on the way.",
    (
        Group(
            "The loop",
            (
                graph(
                    "Heartbeats, by team",
                    ("heartbeats", count("scheduler_heartbeat", by=("team",))),
                ),
                graph(
                    "A turn of the loop",
                    ("p95", time("scheduler.scheduler_loop_duration")),
                    ("average", time("scheduler.scheduler_loop_duration", "avg")),
                ),
                graph(
                    "The critical section",
                    ("p95", time("scheduler.critical_section_duration")),
                    ("its query, p95", time("scheduler.critical_section_query_duration")),
                ),
                graph(
                    "Another scheduler was in the critical section",
                    ("times", count("scheduler.critical_section_busy", by=("team",))),
                ),
                graph(
                    "The executor's turn (p95)",
                    ("p95", time("scheduler.executor_heartbeat_duration", by=("executor",))),
                ),
                graph(
                    "Checking what a run waits for (p95)",
                    ("p95", time("dagrun.dependency-check", by=("dag_id",))),
                ),
            ),
        ),
        Group(
            "Runs",
            (
                graph(
                    "Runs that go on", ("runs", gauge("scheduler.dagruns.running", by=("team",)))
                ),
                graph(
                    "Delay of scheduled runs, by team (p95)",
                    ("delay", time("dagrun.schedule_delay", by=("team",))),
                ),
                Toplist(
                    "Dags whose runs start late (p95)",
                    line=one("delay", time("dagrun.schedule_delay", by=("dag_id",))),
                    aggregator="max",
                ),
            ),
        ),
        Group(
            "Slots",
            (
                graph(
                    "Executor: tasks that are queued and run",
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
                    "Pools: tasks that starve",
                    ("starving", gauge("pool.starving_tasks", by=("team", "pool_name"))),
                ),
            ),
        ),
        Group(
            "Lost and found",
            (
                graph(
                    "Tasks without heartbeats that were killed",
                    ("killed", count("task_instances_without_heartbeats_killed", by=("team",))),
                    display="bars",
                ),
                graph(
                    "Tasks that somebody else killed",
                    ("killed", count("scheduler.tasks.killed_externally", by=("team",))),
                    display="bars",
                ),
                graph(
                    "Orphans",
                    ("cleared", count("scheduler.orphaned_tasks.cleared", by=("team",))),
                    ("adopted", count("scheduler.orphaned_tasks.adopted", by=("team",))),
                    display="bars",
                ),
            ),
        ),
    ),
)
