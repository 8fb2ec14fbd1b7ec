"""Logs outlive the pods that wrote them: claims in two namespaces lead to the same folder."""

from tests.cluster.airflow import Airflow
from tests.cluster.examples import Examples

CLAIM = "airflow-task-logs"


def test_each_namespace_has_its_bound_claim_for_logs(airflow: Airflow) -> None:
    for namespace in (airflow.main, airflow.tasks):
        claim = namespace.core.read_namespaced_persistent_volume_claim(CLAIM, namespace.name)
        assert claim.status.phase == "Bound"
        assert claim.spec.access_modes == ["ReadWriteMany"]


def test_the_api_server_reads_the_logs_of_tasks(airflow: Airflow, examples: Examples) -> None:
    run = examples.runs["plain_tasks"]
    folder = f"/opt/airflow/logs/dag_id={run.dag}/run_id={run.id}"
    pod = airflow.main.ready_pod("api-server")
    files = airflow.main.run(pod, "find", folder, "-type", "f").splitlines()
    assert {file.split("/")[-2] for file in files} == {
        f"task_id={task.task}" for task in airflow.api.tasks(run)
    }


def test_the_api_server_cannot_change_logs(airflow: Airflow) -> None:
    pod = airflow.main.ready_pod("api-server")
    command = "touch /opt/airflow/logs/changed 2>&1 || echo refused"
    assert "Read-only file system" in airflow.main.run(pod, "bash", "-c", command)
