"""Volumes of logs and Dags."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Claim, Environment, Image, Object
from scripts.values.pods import Sidecar
from scripts.values.topics.git_sync import GitSync


class LogsClaim(Claim):
    """PersistentVolumeClaim of the logs."""

    sub_path: str | None = Field(default=None, examples=["airflow/logs"])
    """Folder of the volume that contains the logs."""


class LogShipper(Sidecar):
    """Sidecar that sends logs elsewhere, in task pods and all others that write logs of tasks."""

    image: Image = Image()
    """Image of the log shipper, such as Fluent Bit or Vector."""
    command: list[str] | None = Field(default=None, examples=[["/usr/bin/vector"]])
    """Command of the sidecar, instead of the image's entrypoint."""
    args: list[str] | None = Field(default=None, examples=[["--config=/etc/vector/airflow.yaml"]])
    """Arguments of the sidecar."""
    env: Environment | None = Field(default=None, examples=[{"LOG_STORE": "logs.example.com"}])
    """Environment variables of the sidecar, as a list or a map; AIRFLOW_LOGS is the folder."""
    config: str | None = Field(
        default=None,
        examples=["[INPUT]\n  Name tail\n  Path ${AIRFLOW_LOGS}/*/*/*/*.log\n"],
    )
    """Configuration of the shipper, as it is; secrets belong into `env`, from a Secret."""
    config_path: str = "/fluent-bit/etc/fluent-bit.conf"
    """Path of the file with `config`, where the image reads it."""


class Logs(Block):
    """Task logs."""

    persistence: LogsClaim = LogsClaim()
    """ReadWriteMany claim for task logs; with tasks in another namespace, set its existingClaim."""
    empty_dir_config: Object = {"sizeLimit": "5Gi"}
    """Fields of the emptyDir for logs in pods without the claim."""
    shipper: LogShipper = LogShipper()
    """Sidecar that sends logs elsewhere, in task pods and all others that write logs of tasks."""


class DagsClaim(Claim):
    """PersistentVolumeClaim of the Dags."""

    access_mode: Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"] = "ReadWriteMany"
    """Access mode of the claim: ReadWriteOnce, ReadOnlyMany or ReadWriteMany."""
    sub_path: str | None = Field(default=None, examples=["team/dags"])
    """Folder of the volume that contains the Dags."""


class DagsImage(Image):
    """Image with Dags, which pods mount as a volume."""

    repository: str | None = Field(default=None, examples=["registry.example.com/payments/dags"])
    """Registry and name of an image with Dags; pods that read Dags mount it when this is set."""
    tag: str | None = Field(default=None, examples=["7"])
    """Tag of the image."""
    sub_path: str | None = Field(default=None, examples=["dags"])
    """Folder of the image that contains the Dags; unset means the whole image."""


class Dags(Block):
    """Dag files."""

    mount_path: str | None = Field(default=None, examples=["/dags"])
    """Path of the Dags in the containers; unset means `dags` below airflowHome."""
    persistence: DagsClaim = DagsClaim()
    """PersistentVolumeClaim with Dag files."""
    image: DagsImage = DagsImage()
    """Dags from an image that is mounted as a volume; needs Kubernetes 1.35 or newer."""
    git_sync: GitSync = GitSync()
    """Dags from a Git repository, by git-sync."""


class Storage(Block):
    """Volumes of logs and Dags."""

    logs: Logs = Logs()
    """Task logs and their volume."""
    dags: Dags = Dags()
    """Dag files and their volume."""
