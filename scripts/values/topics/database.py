"""The metadata database."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Text


class MetadataConnection(Block):
    """Connection to an external metadata database."""

    user: str = "airflow"
    """User of the metadata database."""
    pass_: str | None = Field(default=None, alias="pass")
    """Password of the database user as text (refused in prod)."""
    protocol: Literal["postgresql", "postgresql+psycopg2"] = "postgresql"
    """Scheme of the database URL; both values render as postgresql+psycopg2, as Airflow needs."""
    host: str | None = Field(
        default=None, examples=["airflow.abc123.eu-central-1.rds.amazonaws.com"]
    )
    """Host of the metadata database; unset means the PostgreSQL of the release."""
    port: int = 5432
    """TCP port of the metadata database."""
    db: str = "airflow"
    """Name of the metadata database."""
    sslmode: str = "prefer"
    """TLS mode of the connection, as libpq's sslmode, such as require or verify-full."""
    secret_annotations: Text = {}
    """Annotations of the Secret with the database URL."""


class Metadata(Block):
    """Metadata database of Airflow."""

    metadata_secret_name: str | None = Field(default=None, examples=["airflow-database"])
    """Name of an existing Secret whose key `connection` holds a URL postgresql+psycopg2://…."""
    metadata_connection: MetadataConnection = MetadataConnection()
    """Parts of the database URL, when there is no such Secret."""


class Database(Block):
    """Metadata database."""

    data: Metadata = Metadata()
    """Metadata database of Airflow."""
