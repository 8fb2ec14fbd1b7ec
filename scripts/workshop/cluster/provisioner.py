"""Volumes for the claims of the StorageClass `local`: a folder of the node for each claim.

It behaves as the provisioners of kind and minikube do, so that a release that needs more fails
here, too: a claim has a volume of its own, no other claim shares it, and only pods of one node
mount it.

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
# As in storage.yaml, and in every other StorageClass that names it.
PROVISIONER = "airflow-on-kubernetes/local"
# Kubernetes annotates a claim with the provisioner of its class; a volume has an annotation, too.
ASKED = "volume.kubernetes.io/storage-provisioner"
PROVIDED = "pv.kubernetes.io/provisioned-by"
MODES = {"ReadWriteOnce", "ReadWriteOncePod"}
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
    """Return the folder of a claim; a new claim of an old name has another one."""
    metadata = claim.metadata
    return VOLUMES / metadata.namespace / f"{metadata.name}-{metadata.uid}"


def volume(claim: client.V1PersistentVolumeClaim, reclaim_policy: str) -> dict[str, Any]:
    """Return the volume for a claim, of type `local`, so that kubelet sets the pod's fsGroup."""
    metadata = claim.metadata
    here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [NAME]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": f"pvc-{metadata.uid}",
            "annotations": {PROVIDED: PROVISIONER},
        },
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
            "persistentVolumeReclaimPolicy": reclaim_policy,
            "storageClassName": claim.spec.storage_class_name,
            "volumeMode": "Filesystem",
        },
    }


def is_wanted(claim: client.V1PersistentVolumeClaim) -> bool:
    """Return whether Kubernetes asks this provisioner for the volume of a claim."""
    unbound = not claim.spec.volume_name and claim.metadata.deletion_timestamp is None
    return unbound and (claim.metadata.annotations or {}).get(ASKED) == PROVISIONER


def refusal(claim: client.V1PersistentVolumeClaim) -> str:
    """Return why a folder of one node cannot serve a claim; empty when it can."""
    spec = claim.spec
    if modes := sorted(set(spec.access_modes) - MODES):
        return f"a folder of one node does not support {', '.join(modes)}: use a shared file system"
    if spec.volume_mode == "Block":
        return "a folder is not a block device: set volumeMode to Filesystem"
    if spec.selector or spec.data_source:
        return "selector and dataSource are not supported: remove them"
    return ""


def provide(
    api: client.CoreV1Api, classes: client.StorageV1Api, claim: client.V1PersistentVolumeClaim
) -> None:
    """Create the folder and the volume of a claim that has none, or report why it gets none."""
    if not is_wanted(claim):
        return
    if reason := refusal(claim):
        _create(api.create_namespaced_event, claim.metadata.namespace, event(claim, reason))
        say(f"{claim.metadata.namespace}/{claim.metadata.name}: {reason}")
        return
    path = folder(claim)
    path.mkdir(parents=True, exist_ok=True)
    # Pods write as any user; the parent folders keep other users out.
    path.chmod(0o777)
    policy = classes.read_storage_class(claim.spec.storage_class_name).reclaim_policy
    _create(api.create_persistent_volume, volume(claim, policy))
    say(f"{claim.metadata.namespace}/{claim.metadata.name}: {path}")


def event(claim: client.V1PersistentVolumeClaim, message: str) -> dict[str, Any]:
    """Return the event that `kubectl describe` shows at a claim without a volume."""
    metadata = claim.metadata
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{metadata.name}.{metadata.uid}", "namespace": metadata.namespace},
        "involvedObject": {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "name": metadata.name,
            "namespace": metadata.namespace,
            "uid": metadata.uid,
        },
        "type": "Warning",
        "reason": "ProvisioningFailed",
        "message": message,
        "source": {"component": PROVISIONER},
    }


def clean(api: client.CoreV1Api, gone: client.V1PersistentVolume) -> None:
    """Delete a volume whose claim was deleted, with its folder, unless its policy keeps it."""
    if not is_to_delete(gone):
        return
    path = Path(gone.spec.local.path)
    if path.is_relative_to(VOLUMES):
        shutil.rmtree(path, ignore_errors=True)
        say(f"removed {path}")
    try:
        api.delete_persistent_volume(gone.metadata.name)
    except ApiException as error:
        if error.status != 404:
            raise


def is_to_delete(volume: client.V1PersistentVolume) -> bool:
    """Return whether a volume is this provisioner's, and its claim and policy have given it up."""
    ours = (volume.metadata.annotations or {}).get(PROVIDED) == PROVISIONER
    spec = volume.spec
    released = volume.status.phase == "Released"
    return ours and released and spec.persistent_volume_reclaim_policy == "Delete"


def say(text: str) -> None:
    """Print a line to the log."""
    print(text, flush=True)


def _create(create: Callable[..., Any], *arguments: Any) -> None:
    """Create an object that a call before a restart may have created already."""
    try:
        create(*arguments)
    except ApiException as error:
        if error.status != 409:
            raise


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
    api, classes = client.CoreV1Api(), client.StorageV1Api()
    cleaner = threading.Thread(
        target=_follow,
        args=(api.list_persistent_volume, lambda gone: clean(api, gone)),
        daemon=True,
    )
    cleaner.start()
    _follow(
        api.list_persistent_volume_claim_for_all_namespaces,
        lambda claim: provide(api, classes, claim),
    )


if __name__ == "__main__":
    main()
