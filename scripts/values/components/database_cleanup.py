"""The CronJob that deletes old rows of the database."""

from pydantic import Field

from scripts.values.blocks import Resources, resources
from scripts.values.component import Component
from scripts.values.pods import CronJob


class DatabaseCleanup(CronJob):
    """CronJob that deletes old rows of the metadata database by `airflow db clean`."""

    command: list[str] | None = ["bash"]
    """Command of the container."""
    resources: Resources = resources("50m", "256Mi", "512Mi")
    """Requests and limits of the CronJob that deletes old rows."""
    apply_custom_env: bool = True
    """Use `env`, `secret`, `extraEnv` and `extraEnvFrom` of the release in the pods."""
    failed_jobs_history_limit: int | None = Field(default=1, ge=0)
    """Number of failed Jobs to keep."""
    successful_jobs_history_limit: int | None = Field(default=1, ge=0)
    """Number of finished Jobs to keep."""
    retention_days: int = Field(default=90, ge=1)
    """Number of days for which rows are kept."""
    skip_archive: bool = False
    """Delete the rows for good; otherwise tables that begin with _airflow_deleted keep them."""
    tables: list[str] = Field(default=[], examples=[["log", "task_instance"]])
    """Tables from which rows are deleted; empty means all that `airflow db clean` knows."""
    batch_size: int | None = Field(default=None, ge=1, examples=[10000])
    """Number of rows in one transaction; unset means all."""
    verbose: bool = True
    """Log more about the rows that are deleted."""


COMPONENT = Component(key="databaseCleanup", values=DatabaseCleanup)
