"""A second release on the cluster, in namespaces of its own, for as long as a test needs it."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import yaml
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from scripts.paths import CHART, DAGS
from scripts.releases import helm
from scripts.workshop.cluster import image_store
from scripts.workshop.cluster.images import Image, images
from tests.cluster.airflow import Airflow
from tests.cluster.namespace import NOT_FOUND, Namespace
from tests.cluster.waiting import wait_until

LOG_CLAIM = "airflow-task-logs"
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}


@contextmanager
def second_release(
    first: Airflow, team: str, layer: Path, image: str, *, keeps_logs: bool = False, **others: str
) -> Iterator[Airflow]:
    """Install the chart for another team with our images, and remove it at the end.

    `image` is that of Airflow; `others` are keys of `images` in values and the image of each. With
    `keeps_logs`, the logs of tasks are on volumes in the node's folder of the first release.
    """
    release = replace(first.release, team=team, layers=(first.release.layers[0], layer))
    second = Airflow(first.main.api, release)
    namespaces = (second.main, second.tasks)
    image_store.import_missing(sorted(set(_chosen(image, others).values())))
    try:
        for namespace in namespaces:
            _make(namespace)
            if keeps_logs:
                _make_log_volume(namespace)
        install(second, image, keeps_logs=keeps_logs, **others)
        yield second
    finally:
        for namespace in namespaces:
            _delete(namespace)
            if keeps_logs:
                namespace.core.delete_persistent_volume(f"{namespace.name}-logs")


def _make_log_volume(namespace: Namespace) -> None:
    """Create the volume of task logs and its claim, as Terraform does for a release."""
    name, modes, size = f"{namespace.name}-logs", ["ReadWriteMany"], {"storage": "1Gi"}
    volume = client.V1PersistentVolumeSpec(
        access_modes=modes,
        capacity=size,
        claim_ref=client.V1ObjectReference(name=LOG_CLAIM, namespace=namespace.name),
        host_path=client.V1HostPathVolumeSource(path="/var/tmp", type="Directory"),
        storage_class_name="",
    )
    claim = client.V1PersistentVolumeClaimSpec(
        access_modes=modes,
        resources=client.V1VolumeResourceRequirements(requests=size),
        storage_class_name="",
        volume_name=name,
    )
    namespace.core.create_persistent_volume(
        client.V1PersistentVolume(metadata=client.V1ObjectMeta(name=name), spec=volume)
    )
    namespace.core.create_namespaced_persistent_volume_claim(
        namespace.name,
        client.V1PersistentVolumeClaim(metadata=client.V1ObjectMeta(name=LOG_CLAIM), spec=claim),
    )


def _make(namespace: Namespace) -> None:
    """Create a namespace under Pod Security and the Dags, as Terraform does for a release."""
    meta = client.V1ObjectMeta(name=namespace.name, labels=RESTRICTED)
    namespace.core.create_namespace(client.V1Namespace(metadata=meta))
    namespace.core.create_namespaced_config_map(namespace.name, example_dags())


def example_dags() -> client.V1ConfigMap:
    """Return the example Dags, as Terraform makes them."""
    files = {file.name: file.read_text() for file in [*DAGS.glob("*.py"), DAGS / ".airflowignore"]}
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name="example-dags"), data=files)


def install(airflow: Airflow, image: str, *, keeps_logs: bool = False, **others: str) -> None:
    """Install a release with our images, or upgrade it to them."""
    release, chosen = airflow.release, _chosen(image, others)
    values = {
        "images": {key: _reference(images()[name]) for key, name in chosen.items()},
        "postgresql": {"image": _reference(images()["postgres"])},
    }
    command = [
        str(helm.executable()),
        "upgrade",
        release.name,
        str(CHART),
        "--install",
        "--values=-",
    ]
    command += [f"--values={layer}" for layer in release.layers]
    if not keeps_logs:
        # Terraform creates the volume of the environment's logs for its own releases only.
        command += ["--set=logs.persistence.enabled=false"]
    command += [f"--namespace={release.namespace}", *airflow.target.arguments()]
    done = subprocess.run(command, input=yaml.safe_dump(values), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _chosen(image: str, others: Mapping[str, str]) -> dict[str, str]:
    """Return our images by their key in values; that of Airflow has Redis, too."""
    return {"airflow": image, "redis": image, **others}


def _reference(image: Image) -> dict[str, str]:
    return {"repository": image.repository, "tag": image.tag}


def _delete(namespace: Namespace) -> None:
    """Delete a namespace with all that is in it; Helm's records are in there, too."""
    namespace.core.delete_namespace(namespace.name)
    # Celery workers wait for a broker that is deleted with them, for as long as tasks may take.
    namespace.core.delete_collection_namespaced_pod(namespace.name, grace_period_seconds=0)
    wait_until(lambda: _is_gone(namespace), 180, f"the namespace {namespace.name} still exists")


def _is_gone(namespace: Namespace) -> bool:
    try:
        namespace.core.read_namespace(namespace.name)
    except ApiException as error:
        return error.status == NOT_FOUND
    return False
