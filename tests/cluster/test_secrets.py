"""Secrets are generated in the cluster and are in no manifest, plan or log."""

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from kubernetes import client

from scripts.workshop.cluster.layout import LOGS
from tests.cluster import terraform
from tests.cluster.airflow import COMPONENTS, DATABASE, Airflow
from tests.cluster.examples import Examples
from tests.cluster.namespace import Namespace, Pod
from tests.cluster.waiting import wait_until

GENERATED = {
    "airflow-api-secret-key": "api-secret-key",
    "airflow-fernet-key": "fernet-key",
    "airflow-first-user": "password",
    "airflow-jwt-secret": "jwt-secret",
    "airflow-metadata": "connection",
    "airflow-postgresql": "password",
}
PLATFORM_VARIABLES = (
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
)
LOST = "airflow-api-secret-key"


@pytest.fixture(scope="module")
def generated(airflow: Airflow) -> dict[str, str]:
    """Every generated secret value, by the name of its Secret."""
    secrets = airflow.main.secrets()
    return {name: secrets[name][key] for name, key in GENERATED.items()}


def leaked(generated: dict[str, str], text: str) -> list[str]:
    """Return the Secrets whose value is in a text: plain, URL-encoded, or in base64."""
    assert text, "Nothing to search."
    return [name for name, value in generated.items() if any(form in text for form in forms(value))]


def forms(value: str) -> list[str]:
    return [value, quote(value, safe=""), base64.b64encode(value.encode()).decode()]


def test_a_leak_would_be_found(generated: dict[str, str]) -> None:
    for name, value in generated.items():
        encoded = base64.b64encode(value.encode()).decode()
        assert name in leaked(generated, f"a log line with {value} in it")
        assert name in leaked(generated, f"data: {encoded}")


def test_generated_secrets_are_long_and_different(generated: dict[str, str]) -> None:
    assert min(len(value) for value in generated.values()) >= 40
    assert len(set(generated.values())) == len(generated)


@pytest.mark.parametrize("what", ["manifest", "values", "notes", "hooks", "all"])
def test_the_records_of_helm_have_no_secret(
    airflow: Airflow, generated: dict[str, str], what: str
) -> None:
    # The release has no hooks; the output of Helm is checked anyway.
    text = airflow.helm("get", what, airflow.release.name)
    assert leaked(generated, text or "no hooks") == []


def test_terraform_writes_no_secret(generated: dict[str, str], tmp_path: Path) -> None:
    assert leaked(generated, terraform.state()) == []
    assert leaked(generated, terraform.plan_json(tmp_path)) == []


def test_no_pod_and_no_config_map_contains_a_secret(
    airflow: Airflow, generated: dict[str, str]
) -> None:
    assert leaked(generated, airflow.main.as_json() + airflow.tasks.as_json()) == []


def command_lines(namespace: Namespace, pod: Pod) -> str:
    """The arguments of all processes in the first container of a pod."""
    return namespace.run(pod, "sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null || true")


def test_no_command_line_of_a_running_pod_contains_a_secret(
    airflow: Airflow, generated: dict[str, str]
) -> None:
    pods = airflow.pods()
    assert {pod.metadata.labels["component"] for pod in pods} == {*COMPONENTS, DATABASE}
    lines = {pod.metadata.name: command_lines(airflow.main, pod) for pod in pods}
    assert [name for name, text in lines.items() if leaked(generated, text)] == []


@pytest.fixture
def repeated_job(airflow: Airflow) -> Iterator[str]:
    """The Job of the first user once more, which finds an existing user."""
    (job,) = airflow.main.batch.list_namespaced_job(
        airflow.main.name, label_selector="component=create-user-job"
    ).items
    template = job.spec.template
    # Kubernetes adds labels with the name and the id of the Job, which a copy must not have.
    labels = template.metadata.labels
    template.metadata.labels = {
        key: value
        for key, value in labels.items()
        if key.rpartition("/")[2] not in ("controller-uid", "job-name")
    }
    name = "create-user-again"
    body = client.V1Job(
        metadata=client.V1ObjectMeta(name=name),
        spec=client.V1JobSpec(template=template, backoff_limit=0),
    )
    airflow.main.batch.create_namespaced_job(airflow.main.name, body)
    yield name
    airflow.main.batch.delete_namespaced_job(
        name, airflow.main.name, propagation_policy="Foreground"
    )


