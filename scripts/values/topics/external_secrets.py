"""Secrets that are kept outside the cluster, and the operator or driver that copies them."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Text


class RemoteSecret(Block):
    """A secret in an external store."""

    key: str
    """Name of the secret in the store, through `tpl`."""
    property: str | None = None
    """Property of the secret, when it is JSON."""


class StoredSecret(Block):
    """A whole secret of Secrets Manager; with a property, the driver would mount the rest, too."""

    key: str
    """Name of the secret in Secrets Manager, through `tpl`."""


class StoreReference(Block):
    """Reference to a store of the External Secrets Operator."""

    kind: Literal["ClusterSecretStore", "SecretStore"] = "ClusterSecretStore"
    """Kind of the store: ClusterSecretStore or SecretStore."""
    name: str = Field(default="", examples=["aws-secrets-manager"])
    """Name of the ClusterSecretStore or SecretStore."""


class ExternalSecrets(Block):
    """ExternalSecrets for the External Secrets Operator, which writes the Secrets."""

    enabled: bool = False
    """Create ExternalSecrets for the External Secrets Operator."""
    store_ref: StoreReference = StoreReference()
    """Store in which the operator finds the secrets."""
    refresh_interval: str = "1h"
    """Interval between two reads of the store; a change in secretRevisions forces a read."""
    secrets: dict[str, RemoteSecret | None] = Field(
        default={},
        examples=[
            {
                "fernet-key": {"key": "airflow/prod/fernet-key"},
                "metadata": {"key": "airflow/prod", "property": "connection"},
            }
        ],
    )
    """Secrets in the store, by the chart's name of the secret: {key, property}."""


class SecretsStore(Block):
    """SecretProviderClasses for the Secrets Store CSI driver on AWS, which writes the Secrets."""

    enabled: bool = False
    """Create SecretProviderClasses, and mount them in the pods that read their secrets."""
    parameters: Text = Field(default={}, examples=[{"usePodIdentity": "true"}])
    """Additional parameters of the SecretProviderClasses, for the AWS provider."""
    secrets: dict[str, StoredSecret | None] = Field(
        default={}, examples=[{"fernet-key": {"key": "airflow/prod/fernet-key"}}]
    )
    """Secrets in AWS Secrets Manager, by the chart's name of the secret: {key}."""
