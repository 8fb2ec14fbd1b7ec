"""Objects, pods and Secrets of manifests are found, wherever they are."""

from typing import Any

import pytest
import yaml

from tests.rendered import Manifests, NotRenderedError

CONTAINERS = yaml.safe_load(
    """
serviceAccountName: airflow
initContainers:
  - {name: wait, image: a, env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: k}}}]}
containers:
  - name: main
    image: a
    command: [sh, -c]
    args: [run]
    env: [{name: A, value: b}]
    envFrom: [{secretRef: {name: whole}}]
    volumeMounts: [{name: keys, mountPath: /keys}]
volumes:
  - {name: keys, secret: {secretName: file, items: [{key: one, path: one}]}}
  - {name: token, projected: {sources: [{secret: {name: mixed}}]}}
"""
)


def pod(component: str) -> dict[str, Any]:
    return {"metadata": {"labels": {"component": component}}, "spec": CONTAINERS}


def manifest(kind: str, name: str, spec: Any = None, **annotations: str) -> dict[str, Any]:
    labels = {"component": name.split("-")[1]}
    metadata = {"name": name, "labels": labels, "annotations": annotations}
    return {"kind": kind, "metadata": metadata, "spec": spec}


def manifests_of(*objects: dict[str, Any]) -> Manifests:
    return Manifests(yaml.safe_dump_all(objects))


WEB = manifest("Deployment", "r-web", {"template": pod("web")})
MIGRATE = manifest("Job", "r-migrate-12ab", {"template": pod("migrate")})
CLEAN = manifest("CronJob", "r-clean", {"jobTemplate": {"spec": {"template": pod("clean")}}})
CONFIG = {
    **manifest("ConfigMap", "r-config"),
    "data": {"pod_template_file.yaml": yaml.safe_dump({"kind": "Pod", **pod("worker")})},
}
ALL = ("web", "migrate", "clean", "worker")


@pytest.fixture
def manifests() -> Manifests:
    return manifests_of(WEB, MIGRATE, CLEAN, CONFIG)


def test_pods_are_those_of_every_workload_and_of_tasks(manifests: Manifests):
    assert [pod.component for pod in manifests.pods()] == [*ALL]


@pytest.mark.parametrize("kind", ["Job", "DaemonSet", "ReplicaSet"])
def test_a_pod_is_found_in_objects_of_any_kind(kind: str):
    [found] = manifests_of(manifest(kind, "r-mine", {"template": pod("mine")})).pods()
    assert (found.owner, found.component) == (f"{kind}/r-mine", "mine")


def test_a_pod_without_an_owner_is_found():
    [found] = manifests_of(manifest("Pod", "r-mine", CONTAINERS)).pods()
    assert (found.owner, found.component) == ("Pod/r-mine", "mine")


@pytest.mark.parametrize(
    ("events", "is_test"),
    [
        ("test", True),
        ("test-success", True),
        ("pre-install", False),
        ("test,pre-install", False),
        ("pre-upgrade, test", False),
    ],
)
def test_only_an_object_that_helm_test_alone_makes_is_a_test(events: str, is_test: bool):
    hook = manifest("Job", "r-hook", {"template": pod("hook")}, **{"helm.sh/hook": events})
    found = manifests_of(WEB, hook)
    assert ([hook] == found.tests, hook in found.objects) == (is_test, not is_test)
    assert (str(found.pods()[-1]) == "Job/r-hook") is not is_test


@pytest.mark.parametrize("component", ALL)
def test_a_pod_lists_every_secret_that_it_can_read(manifests: Manifests, component: str):
    assert manifests.pod(component).secret_keys == {
        ("s", "k"),
        ("whole", "*"),
        ("file", "one"),
        ("mixed", "*"),
    }


def test_the_readers_of_a_secret_are_found(manifests: Manifests):
    assert manifests.readers_of("file") == {*ALL}


def test_containers_are_in_the_order_in_which_they_start(manifests: Manifests):
    assert [container.name for container in manifests.pod("web").containers] == ["wait", "main"]


def test_a_container_has_its_variables_and_arguments(manifests: Manifests):
    container = manifests.pod("web").main
    assert (container.env, container.arguments) == ({"A": "b"}, ["sh", "-c", "run"])


def test_a_job_is_found_without_its_hash(manifests: Manifests):
    assert manifests.find("Job", "r-migrate")["metadata"]["name"] == "r-migrate-12ab"


def test_an_error_about_a_missing_workload_lists_those_that_exist(manifests: Manifests):
    with pytest.raises(NotRenderedError, match="component 'wep'; there are: clean, mig"):
        manifests.workload("wep")


def test_an_empty_render_is_an_error():
    with pytest.raises(NotRenderedError, match="nothing was rendered"):
        _ = Manifests("---\n").objects
