"""Deploying: what is refused before anything changes, and how an unready pod is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kubernetes import client

from scripts.paths import ROOT
from scripts.releases.rollout import unready_pods

KUBECONFIG = """
apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: nobody, user: {}}]
contexts:
  - {name: blue, context: {cluster: nowhere, user: nobody}}
  - {name: green, context: {cluster: nowhere, user: nobody}}
current-context: blue
"""


def deploy(kubeconfig: Path, *arguments: str) -> str:
    """Run the command and return what it said while refusing."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts", "deploy", *arguments],
        cwd=ROOT,
        env={**os.environ, "KUBECONFIG": str(kubeconfig)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    return done.stderr.strip()


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    path = tmp_path / "kubeconfig"
    path.write_text(KUBECONFIG)
    return path


def test_a_release_of_terraform_is_left_to_terraform(kubeconfig: Path):
    assert deploy(kubeconfig, "local/payments") == (
        "✗ local/payments is deployed by terraform, not by ci, says"
        " environments/local/environment.yaml: apply its Terraform instead, or say"
        " `--as-owner terraform` to do its work with its values."
    )


def test_nobody_takes_a_release_of_ci(kubeconfig: Path):
    said = deploy(kubeconfig, "nonprod/payments", "--as-owner", "terraform")
    assert said.startswith("✗ nonprod/payments is deployed by ci, not by terraform")


def test_a_wrong_context_is_answered_with_the_known_ones(kubeconfig: Path):
    said = deploy(kubeconfig, "nonprod/payments", "--context", "red")
    assert said == "✗ The kubeconfig has no context 'red'; it has blue, green."


def test_the_context_of_the_environment_is_not_exchanged_for_the_current_one(kubeconfig: Path):
    said = deploy(kubeconfig, "prod/payments")
    assert said == "✗ The kubeconfig has no context 'prod'; it has blue, green."


def test_without_a_kubeconfig_one_sentence_says_so(tmp_path: Path):
    said = deploy(tmp_path / "none", "nonprod/payments")
    assert said.startswith("✗ There is no kubeconfig: ")


def test_a_cluster_that_does_not_answer_is_one_sentence(kubeconfig: Path):
    said = deploy(kubeconfig, "nonprod/payments", "--context", "blue")
    assert said.startswith("✗ The API server of blue does not answer: ")
    assert "\n" not in said


def test_a_timeout_is_a_duration(kubeconfig: Path):
    said = deploy(kubeconfig, "nonprod/payments", "--timeout", "soon")
    assert said == "✗ --timeout is a duration such as 15m or 1h30m, not 'soon'."


def pod(**status: object) -> client.V1Pod:
    return client.V1Pod(
        metadata=client.V1ObjectMeta(name="airflow-scheduler-1"),
        status=client.V1PodStatus(**{"phase": "Pending", **status}),
    )


def container(name: str, *, ready: bool = False, **state: object) -> client.V1ContainerStatus:
    return client.V1ContainerStatus(
        name=name,
        image="a",
        image_id="a",
        ready=ready,
        restart_count=0,
        state=client.V1ContainerState(**state),
    )


def condition(type_: str, status: str, message: str = "") -> client.V1PodCondition:
    return client.V1PodCondition(type=type_, status=status, message=message)


WAITING = client.V1ContainerStateWaiting
STATES = {
    "0/1 nodes are available": pod(
        conditions=[condition("PodScheduled", "False", "0/1 nodes are available")]
    ),
    "scheduler: ImagePullBackOff, no such image": pod(
        container_statuses=[
            container(
                "scheduler", waiting=WAITING(message="no such image", reason="ImagePullBackOff")
            )
        ]
    ),
    "wait: running, not ready": pod(
        init_container_statuses=[container("wait", running=client.V1ContainerStateRunning())],
        container_statuses=[container("scheduler", waiting=WAITING(reason="PodInitializing"))],
    ),
    "scheduler: Error, exit code 3": pod(
        container_statuses=[
            container(
                "scheduler",
                terminated=client.V1ContainerStateTerminated(exit_code=3, reason="Error"),
            )
        ]
    ),
    "Pending": pod(),
}


@pytest.mark.parametrize("reason", STATES)
def test_an_unready_pod_says_why(reason: str):
    assert list(unready_pods([STATES[reason]])) == [f"airflow-scheduler-1 ({reason})"]


def test_a_pod_that_is_ready_done_or_leaving_is_not_told():
    leaving = pod()
    leaving.metadata.deletion_timestamp = "2026-01-01T00:00:00Z"
    fine = [pod(conditions=[condition("Ready", "True")]), pod(phase="Succeeded"), leaving]
    assert list(unready_pods(fine)) == []
