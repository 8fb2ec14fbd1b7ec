"""Datadog: metrics, labels and annotations for the agent on each node."""

from pydantic import Field

from scripts.values.blocks import Block, Text


class DatadogLogs(Block):
    """Collection of container logs by the agent."""

    enabled: bool = True
    """Annotate pods with the source `airflow` and the service, for the agent's log collection."""


class DatadogHealthCheck(Block):
    """Health check by the agent."""

    enabled: bool = True
    """Let the agent query Airflow's health endpoint each minute (http_check)."""
    namespace: str = "datadog"
    """Namespace of the agents, which the NetworkPolicy admits for the check; empty means none."""


class DatadogSettings(Block):
    """Datadog: metrics, logs and health checks by the agent on each node."""

    enabled: bool = False
    """Send metrics to the agent on the pod's node; the image needs the Python package datadog."""
    port: int = 8125
    """UDP port of the agent for DogStatsD, on the node's address."""
    tags: Text = Field(default={}, examples=[{"cluster": "eu-1"}])
    """Tags of every metric, which override the chart's own: env, service, version and team."""
    disabled_tags: list[str] = ["dagrun_id", "job_id", "run_id"]
    """Prefixes of tags to leave out, because Datadog bills each combination of tags."""
    allow_list: list[str] = Field(default=[], examples=[["^scheduler\\.", "^pool\\."]])
    """Regular expressions of the only metrics to send; a value disables blockList."""
    block_list: list[str] = [r"^dagrun\..+\.first_task_scheduling_delay$"]
    """Regular expressions of metrics not to send; the default one has a Dag's ID in its name."""
    logs: DatadogLogs = DatadogLogs()
    """Collection of container logs by the agent."""
    health_check: DatadogHealthCheck = DatadogHealthCheck()
    """Health check by the agent."""


class Datadog(Block):
    """Datadog."""

    datadog: DatadogSettings = DatadogSettings()
    """Metrics, logs and health checks by the Datadog agent on each node."""
