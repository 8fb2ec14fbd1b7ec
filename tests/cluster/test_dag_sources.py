"""Dags from a git repository that needs a token, and from an image that pods mount as a volume."""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from kubernetes import client

from scripts.workshop.cluster import image_store
from scripts.workshop.cluster.images import images
from tests.cluster.airflow import Airflow
from tests.cluster.file_image import write_image
from tests.cluster.more_dags import DAGS
from tests.cluster.namespace import Namespace, new_namespaces
from tests.cluster.pod_watch import Watch
from tests.cluster.second_release import second_release

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parent
HEALTHY_SECONDS, RUN_SECONDS = 600, 600
SERVER, PORT, TOKEN = "airflow-sources-git", 8080, "token-of-the-test"
# Runs of each Dag that are measured.
RUNS = 5


def dag(name: str) -> dict[str, str]:
    """A Dag file that is named after its source."""
    return {f"{name}.py": (DAGS / "when_read.py").read_text().replace("when_read", name)}


@pytest.fixture(scope="module")
def git(airflow: Airflow) -> Iterator[str]:
    """The URL of a repository, served by a pod."""
    with new_namespaces(airflow.main.api, SERVER) as (namespace,):
        files = {**dag("from_git"), "git_server.py": (FOLDER / "git_server.py").read_text()}
        namespace.core.create_namespaced_config_map(SERVER, config_map("files", files))
        namespace.core.create_namespaced_pod(SERVER, pod_of_git())
        port = client.V1ServicePort(port=PORT)
        spec = client.V1ServiceSpec(selector={"component": "git"}, ports=[port])
        service = client.V1Service(metadata=client.V1ObjectMeta(name="git"), spec=spec)
        namespace.core.create_namespaced_service(SERVER, service)
        namespace.ready_pod("git")
        yield f"http://git.{SERVER}:{PORT}/flows.git"


def config_map(name: str, data: dict[str, str]) -> client.V1ConfigMap:
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name), data=data)


def pod_of_git() -> client.V1Pod:
    """Our image of Airflow, which has git and Python."""
    container = client.V1Container(
        name="git",
        image=images()["airflow"].reference,
        command=["python", "/files/git_server.py", "/files", str(PORT)],
        env=[client.V1EnvVar(name="TOKEN", value=TOKEN)],
        readiness_probe=client.V1Probe(tcp_socket=client.V1TCPSocketAction(port=PORT)),
        volume_mounts=[client.V1VolumeMount(name="files", mount_path="/files")],
    )
    source = client.V1ConfigMapVolumeSource(name="files")
    spec = client.V1PodSpec(
        containers=[container],
        volumes=[client.V1Volume(name="files", config_map=source)],
        termination_grace_period_seconds=0,
    )
    meta = client.V1ObjectMeta(name="git", labels={"component": "git"})
    return client.V1Pod(metadata=meta, spec=spec)


def add_connection(namespace: Namespace, url: str) -> None:
    """Create the Secret of the connection that values name."""
    connection = {"conn_type": "git", "host": url, "login": "test", "password": TOKEN}
    secret = client.V1Secret(
        metadata=client.V1ObjectMeta(name="git-flows"),
        string_data={"connection": json.dumps(connection)},
    )
    namespace.core.create_namespaced_secret(namespace.name, secret)


@pytest.fixture(scope="module")
def sources(
    airflow: Airflow, git: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Airflow]:
    """A second release with both sources of Dags."""
    archive = tmp_path_factory.mktemp("image") / "dags.tar"
    files = {f"dags/{name}": text for name, text in dag("from_image").items()}
    write_image(archive, "localhost/dags:test", files)
    image_store.image_import(archive)
    layer = FOLDER / "dag_sources.yaml"
    with second_release(airflow, "sources", layer, "airflow") as second:
        for namespace in (second.main, second.tasks):
            add_connection(namespace, git)
        second.wait_until_healthy(HEALTHY_SECONDS)
        yield second


def test_the_repository_needs_the_token(airflow: Airflow, git: str, sources: Airflow) -> None:
    pod = sources.main.ready_pod("dag-processor")
    refused = f"GIT_TERMINAL_PROMPT=0 git ls-remote {git} 2>&1 || true"
    assert "could not read Username" in sources.main.run(pod, "sh", "-c", refused)


@pytest.mark.parametrize("name", ["from_git", "from_image"])
def test_a_dag_of_each_source_runs_in_a_pod(sources: Airflow, name: str) -> None:
    sources.run(name, RUN_SECONDS)


def test_a_task_pod_reads_its_dag_from_each_source(sources: Airflow) -> None:
    took: dict[str, list[float]] = {"from_git": [], "from_image": []}
    with Watch(sources.tasks) as pods:
        for name in [*took] * RUNS:
            run = sources.run(name, RUN_SECONDS)
            created = max(pod.metadata.creation_timestamp for pod in pods.pods(dag_id=name))
            took[name].append(sources.api.xcom(run, "when") - created.timestamp())
    # `pytest -s` shows the figures of docs/operations/dags.md.
    print("\nSeconds from the creation of a task pod until it has read its Dag")
    for name, seconds in took.items():
        print(f"{name}: median {median(seconds):.1f} of {[round(one, 1) for one in seconds]}")
    assert all(one > 0 for seconds in took.values() for one in seconds)
