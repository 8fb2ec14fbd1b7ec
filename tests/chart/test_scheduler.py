"""The scheduler, which requests a pod per task from Kubernetes."""

import re
from pathlib import Path

import pytest

from scripts.paths import CHART
from tests.conftest import Render
from tests.rendered import Manifests

IMPORTED = re.compile(r"^import (chart_\w+)", re.MULTILINE)
TEMPLATE = "/opt/airflow/pod_templates/pod_template_file.yaml"


def test_its_workload_has_a_label_with_the_executor(render: Render):
    labels = render().find("Deployment", "airflow-scheduler")["metadata"]["labels"]
    assert labels["executor"] == "KubernetesExecutor"


def test_its_arguments_are_those_of_the_airflow_command(defaults: Manifests):
    assert defaults.pod("scheduler").main.arguments == ["bash", "-c", "exec airflow scheduler"]


@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe"])
def test_its_probes_query_its_own_health_server(defaults: Manifests, probe: str):
    asked = defaults.pod("scheduler").main.spec[probe]["httpGet"]
    assert (asked["path"], asked["port"]) == ("/health", 8974)


def test_the_health_server_is_on(defaults: Manifests):
    assert defaults.configuration["scheduler"].getboolean("enable_health_check")


@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe"])
def test_a_command_can_replace_the_probe(render: Render, probe: str):
    manifests = render({"scheduler": {probe: {"command": ["true"]}}})
    found = manifests.pod("scheduler").main.spec[probe]
    assert found["exec"] == {"command": ["true"]}
    assert "httpGet" not in found


def test_it_has_time_to_stop_its_executor(defaults: Manifests):
    # It always takes about 21 s.
    assert defaults.pod("scheduler").spec["terminationGracePeriodSeconds"] >= 45


def test_a_short_outage_of_the_database_does_not_restart_it(defaults: Manifests):
    probe = defaults.pod("scheduler").main.spec["livenessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 120


def test_the_pod_template_is_mounted_at_the_configured_path(defaults: Manifests):
    path = defaults.configuration["kubernetes_executor"]["pod_template_file"]
    mount = defaults.pod("scheduler").main.mounts[path]
    assert mount["subPath"] == "pod_template_file.yaml"
    assert path == TEMPLATE


def test_only_the_scheduler_mounts_the_pod_template(defaults: Manifests):
    having = [str(pod) for pod, c in defaults.containers() if TEMPLATE in c.mounts]
    assert having == ["Deployment/airflow-scheduler"]


def test_it_needs_no_dag_files(render: Render):
    manifests = render({"dags": {"persistence": {"enabled": True}}})
    assert "dags" not in manifests.pod("scheduler").volumes


@pytest.mark.parametrize(
    ("key", "at_least"), [("worker_pods_creation_batch_size", 16), ("task_publish_max_retries", -1)]
)
def test_a_burst_of_tasks_is_served(defaults: Manifests, key: str, at_least: int):
    assert defaults.configuration["kubernetes_executor"].getint(key) >= at_least


def test_it_mounts_every_module_that_its_modules_import(defaults: Manifests):
    mounts = defaults.pod("scheduler").main.mounts
    mounted = {Path(path).stem for path in mounts if Path(path).stem.startswith("chart_")}
    imported = {
        name
        for module in mounted
        for name in IMPORTED.findall((CHART / "files" / f"{module}.py").read_text())
    }
    assert imported
    assert imported <= mounted


EXECUTOR = "AIRFLOW__CORE__EXECUTOR"
MODULES = {
    "chart_adoption.py",
    "chart_database.py",
    "chart_executor.py",
    "chart_logs.py",
    "chart_messages.py",
}


def modules(manifests: Manifests, component: str) -> set[str]:
    """The chart's programs that Airflow can import in a component."""
    mounts = manifests.pod(component).main.mounts
    paths = [path for path, one in mounts.items() if one["name"] == "programs"]
    assert all(path.startswith("/opt/airflow/config/") for path in paths)
    return {path.rpartition("/")[2] for path in paths}


def test_it_runs_the_executor_of_the_chart_under_the_usual_name(defaults: Manifests):
    said = defaults.pod("scheduler").main.env[EXECUTOR]
    assert said == "KubernetesExecutor:chart_executor.KubernetesExecutor"
    assert defaults.configuration["core"]["executor"] == "KubernetesExecutor"
    assert modules(defaults, "scheduler") == MODULES


def test_no_other_container_needs_the_executor_of_the_chart(defaults: Manifests):
    having = {str(pod) for pod, container in defaults.containers() if EXECUTOR in container.env}
    assert having == {"Deployment/airflow-scheduler"}


def test_the_executor_of_the_provider_can_be_restored(render: Render):
    manifests = render({"scheduler": {"env": [{"name": EXECUTOR, "value": "KubernetesExecutor"}]}})
    assert manifests.pod("scheduler").main.env[EXECUTOR] == "KubernetesExecutor"


def test_its_modules_are_there_when_it_does_not_wait(render: Render):
    manifests = render({"scheduler": {"waitForMigrations": {"enabled": False}}})
    assert modules(manifests, "scheduler") == MODULES
    names = [volume["name"] for volume in manifests.pod("scheduler").spec["volumes"]]
    assert "programs" in names


def test_a_task_that_waits_is_not_failed_for_it(defaults: Manifests):
    # Airflow's default is 2: after 30 minutes in the queue a task would fail.
    assert defaults.configuration["scheduler"].getint("num_stuck_in_queued_retries") >= 10_000
