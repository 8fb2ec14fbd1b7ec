"""Datadog, as the chart knows it: metrics, labels and annotations for the agent on each node."""

from scripts.values.blocks import Block, Text


class DatadogLogs(Block):
    """What the agent is told about logs of Airflow's containers."""

    enabled: bool = True
    """Annotate pods with the source `airflow` and the service, for the agent's log collection."""


class DatadogHealthCheck(Block):
    """A check of what Airflow says of its own health."""

    enabled: bool = True
    """Let the agent ask the api-server (http_check, each minute) whether each part is healthy."""
    namespace: str = "datadog"
    """The agents' namespace, which the api-server's policy lets in to ask; empty lets nobody in."""


class Datadog(Block):
    """Datadog: what the agent on each node is sent and told."""

    enabled: bool = False
    """Send metrics to the agent on each pod's node; the image needs the Python package datadog."""
    port: int = 8125
    """The agent's UDP port for DogStatsD, on the node's address."""
    tags: Text = {}
    """Tags of every metric, over the chart's own env, service, version and team."""
    disabled_tags: list[str] = ["dagrun_id", "job_id", "run_id"]
    """Tags that are left out, by how they begin: Datadog bills each set of tags."""
    allow_list: list[str] = []
    """Regular expressions of the only metrics that are sent; with any, blockList does nothing."""
    block_list: list[str] = [r"^dagrun\..+\.first_task_scheduling_delay$"]
    """Regular expressions of metrics that are not sent: that one has a Dag's id in its name."""
    logs: DatadogLogs = DatadogLogs()
    """Logs."""
    health_check: DatadogHealthCheck = DatadogHealthCheck()
    """What Airflow says of its health."""
