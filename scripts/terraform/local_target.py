"""The cluster that `local` is applied to: the local node, or a kubeconfig context of the user's.

Each has its own state, and remembers with which images and team it was applied last.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts import kubeconfig
from scripts.errors import Refusal
from scripts.paths import CACHE, KUBECONFIG, STATE, digest

# What an apply is given from outside; the next plan of the same cluster is given the same.
REMEMBERED = ("TF_VAR_last_layer", "TF_VAR_team")


@dataclass(frozen=True)
class LocalTarget:
    """A cluster, and the folder with the Terraform state of `local` in it."""

    kubeconfig: Path
    context: str

    @property
    def name(self) -> str:
        """For folders: readable, and different for different contexts."""
        if not self.context:
            return "node"
        readable = re.sub(r"[^a-z0-9]+", "-", self.context.lower()).strip("-")[:40]
        return f"{readable}-{digest([], self.context)[:8]}"

    @property
    def folder(self) -> Path:
        """The local cluster's goes with it; a cluster of the user's outlives `make down`."""
        return (
            STATE / "terraform" if not self.context else CACHE / "terraform" / self.name / "state"
        )

    @property
    def state(self) -> Path:
        return self.folder / "terraform.tfstate"

    def check(self) -> None:
        """Raise Refusal when the kubeconfig is missing, or lacks the context."""
        files = [self.kubeconfig]
        kubeconfig.require(self.context or kubeconfig.current_context(files), files)

    def variables(self, env: Mapping[str, str]) -> dict[str, str]:
        """The variables of the configuration: as given, else as remembered."""
        try:
            remembered = json.loads(self._memory.read_text())
        except (FileNotFoundError, PermissionError, ValueError):
            remembered = {}
        given = {name: env[name] for name in REMEMBERED if name in env}
        target = {"TF_VAR_kubeconfig": str(self.kubeconfig)}
        if self.context:
            target["TF_VAR_context"] = self.context
        return {**remembered, **given, **target}

    def remember(self, variables: Mapping[str, str]) -> None:
        self._memory.write_text(
            json.dumps({name: variables[name] for name in REMEMBERED if name in variables})
        )

    def make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except PermissionError:
            raise Refusal(f"{self.folder} cannot be written: use root.") from None

    def client(self):
        """A client of its API; importing it takes a second."""
        from kubernetes.config import new_client_from_config

        return new_client_from_config(str(self.kubeconfig), self.context or None)

    @property
    def _memory(self) -> Path:
        return self.folder / "variables.json"


def find_local_target(env: Mapping[str, str]) -> LocalTarget:
    """Return the cluster that the variables name; without a context it is the local node."""
    context = env.get("TF_VAR_context", "")
    stated = env.get("TF_VAR_kubeconfig")
    if stated:
        return LocalTarget(Path(stated), context)
    if not context:
        return LocalTarget(KUBECONFIG, "")
    files = kubeconfig.user_files(env)
    return LocalTarget(kubeconfig.file_with(context, files) or files[0], context)


def free_stuck_releases(target: LocalTarget, since: float) -> list[str]:
    """Forget what a helm that was killed before `since` left half written; name the releases.

    A release that is forever "pending" refuses every further helm. Its last complete revision,
    and its objects, stay as they are; the next apply goes on from there.
    """
    from kubernetes.client import CoreV1Api

    api = CoreV1Api(target.client())
    pending = "owner=helm,status in (pending-install,pending-upgrade,pending-rollback)"
    freed = []
    for namespace in _namespaces(api):
        for record in api.list_namespaced_secret(namespace, label_selector=pending).items:
            if record.metadata.creation_timestamp.timestamp() < since:
                api.delete_namespaced_secret(record.metadata.name, namespace)
                freed.append(f"{namespace}/{record.metadata.labels['name']}")
    return freed


def unready_pods(target: LocalTarget) -> list[str]:
    """Return each pod of `local` that is not ready, with its namespace and the reason."""
    from kubernetes.client import CoreV1Api

    from scripts.releases import NAME
    from scripts.releases.rollout import unready

    client = target.client()
    return [
        f"{namespace}: {phrase}"
        for namespace in _namespaces(CoreV1Api(client))
        for phrase in unready(client, namespace, NAME)
    ]


def _namespaces(api) -> list[str]:
    """The namespaces that `local` has made."""
    ours = "app.kubernetes.io/managed-by=terraform,environment=local"
    return [namespace.metadata.name for namespace in api.list_namespace(label_selector=ours).items]
