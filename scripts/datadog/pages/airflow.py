"""Pages about Airflow as a whole, its Dags, tasks and triggers."""

from scripts.datadog.pages.shared_widgets import (
    FAILED,
    FAILED_TASKS,
    SCHEDULE_DELAY,
    failure_share,
    graph,
    heartbeats,
    one,
)
from scripts.datadog.queries import count, gauge, other, time
from scripts.datadog.widgets import (
    Dashboard,
    Group,
    Logs,
    Marker,
    Monitors,
    Note,
    Objectives,
    Timeseries,
    Toplist,
    Value,
)

OVERVIEW = Dashboard(
    "overview",
    "Airflow ${environment}: overview",
    "Is Airflow healthy, and do tasks succeed? Other pages show the details.",
    (
        Group(
            "Health",
            (
                Monitors("Monitors", 6, 3),
                Objectives("Service level objectives", 6, 3),
                heartbeats("Scheduler heartbeats", "scheduler_heartbeat"),
                heartbeats("Dag processor heartbeats", "dag_processor_heartbeat"),
                heartbeats("Triggerer heartbeats", "triggerer_heartbeat"),
                Value(
                    "Import errors",
                    line=one("import errors", gauge("dag_processing.import_errors")),
                    bad=(">", 0),
                ),
                Value(
                    "Failed tasks",
                    line=failure_share(),
                    aggregator="sum",
                    bad=(">", 20),
                ),
                Value(
                    "Longest wait for a slot",
                    line=one("p95", time("task.scheduled_duration")),
                    aggregator="max",
                ),
            ),
        ),
        Group(
            "Activity",
            (
                graph(
                    "Finished tasks by state",
                    ("tasks", count("ti.finish", by=("state",))),
                    display="bars",
                ),
                graph("Finished tasks by team", ("tasks", count("ti.finish", by=("team",)))),
                Timeseries(
                    "Failed tasks by team",
                    series=(failure_share(("team",)),),
                    markers=(FAILED_TASKS,),
                ),
                graph("Running Dag runs", ("runs", gauge("scheduler.dagruns.running"))),
                graph(
                    "Delay of scheduled runs (p95)",
                    ("delay", time("dagrun.schedule_delay")),
                    alert=SCHEDULE_DELAY,
                ),
                graph(
                    "Component health, reported by the API",
                    (
                        "healthy",
                        other(
                            "network.http.can_connect",
                            "$env",
                            "$service",
                            "$team",
                            aggregator="max",
                            by=("team", "instance"),
                        ),
                    ),
                ),
            ),
        ),
        Group(
            "Logs",
            (
                Logs(
                    "Errors and warnings in logs",
                    12,
                    2,
                    search="$env $service $team status:(error OR warn)",
                ),
            ),
        ),
        Group(
            "Notes",
            (
                Note(
                    "How to read this page",
                    12,
                    1,
                    text=(
                        "Each monitor links to its section of the [runbooks](${runbooks}). Task "
                        "pods send the counts of tasks, components all other metrics. "
                        "Times are not converted: each graph has the unit of its metric."
                    ),
                ),
            ),
        ),
    ),
)


DAG_PROCESSING = Dashboard(
    "dag-processing",
    "Airflow ${environment}: Dag processing",
    "Can all Dag files be parsed, how long does it take, and how old is the last result?",
    (
        Group(
            "All files",
            (
                graph(
                    "Heartbeats by team",
                    ("heartbeats", count("dag_processor_heartbeat", by=("team",))),
                ),
                graph(
                    "Import errors", ("errors", gauge("dag_processing.import_errors", by=("team",)))
                ),
                graph("Dags", ("Dags", gauge("dagbag_size", by=("team",)))),
                graph(
                    "Time to parse all files",
                    ("time", gauge("dag_processing.total_parse_time", by=("team",))),
                    alert=Marker("parse_seconds"),
                ),
                graph(
                    "Files in the queue",
                    ("files", gauge("dag_processing.file_path_queue_size", by=("team",))),
                ),
                graph(
                    "Parsing timeouts",
                    ("files", count("dag_processing.processor_timeouts", by=("team",))),
                    display="bars",
                ),
            ),
        ),
        Group(
            "Files",
            (
                Toplist(
                    "Slowest files (p95)",
                    6,
                    3,
                    line=one(
                        "time",
                        time("dag_processing.last_duration", by=("bundle_name", "file_name")),
                    ),
                    aggregator="max",
                ),
                Toplist(
                    "Files with the oldest result",
                    6,
                    3,
                    line=one(
                        "ago",
                        gauge(
                            "dag_processing.last_run.seconds_ago", by=("bundle_name", "file_name")
                        ),
                    ),
                    aggregator="last",
                ),
            ),
        ),
    ),
)


