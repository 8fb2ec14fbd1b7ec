"""The cluster that `local` is applied to: the local node, or a kubeconfig context of the user.

Each has its own Terraform state, and a record of the images and the team of its last apply.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts import kubeconfig
from scripts.errors import Refusal
from scripts.paths import CACHE, KUBECONFIG, STATE, digest

# Variables of an apply that the next plan for the same cluster reuses.
REMEMBERED = ("TF_VAR_last_layer", "TF_VAR_team")


@dataclass(frozen=True)
class LocalTarget:
    """A cluster, and the folder with the Terraform state of `local` in it."""

    kubeconfig: Path
    context: str

    @property
    def name(self) -> str:
        """Name for folders: readable, and unique for each context."""
        if not self.context:
            return "node"
        readable = re.sub(r"[^a-z0-9]+", "-", self.context.lower()).strip("-")[:40]
        return f"{readable}-{digest([], self.context)[:8]}"

    @property
    def folder(self) -> Path:
        """Folder of the state: `make down` removes that of the local node only."""
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
        """Return the variables of the configuration: from `env`, otherwise from the last apply."""
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
        """Record the variables of an apply."""
        self._memory.write_text(
            json.dumps({name: variables[name] for name in REMEMBERED if name in variables})
        )

    def make_folder(self) -> None:
        """Create the folder of the state; raise Refusal when that is not permitted."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except PermissionError:
            raise Refusal(f"Cannot write to {self.folder}: run the command as root.") from None

    def client(self):
        """Return a client of its API; the import is slow, so it is done here."""
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
    """Delete pending revisions that were created before `since`; return their releases.

    A Helm that was killed leaves its revision pending, and Helm then refuses to upgrade the
    release. The last complete revision and the objects stay; the next apply starts from them.
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
    """Return the namespaces that Terraform has created for `local`."""
    ours = "app.kubernetes.io/managed-by=terraform,environment=local"
    return [namespace.metadata.name for namespace in api.list_namespace(label_selector=ours).items]
