"""The cluster that `local` is applied to: the local node, or a kubeconfig context of the user's.

Each has its own state, and remembers with which images and team it was applied last.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts.errors import Refusal
from scripts.paths import CACHE, KUBECONFIG, STATE, digest

# What an apply is given from outside; the next plan of the same cluster is given the same.
REMEMBERED = ("TF_VAR_last_layer", "TF_VAR_team")


@dataclass(frozen=True)
class Cluster:
    """A cluster and where Terraform keeps what it knows about it."""

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
        """Refuse a kubeconfig that is not there and a context that it does not have."""
        if not self.kubeconfig.is_file():
            advice = "" if self.context else "; `make up` starts the local cluster"
            raise Refusal(f"There is no kubeconfig at {self.kubeconfig}{advice}.")
        known = _contexts(self.kubeconfig)
        if self.context and self.context not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise Refusal(
                f"There is no context {self.context!r} in {self.kubeconfig}; known: {listed}."
            )

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


def cluster(env: Mapping[str, str]) -> Cluster:
    """The cluster that the variables name; without a context it is the local node."""
    context = env.get("TF_VAR_context", "")
    stated = env.get("TF_VAR_kubeconfig")
    if stated:
        return Cluster(Path(stated), context)
    if not context:
        return Cluster(KUBECONFIG, "")
    return Cluster(_kubeconfig_of(context, env), context)


def free_stuck_releases(cluster: Cluster, since: float) -> list[str]:
    """Forget what a helm that was killed before `since` left half written; name the releases.

    A release that is forever "pending" refuses every further helm. Its last complete revision,
    and its objects, stay as they are; the next apply goes on from there.
    """
    from kubernetes.client import CoreV1Api

    api = CoreV1Api(cluster.client())
    pending = "owner=helm,status in (pending-install,pending-upgrade,pending-rollback)"
    freed = []
    for namespace in _namespaces(api):
        for record in api.list_namespaced_secret(namespace, label_selector=pending).items:
            if record.metadata.creation_timestamp.timestamp() < since:
                api.delete_namespaced_secret(record.metadata.name, namespace)
                freed.append(f"{namespace}/{record.metadata.labels['name']}")
    return freed


def unready(cluster: Cluster) -> list[str]:
    """What Helm waited for in vain: each pod that is not ready, and why."""
    from kubernetes.client import CoreV1Api

    from scripts.releases import NAME, rollout

    client = cluster.client()
    return [
        f"{namespace}: {phrase}"
        for namespace in _namespaces(CoreV1Api(client))
        for phrase in rollout.unready(client, namespace, NAME)
    ]


def _namespaces(api) -> list[str]:
    """The namespaces that `local` has made."""
    ours = "app.kubernetes.io/managed-by=terraform,environment=local"
    return [namespace.metadata.name for namespace in api.list_namespace(label_selector=ours).items]


def _kubeconfig_of(context: str, env: Mapping[str, str]) -> Path:
    """The first file of KUBECONFIG that has the context, as kubectl would find it."""
    default = Path("~/.kube/config").expanduser()
    files = [Path(part) for part in env.get("KUBECONFIG", "").split(os.pathsep) if part] or [
        default
    ]
    return next((file for file in files if file.is_file() and context in _contexts(file)), files[0])


def _contexts(kubeconfig: Path) -> set[str]:
    try:
        return {entry["name"] for entry in yaml.safe_load(kubeconfig.read_text())["contexts"]}
    except (OSError, TypeError, KeyError, yaml.YAMLError):
        raise Refusal(f"{kubeconfig} cannot be read as a kubeconfig.") from None
