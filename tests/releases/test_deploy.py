"""`make deploy`: refusals before anything changes, and reasons why pods are not ready."""

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
users: [{name: anonymous, user: {}}]
contexts:
  - {name: blue, context: {cluster: nowhere, user: anonymous}}
  - {name: green, context: {cluster: nowhere, user: anonymous}}
current-context: blue
"""


def deploy(kubeconfig: Path, *arguments: str) -> str:
    """Run the command, which must refuse, and return its error message."""
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


def test_a_release_of_terraform_is_not_deployed_by_ci(kubeconfig: Path):
    assert deploy(kubeconfig, "local/payments") == (
        "✗ local/payments is deployed by terraform, not by ci"
        " (`deployedBy` in environments/local/environment.yaml). Run `make apply ENV=local`, or"
        " pass `--as-owner terraform` to deploy it anyway, with the same values."
    )


def test_a_release_of_ci_has_no_other_owner(kubeconfig: Path):
    said = deploy(kubeconfig, "nonprod/payments", "--as-owner", "terraform")
    assert said.startswith("✗ nonprod/payments is deployed by ci, not by terraform")


def test_an_unknown_context_is_refused_with_the_known_ones(kubeconfig: Path):
    said = deploy(kubeconfig, "nonprod/payments", "--context", "red")
    assert said == f"✗ There is no context 'red' in {kubeconfig}; known: blue, green."


def test_the_current_context_does_not_replace_that_of_the_environment(kubeconfig: Path):
    said = deploy(kubeconfig, "prod/payments")
    assert said == f"✗ There is no context 'prod' in {kubeconfig}; known: blue, green."


def test_a_missing_kubeconfig_is_refused_with_its_path(tmp_path: Path):
    said = deploy(tmp_path / "none", "nonprod/payments")
    assert said.startswith(f"✗ No kubeconfig at {tmp_path / 'none'}: ")


def test_an_api_server_that_does_not_answer_is_one_line(kubeconfig: Path):
    said = deploy(kubeconfig, "nonprod/payments", "--context", "blue")
    assert said.startswith("✗ The API server of blue does not answer: ")
    assert "\n" not in said


def test_a_timeout_is_a_duration(kubeconfig: Path):
    said = deploy(kubeconfig, "nonprod/payments", "--timeout", "soon")
    assert said == "✗ --timeout must be a duration such as 15m or 1h30m, not 'soon'."


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
def test_an_unready_pod_is_reported_with_its_reason(reason: str):
    assert list(unready_pods([STATES[reason]])) == [f"airflow-scheduler-1 ({reason})"]


def test_pods_that_are_ready_completed_or_deleted_are_not_reported():
    leaving = pod()
    leaving.metadata.deletion_timestamp = "2026-01-01T00:00:00Z"
    fine = [pod(conditions=[condition("Ready", "True")]), pod(phase="Succeeded"), leaving]
    assert list(unready_pods(fine)) == []
