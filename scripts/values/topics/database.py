"""The metadata database."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Text


class PasswordSecret(Block):
    """Secret with a password only."""

    name: str | None = Field(default=None, examples=["airflow-db"])
    """Name of an existing Secret with the password; the Job createSecretsJob makes the URL of it.

    After a new password, change `secretRevisions.metadata`: the Job then makes another Secret.
    """
    key: str = "password"
    """Key of the password in this Secret."""


class CaSecret(Block):
    """Secret with the certificate of the authority that signs the database's."""

    name: str | None = Field(default=None, examples=["database-ca"])
    """Name of an existing Secret with certificates in PEM, for sslmode verify-ca or verify-full.

    Pods have it as /run/secrets/database-ca/ca.crt, which a URL in a Secret names as sslrootcert.
    """
    key: str = "ca.crt"
    """Key of the certificates in this Secret."""


class Iam(Block):
    """Log-in by a token instead of a password."""

    enabled: bool = False
    """Make a new token for each connection; values then have no password."""
    function: str = "chart_database.rds"
    """Function that makes a token of host, port and user, as module.function; rds is Amazon RDS."""


# MySQL by its usual driver; the chart adds that of PostgreSQL.
Protocol = Literal["postgresql", "postgresql+psycopg2", "mysql"]


class MetadataConnection(Block):
    """Connection to an external metadata database."""

    user: str = "airflow"
    """User of the metadata database."""
    pass_: str | None = Field(default=None, alias="pass")
    """Password of the database user as text (refused in prod)."""
    password_secret: PasswordSecret = PasswordSecret()
    """Secret with the password of the database user, instead of `pass`."""
    ca_secret: CaSecret = CaSecret()
    """Secret with the certificate of the authority that signs the database's."""
    iam: Iam = Iam()
    """Log-in by a token instead of a password, such as that of IAM for Amazon RDS."""
    protocol: Protocol = "postgresql"
    """Scheme of the database URL; the first two render as postgresql+psycopg2, as Airflow needs."""
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


class ResultBackendConnection(Block):
    """Connection to a database for the results of CeleryExecutor."""

    user: str | None = Field(default=None, examples=["airflow"])
    """User of the database of results."""
    pass_: str | None = Field(default=None, alias="pass")
    """Password of the database user as text (refused in prod)."""
    protocol: Protocol = "postgresql"
    """Scheme of the database URL, which the chart begins with `db+`, as Celery needs."""
    host: str | None = Field(default=None, examples=["results.example.com"])
    """Host of the database of results; unset means the PostgreSQL of the release."""
    port: int = 5432
    """TCP port of the database of results."""
    db: str = "airflow"
    """Name of the database of results."""
    sslmode: str = "prefer"
    """TLS mode of the connection, as libpq's sslmode, such as require or verify-full."""


class Metadata(Block):
    """Databases of Airflow, and the broker of CeleryExecutor."""

    metadata_secret_name: str | None = Field(default=None, examples=["airflow-database"])
    """Name of an existing Secret whose key `connection` holds a URL postgresql+psycopg2://…."""
    metadata_command: str | None = Field(default=None, examples=["cat /vault/secrets/database"])
    """Command that prints the URL in each pod of Airflow that calls the database; tasks do not.

    It is for a file that an agent or a sidecar puts into these pods, init containers included.
    """
    metadata_connection: MetadataConnection = MetadataConnection()
    """Parts of the database URL, when there is no such Secret."""
    result_backend_secret_name: str | None = Field(default=None, examples=["airflow-results"])
    """Name of an existing Secret whose key `connection` holds a URL db+postgresql://….

    Without it, CeleryExecutor keeps its results in the metadata database.
    """
    result_backend_connection: ResultBackendConnection | None = ResultBackendConnection()
    """Parts of the URL of the database of results, when there is no such Secret."""
    result_backend_connection_secret_annotations: Text = {}
    """Annotations of the Secret with the URL of the database of results."""
    broker_url: str | None = Field(default=None, examples=["redis://:password@redis.example.com/0"])
    """URL of the broker of CeleryExecutor as text (refused in prod); set redis.enabled to false."""
    broker_url_secret_name: str | None = Field(default=None, examples=["airflow-broker"])
    """Name of an existing Secret whose key `connection` holds the URL of the broker."""
    broker_url_secret_annotations: Text = {}
    """Annotations of the Secret that the chart creates from data.brokerUrl."""


class Database(Block):
    """Metadata database."""

    data: Metadata = Metadata()
    """Databases of Airflow, and the broker of CeleryExecutor."""
