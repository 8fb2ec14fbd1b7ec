"""The cluster that a release is deployed to, and the values layer that Terraform stores in it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

from scripts import kubeconfig
from scripts.errors import Refusal
from scripts.paths import KUBECONFIG
from scripts.releases import Release


@dataclass(frozen=True)
class Target:
    """A cluster by its kubeconfig context; without a file, in the user's kubeconfig files."""

    context: str
    kubeconfig: Path | None = None

    def arguments(self) -> list[str]:
        """Return the options that point Helm at the cluster."""
        file = [f"--kubeconfig={self.kubeconfig}"] if self.kubeconfig else []
        return [*file, f"--kube-context={self.context}"]

    def api(self) -> client.ApiClient:
        """Return a client of the cluster's API."""
        file = str(self.kubeconfig) if self.kubeconfig else None
        return config.new_client_from_config(config_file=file, context=self.context)


def find_target(release: Release, context: str = "") -> Target:
    """Return the cluster of a release: the given context, its environment's, or the current one.

    Raises Refusal when no kubeconfig exists, or none contains the context.
    """
    is_node = release.environment.name == "local" and not context and KUBECONFIG.exists()
    files = (KUBECONFIG,) if is_node else kubeconfig.user_files()
    wanted = context or release.environment.kubernetes.context or kubeconfig.current_context(files)
    kubeconfig.require(wanted, files)
    return Target(context=wanted, kubeconfig=KUBECONFIG if is_node else None)


@contextmanager
def with_last_layer(release: Release, target: Target, api: client.ApiClient) -> Iterator[Release]:
    """Yield the release with the last layer: the values that Terraform stores in a ConfigMap.

    Raises Refusal when the ConfigMap cannot be read.
    """
    name = f"{release.name}-terraform"
    try:
        found = client.CoreV1Api(api).read_namespaced_config_map(name, release.namespace)
    except ApiException as error:
        raise Refusal(
            f"Cannot read the ConfigMap {name} in namespace {release.namespace} of"
            f" {target.context} ({error.status} {error.reason}). It contains values from Terraform;"
            f" `make apply ENV={release.environment.name}` creates it."
        ) from None
    with tempfile.TemporaryDirectory() as folder:
        layer = Path(folder) / "terraform.yaml"
        layer.write_text(found.data["values.yaml"])
        yield replace(release, layers=(*release.layers, layer))
