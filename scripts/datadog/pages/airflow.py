"""Pages about Airflow as a whole, its Dags, their tasks and triggers."""

from scripts.datadog.pages.shared_widgets import FAILED, beats, failure_share, graph, one
from scripts.datadog.queries import count, gauge, other, time
from scripts.datadog.widgets import (
    Dashboard,
    Group,
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
    "Is Airflow well, and do tasks succeed? Everything else is on a page of its own.",
    (
        Group(
            "Is it well?",
            (
                Monitors("Monitors", 6, 4),
                Objectives("Service levels", 6, 4),
                beats("Scheduler beats", "scheduler_heartbeat"),
                beats("Dag processor beats", "dag_processor_heartbeat"),
                beats("Triggerer beats", "triggerer_heartbeat"),
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
            "What runs",
            (
                graph(
                    "Tasks that ended, by state",
                    ("tasks", count("ti.finish", by=("state",))),
                    display="bars",
                ),
                graph("Tasks that ended, by team", ("tasks", count("ti.finish", by=("team",)))),
                Timeseries("Failed tasks, by team", series=(failure_share(("team",)),)),
                graph("Runs of Dags that go on", ("runs", gauge("scheduler.dagruns.running"))),
                graph("Delay of scheduled runs (p95)", ("delay", time("dagrun.schedule_delay"))),
                graph(
                    "Health of each part, as the API says it",
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
            "How to read this",
            (
                Note(
                    "What to do",
                    12,
                    3,
                    text=(
                        "Each monitor links to its section of the [runbooks](${runbooks}). Numbers "
                        "of tasks come from their own pods, all else from Airflow's components. "
                        "What Airflow says of times is converted nowhere: each graph has the unit "
                        "of its metric."
                    ),
                ),
            ),
        ),
    ),
)


DAG_PROCESSING = Dashboard(
    "dag-processing",
    "Airflow ${environment}: Dag processing",
    "Can every file be read, how long does that take, and how old is what Airflow knows?",
    (
        Group(
            "All files",
            (
                graph(
                    "Heartbeats, by team",
                    ("heartbeats", count("dag_processor_heartbeat", by=("team",))),
                ),
                graph(
                    "Import errors", ("errors", gauge("dag_processing.import_errors", by=("team",)))
                ),
                graph("Dags", ("Dags", gauge("dagbag_size", by=("team",)))),
                graph(
                    "Time to read all files",
                    ("time", gauge("dag_processing.total_parse_time", by=("team",))),
                ),
                graph(
                    "Files that wait",
                    ("files", gauge("dag_processing.file_path_queue_size", by=("team",))),
                ),
                graph(
                    "Files that took too long and were given up",
                    ("files", count("dag_processing.processor_timeouts", by=("team",))),
                    display="bars",
                ),
            ),
        ),
        Group(
            "Each file",
            (
                Toplist(
                    "The slowest files (p95)",
                    6,
                    4,
                    line=one(
                        "time",
                        time("dag_processing.last_duration", by=("bundle_name", "file_name")),
                    ),
                    aggregator="max",
                ),
                Toplist(
                    "Files that were read longest ago",
                    6,
                    4,
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
    "What a team's Dags do: choose the team above.",
    (
        Group(
            "Results",
            (
                graph(
                    "Tasks that began and ended",
                    ("began", count("ti.start", "$dag_id", by=("team",))),
                    ("ended", count("ti.finish", "$dag_id", by=("team",))),
                ),
                Timeseries("Failed tasks", series=(failure_share(("team",), "$dag_id"),)),
                graph(
                    "Ends, by state",
                    ("tasks", count("ti.finish", "$dag_id", by=("state",))),
                    display="bars",
                ),
                Toplist(
                    "Dags with failed tasks",
                    line=one("failed", count("ti.finish", "$dag_id", FAILED, by=("dag_id",))),
                ),
                Toplist(
                    "Tasks that fail",
                    line=one(
                        "failed", count("ti.finish", "$dag_id", FAILED, by=("dag_id", "task_id"))
                    ),
                ),
                Toplist(
                    "Operators that fail",
                    line=one(
                        "failed", count("operator_failures", "$dag_id", by=("operator_name",))
                    ),
                ),
            ),
        ),
        Group(
            "Times",
            (
                graph(
                    "Tasks (p95)",
                    ("duration", time("task.duration", "95percentile", "$dag_id", by=("dag_id",))),
                ),
                graph(
                    "Runs that succeeded (p95)",
                    (
                        "duration",
                        time("dagrun.duration.success", "95percentile", "$dag_id", by=("dag_id",)),
                    ),
                ),
                graph(
                    "Runs that failed (p95)",
                    (
                        "duration",
                        time("dagrun.duration.failed", "95percentile", "$dag_id", by=("dag_id",)),
                    ),
                ),
                Toplist(
                    "The longest tasks",
                    line=one(
                        "duration",
                        time("task.duration", "max", "$dag_id", by=("dag_id", "task_id")),
                    ),
                    aggregator="max",
                ),
                graph(
                    "From scheduled to queued (p95)",
                    (
                        "wait",
                        time("task.scheduled_duration", "95percentile", "$dag_id", by=("dag_id",)),
                    ),
                ),
            ),
        ),
        Group(
            "Right now",
            tuple(
                graph(
                    f"Tasks that are {state}",
                    (state, gauge(f"ti.{state}", "$dag_id", aggregator="sum", by=("dag_id",))),
                    width=3,
                    display="area",
                )
                for state in ("scheduled", "queued", "running", "deferred")
            ),
        ),
    ),
)


TRIGGERER = Dashboard(
    "triggerer",
    "Airflow ${environment}: triggerer",
    "Deferred tasks wait here: is there room, and does one hold up the others?",
    (
        Group(
            "Triggers",
            (
                graph(
                    "Heartbeats, by team",
                    ("heartbeats", count("triggerer_heartbeat", by=("team",))),
                ),
                graph(
                    "Triggers that wait", ("triggers", gauge("triggers.running", by=("hostname",)))
                ),
                graph(
                    "Room for more",
                    ("triggers", gauge("triggerer.capacity_left", by=("hostname",))),
                ),
                graph(
                    "One held up the others",
                    ("times", count("triggers.blocked_main_thread", by=("team",))),
                    display="bars",
                ),
                graph(
                    "Ends of triggers",
                    ("succeeded", count("triggers.succeeded", by=("team",))),
                    ("failed", count("triggers.failed", by=("team",))),
                    display="bars",
                ),
                graph(
                    "Tasks that are deferred",
                    ("tasks", gauge("ti.deferred", aggregator="sum", by=("team",))),
                ),
            ),
        ),
    ),
)