def test_no_command_line_of_the_job_of_the_first_user_contains_a_secret(
    airflow: Airflow, generated: dict[str, str], repeated_job: str
) -> None:
    selector = {"job-name": repeated_job}

    def while_it_runs() -> str:
        # A pod that does not exist yet, or whose container has not started, has no processes.
        pod = next(iter(airflow.main.pods(**selector)), None)
        state = ((pod and pod.status.container_statuses) or [None])[0]
        if not state or not state.state.running:
            return ""
        lines = command_lines(airflow.main, pod)
        return lines if "create_user.py" in lines else ""

    lines = wait_until(while_it_runs, 180, "the Job of the first user does not run")
    assert leaked(generated, lines) == []

    def ended() -> bool:
        return bool(
            airflow.main.batch.read_namespaced_job(repeated_job, airflow.main.name).status.succeeded
        )

    wait_until(ended, 180, "the Job fails although the user exists")


def test_no_component_logs_a_secret(airflow: Airflow, generated: dict[str, str]) -> None:
    logs = {pod.metadata.name: airflow.main.logs(pod) for pod in airflow.main.pods()}
    assert leaked(generated, "\n".join(logs.values())) == []
    assert [pod.metadata.name for pod in airflow.pods() if not logs[pod.metadata.name]] == []


def test_no_task_logs_a_secret(
    airflow: Airflow, examples: Examples, generated: dict[str, str]
) -> None:
    logs = [
        airflow.api.log(run, task)
        for run in examples.runs.values()
        for task in airflow.api.tasks(run)
    ]
    assert leaked(generated, "\n".join(logs)) == []


def test_the_node_logs_no_secret(generated: dict[str, str]) -> None:
    if not LOGS.exists():
        pytest.skip("The logs of another cluster's node are not on this machine.")
    logs = "\n".join(file.read_text(errors="replace") for file in LOGS.rglob("*") if file.is_file())
    assert leaked(generated, logs) == []


def test_the_environment_of_a_task_contains_no_secret(
    examples: Examples, generated: dict[str, str]
) -> None:
    assert examples.environments
    for pod, environment in examples.environments.items():
        variables = {line.partition("=")[0] for line in environment.splitlines()}
        assert "AIRFLOW_HOME" in variables, pod
        assert variables.isdisjoint(PLATFORM_VARIABLES), pod
        assert leaked(generated, environment) == [], pod


def test_a_task_mounts_no_secret(examples: Examples) -> None:
    pods = examples.pods.pods()
    assert pods
    mounted = [
        (pod.metadata.name, volume.name)
        for pod in pods
        for volume in pod.spec.volumes or []
        if volume.secret
        or (volume.projected and any(source.secret for source in volume.projected.sources))
    ]
    assert mounted == []


def test_the_namespace_of_tasks_contains_no_secret(airflow: Airflow) -> None:
    assert airflow.tasks.secrets() == {}


@pytest.fixture
def lost_secret(airflow: Airflow, generated: dict[str, str]) -> Iterator[str]:
    """A deleted Secret; at the end it gets its old value, which pods still use."""
    airflow.main.core.delete_namespaced_secret(LOST, airflow.main.name)
    yield generated[LOST]
    body = {"stringData": {GENERATED[LOST]: generated[LOST]}}
    airflow.main.core.patch_namespaced_secret(LOST, airflow.main.name, body)


def test_the_job_creates_missing_secrets_and_keeps_the_others(
    airflow: Airflow, generated: dict[str, str], lost_secret: str
) -> None:
    jobs = airflow.main.batch.list_namespaced_job(
        airflow.main.name, label_selector="component=create-secrets"
    ).items
    for job in jobs:
        airflow.main.batch.delete_namespaced_job(
            job.metadata.name, airflow.main.name, propagation_policy="Foreground"
        )
    wait_until(lambda: not airflow.main.pods("create-secrets"), 60, "the old Job still exists")
    airflow.deploy()
    now = {name: airflow.main.secrets()[name][key] for name, key in GENERATED.items()}
    assert {name for name, value in now.items() if value != generated[name]} == {LOST}
    (pod,) = airflow.main.pods("create-secrets")
    assert f"{LOST}: created" in airflow.main.logs(pod)