TASKS = Dashboard(
    "tasks",
    "Airflow ${environment}: tasks by team",
    "Tasks and Dag runs of one team: choose the team above.",
    (
        Group(
            "Results",
            (
                graph(
                    "Started and finished tasks",
                    ("started", count("ti.start", "$dag_id", by=("team",))),
                    ("finished", count("ti.finish", "$dag_id", by=("team",))),
                ),
                Timeseries(
                    "Failed tasks",
                    series=(failure_share(("team",), "$dag_id"),),
                    markers=(FAILED_TASKS,),
                ),
                graph(
                    "Finished tasks by state",
                    ("tasks", count("ti.finish", "$dag_id", by=("state",))),
                    display="bars",
                ),
                Toplist(
                    "Dags with failed tasks",
                    line=one("failed", count("ti.finish", "$dag_id", FAILED, by=("dag_id",))),
                ),
                Toplist(
                    "Failed tasks by task",
                    line=one(
                        "failed", count("ti.finish", "$dag_id", FAILED, by=("dag_id", "task_id"))
                    ),
                ),
                graph(
                    "Dag runs that failed, and deadlines missed",
                    ("failed runs", count("dagrun.duration.failed", "$dag_id", by=("dag_id",))),
                    (
                        "deadlines missed",
                        count("deadline_alerts.deadline_missed", "$dag_id", by=("dag_id",)),
                    ),
                    display="bars",
                ),
                Toplist(
                    "Failed tasks by operator",
                    line=one(
                        "failed", count("operator_failures", "$dag_id", by=("operator_name",))
                    ),
                ),
                # Tasks that were killed or evicted, or never started, have no result of their own.
                graph(
                    "Failed attempts, also of tasks without a result",
                    ("failed", count("ti_failures", "$dag_id", by=("team",))),
                    display="bars",
                ),
            ),
        ),
        Group(
            "Durations",
            (
                graph(
                    "Task duration (p95)",
                    ("duration", time("task.duration", "95percentile", "$dag_id", by=("dag_id",))),
                ),
                graph(
                    "Duration of successful Dag runs (p95)",
                    (
                        "duration",
                        time("dagrun.duration.success", "95percentile", "$dag_id", by=("dag_id",)),
                    ),
                ),
                graph(
                    "Duration of failed Dag runs (p95)",
                    (
                        "duration",
                        time("dagrun.duration.failed", "95percentile", "$dag_id", by=("dag_id",)),
                    ),
                ),
                Toplist(
                    "Longest tasks",
                    line=one(
                        "duration",
                        time("task.duration", "max", "$dag_id", by=("dag_id", "task_id")),
                    ),
                    aggregator="max",
                ),
                graph(
                    "Wait from scheduled to queued (p95)",
                    (
                        "wait",
                        time("task.scheduled_duration", "95percentile", "$dag_id", by=("dag_id",)),
                    ),
                ),
            ),
        ),
        Group(
            "Current tasks",
            tuple(
                graph(
                    f"{state.capitalize()} tasks",
                    (state, gauge(f"ti.{state}", "$dag_id", aggregator="sum", by=("dag_id",))),
                    width=3,
                    display="area",
                )
                for state in ("scheduled", "queued", "running", "deferred")
            ),
        ),
        Group(
            "Logs",
            (
                Logs(
                    "Errors in logs of tasks",
                    12,
                    2,
                    search="$env $service $team kube_namespace:airflow-*-tasks status:error",
                ),
            ),
        ),
    ),
)


TRIGGERER = Dashboard(
    "triggerer",
    "Airflow ${environment}: triggerer",
    "Deferred tasks wait in the triggerer: is there capacity, and does a trigger block others?",
    (
        Group(
            "Triggers",
            (
                graph(
                    "Heartbeats by team",
                    ("heartbeats", count("triggerer_heartbeat", by=("team",))),
                ),
                graph(
                    "Running triggers", ("triggers", gauge("triggers.running", by=("hostname",)))
                ),
                graph(
                    "Capacity left",
                    ("triggers", gauge("triggerer.capacity_left", by=("hostname",))),
                ),
                graph(
                    "Blocked main thread",
                    ("times", count("triggers.blocked_main_thread", by=("team",))),
                    display="bars",
                ),
                graph(
                    "Finished triggers",
                    ("succeeded", count("triggers.succeeded", by=("team",))),
                    ("failed", count("triggers.failed", by=("team",))),
                    display="bars",
                ),
                graph(
                    "Deferred tasks",
                    ("tasks", gauge("ti.deferred", aggregator="sum", by=("team",))),
                ),
            ),
        ),
    ),
)
