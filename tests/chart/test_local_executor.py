"""LocalExecutor: the scheduler runs the tasks."""

import pytest

from tests.chart.cases import merged
from tests.conftest import Render

LOCAL = {"executor": "LocalExecutor"}


def test_the_scheduler_reads_the_dags(render: Render):
    claim = {"dags": {"persistence": {"enabled": True}}}
    for values, reads in ((LOCAL, True), ({}, False)):
        volumes = render(merged(values, claim)).pod("scheduler").volumes
        assert ("dags" in volumes) == reads


def test_the_scheduler_serves_the_logs_of_its_tasks(render: Render):
    manifests = render(LOCAL)
    (port,) = manifests.find("Service", "airflow-scheduler")["spec"]["ports"]
    assert (port["name"], port["port"]) == ("task-logs", 8793)
    rules = manifests.find("NetworkPolicy", "airflow-scheduler-policy")["spec"]["ingress"]
    assert "api-server" in str(rules)


@pytest.mark.parametrize("callee", ["api-server", "0.0.0.0/0"])
def test_the_scheduler_may_call_what_its_tasks_call(render: Render, callee: str):
    for values, may in ((LOCAL, True), ({}, False)):
        policy = render(values).find("NetworkPolicy", "airflow-scheduler-policy")
        assert (callee in str(policy["spec"]["egress"])) == may


@pytest.mark.parametrize("launching", [True, False])
def test_the_scheduler_has_rights_to_pods_only_if_its_tasks_launch_them(
    render: Render, launching: bool
):
    manifests = render({**LOCAL, "allowPodLaunching": launching})
    assert manifests.has("Role", "airflow-local-pod-operator-role") == launching
    assert not manifests.has("Role", "airflow-pod-launcher-role")


def test_the_chart_does_not_replace_the_executor(render: Render):
    assert "AIRFLOW__CORE__EXECUTOR" not in render(LOCAL).pod("scheduler").main.env


def test_only_kubernetes_executor_has_a_class_of_the_chart(render: Render):
    env = render({"executor": "LocalExecutor,KubernetesExecutor"}).pod("scheduler").main.env
    assert env["AIRFLOW__CORE__EXECUTOR"] == (
        "LocalExecutor,KubernetesExecutor:chart_executor.KubernetesExecutor"
    )
