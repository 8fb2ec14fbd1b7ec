"""Volumes of logs and Dags."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Claim, Object


class LogsClaim(Claim):
    """PersistentVolumeClaim of the logs."""

    sub_path: str | None = Field(default=None, examples=["airflow/logs"])
    """Folder of the volume that contains the logs."""


class Logs(Block):
    """Task logs."""

    persistence: LogsClaim = LogsClaim()
    """ReadWriteMany claim for task logs; with tasks in another namespace, set its existingClaim."""
    empty_dir_config: Object = {"sizeLimit": "5Gi"}
    """Fields of the emptyDir for logs in pods without the claim."""


class DagsClaim(Claim):
    """PersistentVolumeClaim of the Dags."""

    access_mode: Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"] = "ReadWriteMany"
    """Access mode of the claim: ReadWriteOnce, ReadOnlyMany or ReadWriteMany."""
    sub_path: str | None = Field(default=None, examples=["team/dags"])
    """Folder of the volume that contains the Dags."""


class Dags(Block):
    """Dag files."""

    mount_path: str | None = Field(default=None, examples=["/dags"])
    """Path of the Dags in the containers; unset means `dags` below airflowHome."""
    persistence: DagsClaim = DagsClaim()
    """PersistentVolumeClaim with Dag files."""


class Storage(Block):
    """Volumes of logs and Dags."""

    logs: Logs = Logs()
    """Task logs and their volume."""
    dags: Dags = Dags()
    """Dag files and their volume."""
