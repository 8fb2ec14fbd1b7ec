"""Secrets of the platform: keys and their sources."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Text, narrowed
from scripts.values.topics.external_secrets import (
    ExternalSecrets,
    RemoteSecret,
    SecretsStore,
    StoredSecret,
)


class Secrets(Block):
    """Secrets of the platform."""

    fernet_key: str | None = None
    """Fernet key as text (refused in prod), which encrypts connections in the database."""
    fernet_key_secret_name: str | None = Field(default=None, examples=["airflow-fernet"])
    """Name of an existing Secret with the key `fernet-key`."""
    fernet_key_secret_annotations: Text = {}
    """Annotations of the Secret that the chart creates from fernetKey."""
    api_secret_key: str | None = None
    """Secret key of the API as text (refused in prod), which signs sessions."""
    api_secret_key_secret_name: str | None = Field(default=None, examples=["airflow-api-key"])
    """Name of an existing Secret with the key `api-secret-key`."""
    api_secret_annotations: Text = {}
    """Annotations of the Secret that the chart creates from apiSecretKey."""
    jwt_secret: str | None = None
    """Secret as text (refused in prod) that signs the tokens of task executions."""
    jwt_secret_name: str | None = Field(default=None, examples=["airflow-jwt"])
    """Name of an existing Secret with the key `jwt-secret`."""
    jwt_secret_annotations: Text = {}
    """Annotations of the Secret that the chart creates from jwtSecret."""
    secret_revisions: dict[str, str] = Field(
        default={}, examples=[{"fernet-key": "2026-01-15", "metadata": "2"}]
    )
    """Revisions of external Secrets, by secret; a new revision restarts the pods that read it."""
    external_secrets: ExternalSecrets = ExternalSecrets()
    """Secrets that the External Secrets Operator copies into the cluster."""
    secrets_store: SecretsStore = SecretsStore()
    """Secrets that the Secrets Store CSI driver copies from AWS Secrets Manager."""


def secrets_topic(names: Iterable[str]) -> type[Secrets]:
    """The topic for a chart with these secrets."""
    name = Literal[*names]
    return narrowed(
        Secrets,
        secret_revisions=dict[name, str],
        external_secrets=narrowed(ExternalSecrets, secrets=dict[name, RemoteSecret | None])(),
        secrets_store=narrowed(SecretsStore, secrets=dict[name, StoredSecret | None])(),
    )
