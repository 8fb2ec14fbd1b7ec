"""Volumes for the claims of the StorageClass `local`, created and deleted with them.

Runs as a process of the node: `python -m scripts.workshop.cluster.provisioner`. It has no state of
its own: after a restart, it continues from the objects in the API server.
"""

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from scripts.paths import KUBECONFIG, ROOT
from scripts.workshop.cluster import kubectl
from scripts.workshop.cluster.layout import NAME, VOLUMES
from scripts.workshop.cluster.supervisor import Part, start

MANIFEST = Path(__file__).with_name("storage.yaml")
CLASS = "local"
TASKS = "-tasks"
# The server ends a watch after this time; then another one begins.
WATCH_SECONDS = 3600


def start_provisioner() -> None:
    """Apply the StorageClass and start the process that serves it."""
    kubectl.apply(MANIFEST)
    start(part())


def part() -> Part:
    """Return the process; it runs outside the node's namespaces, since it only creates folders."""
    return Part(
        "provisioner",
        (sys.executable, "-m", "scripts.workshop.cluster.provisioner"),
        environment={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        inside=False,
        configuration=(Path(__file__), KUBECONFIG),
    )


def folder(claim: client.V1PersistentVolumeClaim) -> Path:
    """Return the folder of a claim.

    ReadWriteMany claims with the same name share a folder between the namespace of a release and
    that of its tasks: the api-server reads the logs that tasks write.
    """
    namespace, name = claim.metadata.namespace, claim.metadata.name
    if "ReadWriteMany" in claim.spec.access_modes:
        return VOLUMES / namespace.removesuffix(TASKS) / name
    return VOLUMES / namespace / f"{name}-{claim.metadata.uid}"


def volume(claim: client.V1PersistentVolumeClaim) -> dict[str, Any]:
    """Return the volume for a claim, of type `local`, so that kubelet sets the pod's fsGroup."""
    metadata = claim.metadata
    here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [NAME]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"pvc-{metadata.uid}"},
        "spec": {
            "accessModes": claim.spec.access_modes,
            "capacity": {"storage": claim.spec.resources.requests["storage"]},
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "name": metadata.name,
                "namespace": metadata.namespace,
                "uid": metadata.uid,
            },
            "local": {"path": str(folder(claim))},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}},
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": CLASS,
            "volumeMode": "Filesystem",
        },
    }


def is_wanted(claim: client.V1PersistentVolumeClaim) -> bool:
    """Return whether a claim of the StorageClass has no volume yet."""
    unbound = not claim.spec.volume_name and claim.metadata.deletion_timestamp is None
    return unbound and claim.spec.storage_class_name == CLASS


def provide(api: client.CoreV1Api, claim: client.V1PersistentVolumeClaim) -> None:
    """Create the folder and the volume of a claim that has none."""
    if not is_wanted(claim):
        return
    path = folder(claim)
    path.mkdir(parents=True, exist_ok=True)
    # Pods write as any user; the parent folders keep other users out.
    path.chmod(0o777)
    try:
        api.create_persistent_volume(volume(claim))
    except ApiException as error:
        if error.status != 409:
            raise
    say(f"{claim.metadata.namespace}/{claim.metadata.name}: {path}")


def clean(api: client.CoreV1Api, gone: client.V1PersistentVolume) -> None:
    """Delete a volume whose claim was deleted, with its folder."""
    if gone.spec.storage_class_name != CLASS or gone.status.phase != "Released":
        return
    path = Path(gone.spec.local.path)
    others = [other for other in api.list_persistent_volume().items if _uses(other, gone)]
    if not others and path.is_relative_to(VOLUMES):
        shutil.rmtree(path, ignore_errors=True)
        say(f"removed {path}")
    try:
        api.delete_persistent_volume(gone.metadata.name)
    except ApiException as error:
        if error.status != 404:
            raise


def say(text: str) -> None:
    """Print a line to the log."""
    print(text, flush=True)


def _uses(other: client.V1PersistentVolume, gone: client.V1PersistentVolume) -> bool:
    same = other.spec.local is not None and other.spec.local.path == gone.spec.local.path
    return same and other.metadata.uid != gone.metadata.uid


def _follow(listing: Callable[..., Any], act: Callable[[Any], None]) -> None:
    """Call a function for every existing object and for every change, forever."""
    while True:
        try:
            for event in watch.Watch().stream(listing, timeout_seconds=WATCH_SECONDS):
                if event["type"] in ("ADDED", "MODIFIED"):
                    act(event["object"])
        except (ApiException, HTTPError, OSError) as error:
            # The API server has restarted, or the watch has expired: begin again.
            say(f"again: {type(error).__name__} {str(error).splitlines()[0]}")
            time.sleep(1)


def main() -> None:
    """Serve until the node is stopped."""
    # The node is on this machine: no proxy.
    os.environ["NO_PROXY"] = "*"
    config.load_kube_config(str(KUBECONFIG))
    api = client.CoreV1Api()
    cleaner = threading.Thread(
        target=_follow,
        args=(api.list_persistent_volume, lambda gone: clean(api, gone)),
        daemon=True,
    )
    cleaner.start()
    _follow(api.list_persistent_volume_claim_for_all_namespaces, lambda claim: provide(api, claim))


if __name__ == "__main__":
    main()
