"""The check of the library: it finds in manifests what is there, wherever it is."""

from textwrap import dedent

import pytest

from scripts.manifests import Manifests, Missing

POD = """
      metadata:
        labels: {component: %s}
      spec:
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


@pytest.fixture
def manifests() -> Manifests:
    deployment = "kind: Deployment\nmetadata: {name: r-web, labels: {component: web}}\nspec:\n"
    deployment += "    template:" + POD % "web"
    job = "kind: Job\nmetadata: {name: r-migrate-12ab, labels: {component: migrate}}\nspec:\n"
    job += "    template:" + POD % "migrate"
    cron = "kind: CronJob\nmetadata: {name: r-clean, labels: {component: clean}}\nspec:\n"
    cron += " jobTemplate:\n  spec:\n    template:" + POD % "clean"
    template = dedent(POD % "worker").replace("\n", "\n    ")
    config = "kind: ConfigMap\nmetadata: {name: r-config}\ndata:\n"
    config += f"  pod_template_file.yaml: |\n    kind: Pod{template}"
    return Manifests("\n---\n".join([deployment, job, cron, config, ""]))


def test_pods_are_those_of_every_workload_and_of_the_executor(manifests: Manifests):
    assert [pod.component for pod in manifests.pods()] == ["web", "migrate", "clean", "worker"]


@pytest.mark.parametrize("component", ["web", "migrate", "clean", "worker"])
def test_a_pod_tells_every_secret_that_it_can_read(manifests: Manifests, component: str):
    assert manifests.pod(component).secret_keys == {
        ("s", "k"),
        ("whole", "*"),
        ("file", "one"),
        ("mixed", "*"),
    }


def test_a_secret_tells_its_readers(manifests: Manifests):
    assert manifests.readers_of("file") == {"web", "migrate", "clean", "worker"}


def test_containers_come_in_the_order_in_which_they_start(manifests: Manifests):
    assert [container.name for container in manifests.pod("web").containers] == ["wait", "main"]


def test_a_container_answers_about_itself(manifests: Manifests):
    container = manifests.pod("web").main
    assert (container.env, container.arguments) == ({"A": "b"}, ["sh", "-c", "run"])


def test_a_job_is_found_without_its_hash(manifests: Manifests):
    assert manifests.find("Job", "r-migrate")["metadata"]["name"] == "r-migrate-12ab"


def test_what_is_missing_is_said_with_what_is_there(manifests: Manifests):
    with pytest.raises(Missing, match="no workload has the component 'wep'; there are: clean, mig"):
        manifests.workload("wep")


def test_nothing_rendered_is_no_success():
    with pytest.raises(Missing, match="nothing was rendered"):
        _ = Manifests("---\n").objects
