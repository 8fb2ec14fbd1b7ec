"""Logging of the api-server: the log of a task that never started shows why.

Such a task has no log of its own. The executor and the scheduler record the reason in the event
log, which the api-server reads from the database.
"""

from copy import deepcopy
from itertools import chain

from airflow.config_templates import airflow_local_settings as defaults
from airflow.models.log import Log
from airflow.utils.log.file_task_handler import FileTaskHandler, StructuredLogMessage
from airflow.utils.session import create_session
from airflow.utils.state import TaskInstanceState
from sqlalchemy import select

# Events of chart_executor.
CANNOT_START = "pod cannot start"
WAITS = "pod waits"
# The others are those of Airflow's scheduler.
FAILURES = (CANNOT_START, "state mismatch", "stuck in queued tries exceeded")


class TaskLogHandler(FileTaskHandler):
    """Adds what the event log says about the start of the task."""

    def read(self, task_instance, try_number=None, metadata=None):
        logs, position = super().read(task_instance, try_number, metadata)
        if (metadata and "log_pos" in metadata) or isinstance(logs, str):
            return logs, position
        found = events(task_instance, try_number or task_instance.try_number)
        if not found:
            return logs, position
        return [*logs, *found] if isinstance(logs, list) else chain(logs, found), position


def events(task_instance, try_number: int) -> list[StructuredLogMessage]:
    """Reasons why this try did not start, or has not started yet."""
    queued = task_instance.state == TaskInstanceState.QUEUED
    levels = {WAITS: "warning"} if queued else dict.fromkeys(FAILURES, "error")
    query = (
        select(Log.dttm, Log.event, Log.extra)
        .where(
            Log.dag_id == task_instance.dag_id,
            Log.task_id == task_instance.task_id,
            Log.run_id == task_instance.run_id,
            Log.map_index == task_instance.map_index,
            Log.try_number == try_number,
            Log.event.in_(levels),
        )
        .order_by(Log.dttm)
    )
    with create_session() as session:
        rows = session.execute(query).all()
    return [
        StructuredLogMessage(
            timestamp=row.dttm, event=f"{row.event}: {row.extra}", level=levels[row.event]
        )
        for row in rows
    ]


# Airflow's own configuration with this handler, unless Elasticsearch or OpenSearch reads the logs.
LOGGING_CONFIG = deepcopy(defaults.DEFAULT_LOGGING_CONFIG)
_READER = LOGGING_CONFIG["handlers"]["task"]
if _READER["class"] == f"{FileTaskHandler.__module__}.{FileTaskHandler.__name__}":
    _READER["class"] = f"{__name__}.{TaskLogHandler.__name__}"
# Airflow looks for these two beside the configuration.
REMOTE_TASK_LOG = getattr(defaults, "REMOTE_TASK_LOG", None)
DEFAULT_REMOTE_CONN_ID = getattr(defaults, "DEFAULT_REMOTE_CONN_ID", None)
