"""Stores of task logs outside, and the registry of the images."""

from pydantic import Field

from scripts.values.blocks import Block, Text


class LogStoreConnection(Block):
    """Connection to a log store."""

    scheme: str | None = Field(default=None, examples=["https"])
    """Scheme of the URL; unset means http."""
    user: str | None = Field(default=None, examples=["airflow"])
    """User of the log store."""
    pass_: str | None = Field(default=None, alias="pass")
    """Password of the user as text (refused in prod)."""
    host: str | None = Field(default=None, examples=["logs.example.com"])
    """Host of the log store."""
    port: int | None = Field(default=None, examples=[9243])
    """TCP port of the log store; unset means 9200."""


class LogStore(Block):
    """A log store from which the api-server reads the logs of tasks."""

    enabled: bool = False
    """Read the logs of tasks from the store; a log shipper must bring them there."""
    secret_name: str | None = Field(default=None, examples=["airflow-log-store"])
    """Name of an existing Secret whose key `connection` holds the URL of the store."""
    secret_annotations: Text = {}
    """Annotations of the Secret that the chart creates from `connection`."""
    connection: LogStoreConnection = LogStoreConnection()
    """Parts of the URL, when there is no such Secret."""


class RegistryConnection(Block):
    """Log-in of an image registry."""

    user: str | None = Field(default=None, examples=["robot"])
    """User of the registry."""
    pass_: str | None = Field(default=None, alias="pass")
    """Password of the user as text (refused in prod)."""
    host: str | None = Field(default=None, examples=["registry.example.com"])
    """Host of the registry."""
    email: str | None = Field(default=None, examples=["robot@example.com"])
    """Mail address of the user, which few registries need."""


class Registry(Block):
    """Image registry; `imagePullSecrets` replaces it."""

    secret_name: str | None = Field(default=None, examples=["registry-credentials"])
    """Name of an existing Secret with the log-in, when imagePullSecrets is empty."""
    connection: RegistryConnection = RegistryConnection()
    """Log-in, of which the chart makes a Secret, when imagePullSecrets is empty."""


class Logs(Block):
    """Stores of task logs outside, and the registry of the images."""

    elasticsearch: LogStore = LogStore()
    """Elasticsearch, from which the api-server reads the logs of tasks."""
    opensearch: LogStore = LogStore()
    """OpenSearch, from which the api-server reads the logs of tasks."""
    registry: Registry = Registry()
    """Image registry; `imagePullSecrets` replaces it."""
