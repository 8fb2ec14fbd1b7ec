"""The database of the release."""

from pydantic import Field

from scripts.values.blocks import Block, Claim, Image, Resources, Scalar, resources
from scripts.values.component import Component
from scripts.values.exposure import NetworkPolicy
from scripts.values.pods import CommandProbe, StatefulSet


class SecretKeys(Block):
    """Keys of the Secret with the password."""

    user_password_key: str | None = Field(default=None, examples=["user-password"])
    """Key of the password in `existingSecret`; unset means `password`."""


class PostgresqlAuth(Block):
    """User of the database."""

    username: str | None = "airflow"
    """Name of the database user, who owns the database."""
    database: str | None = "airflow"
    """Name of the database."""
    existing_secret: str | None = Field(default=None, examples=["airflow-database"])
    """Name of an existing Secret with the password; without one, the password is generated."""
    secret_keys: SecretKeys = SecretKeys()
    """Keys of this Secret."""
    password: str | None = Field(default=None, examples=["text"])
    """Password of the user as text (refused in prod, as is the whole database)."""


class Postgresql(StatefulSet):
    """PostgreSQL in one pod, for environments whose data may be lost; prod refuses it."""

    enabled: bool = True
    """Run a PostgreSQL database in the release."""
    image: Image = Image(repository="postgres", tag="17.6-bookworm")
    """Image of PostgreSQL: the public `postgres`, or one with the same environment variables."""
    auth: PostgresqlAuth = PostgresqlAuth()
    """Database and its user."""
    resources: Resources = resources("100m", "128Mi", "1Gi")
    """Requests and limits of PostgreSQL."""
    persistence: Claim = Claim()
    """Volume of the data; without a PersistentVolumeClaim, a new pod starts empty."""
    uid: int = 999
    """User ID of PostgreSQL, and its group; 999 is the user of the public image."""
    network_policy: NetworkPolicy = NetworkPolicy()
    """Additions to the NetworkPolicy of the database, for pods that are not part of the release."""
    config: dict[str, Scalar] = {
        "max_connections": 200,
        "shared_buffers": "64MB",
    }
    """Settings of the PostgreSQL server, as in postgresql.conf."""
    startup_probe: CommandProbe = CommandProbe(
        period_seconds=1, timeout_seconds=10, failure_threshold=120
    )
    """Startup probe, which waits until the database accepts connections."""
    readiness_probe: CommandProbe = CommandProbe(
        period_seconds=10, timeout_seconds=10, failure_threshold=3
    )
    """Readiness probe, which takes a database that refuses connections out of the Service."""
    liveness_probe: CommandProbe = CommandProbe(
        period_seconds=30, timeout_seconds=10, failure_threshold=5
    )
    """Liveness probe, which restarts a database that refuses connections."""


COMPONENT = Component(key="postgresql", values=Postgresql)
