"""Who brings the platform's secrets into the cluster, when they are kept outside."""

from typing import Literal

from scripts.values.blocks import Block, Text

# The rows of files/tables.yaml: which secrets there are.
Secret = Literal[
    "metadata", "fernet-key", "jwt-secret", "api-secret-key", "first-user", "postgresql"
]


class RemoteSecret(Block):
    """A secret that is kept outside."""

    key: str
    """Its name there, through `tpl`."""
    property: str | None = None
    """A part of it, when it is JSON."""


class StoredSecret(Block):
    """A secret of Secrets Manager, as a whole: the provider would mount all beside a part of it."""

    key: str
    """Its name there, through `tpl`."""


class StoreReference(Block):
    """A store of the External Secrets Operator."""

    kind: Literal["ClusterSecretStore", "SecretStore"] = "ClusterSecretStore"
    """ClusterSecretStore or SecretStore."""
    name: str = ""
    """Its name."""


class ExternalSecrets(Block):
    """ExternalSecrets for the External Secrets Operator, which writes the Secrets."""

    enabled: bool = False
    """Make ExternalSecrets."""
    store_ref: StoreReference = StoreReference()
    """Where the operator looks."""
    refresh_interval: str = "1h"
    """How often it looks; a new revision in secretRevisions makes it look at once."""
    secrets: dict[Secret, RemoteSecret | None] = {}
    """`NAME: {key, property}` of secrets in the store (fernet-key, metadata, …)."""


class SecretsStore(Block):
    """SecretProviderClasses of AWS for the Secrets Store CSI driver; it writes the Secrets, too."""

    enabled: bool = False
    """Make SecretProviderClasses, and mount them where their secrets are read."""
    parameters: Text = {}
    """More of their parameters, such as `usePodIdentity: "true"`."""
    secrets: dict[Secret, StoredSecret | None] = {}
    """`NAME: {key}` of secrets in Secrets Manager (fernet-key, metadata, …)."""
