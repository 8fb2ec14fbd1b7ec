"""An api-server that serves the execution API alone."""

from typing import Any

import pytest

from tests.chart.cases import merged
from tests.conftest import Render
from tests.rendered import Manifests

NAME = "api-server-execution"
ON: dict[str, Any] = {"apiServerExecution": {"enabled": True}}


@pytest.fixture(scope="module")
def on(render: Render) -> Manifests:
    return render(ON)


def url(manifests: Manifests) -> str:
    return manifests.configuration["core"]["execution_api_server_url"]


def test_it_serves_the_execution_api_only(on: Manifests):
    assert on.pod(NAME).main.spec["args"] == ["airflow", "api-server", "--apps", "execution"]


def test_tasks_call_its_service(on: Manifests):
    assert url(on) == f"http://airflow-{NAME}.airflow.svc:8080/execution/"
    (port,) = on.find("Service", f"airflow-{NAME}")["spec"]["ports"]
    assert port["port"] == 8080


def test_tasks_call_the_api_server_when_it_is_off(defaults: Manifests):
    assert url(defaults) == "http://airflow-api-server.airflow.svc:8080/execution/"
    assert not defaults.has("Deployment", f"airflow-{NAME}")


def test_tasks_reach_it_instead_of_the_api_server(on: Manifests):
    def callers(name: str) -> str:
        return str(on.find("NetworkPolicy", f"airflow-{name}-policy")["spec"]["ingress"])

    assert "worker" in callers(NAME)
    assert "worker" not in callers("api-server")


def test_tasks_reach_it_when_the_ui_is_off(render: Render):
    manifests = render(merged(ON, {"apiServer": {"enabled": False}}))
    policy = manifests.find("NetworkPolicy", "airflow-worker-policy")
    assert NAME in str(policy["spec"]["egress"])


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_probes_ask_for_the_health_of_the_execution_api(render: Render, probe: str):
    base = {"config": {"api": {"base_url": "https://example.com/flows"}}}
    get = render(merged(ON, base)).pod(NAME).main.spec[probe]["httpGet"]
    assert (get["path"], get["port"]) == ("/flows/execution/health", "api-server")


def test_it_scales_by_itself(render: Render):
    values = {"enabled": True, "hpa": {"enabled": True, "maxReplicaCount": 7}}
    manifests = render({"apiServerExecution": values})
    scaler = manifests.find("HorizontalPodAutoscaler", f"airflow-{NAME}")["spec"]
    assert (scaler["scaleTargetRef"]["name"], scaler["maxReplicas"]) == (f"airflow-{NAME}", 7)
    assert "replicas" not in manifests.workload(NAME)["spec"]


def test_it_reads_the_keys_that_it_needs(on: Manifests):
    names = {one["name"] for one in on.pod(NAME).main.spec["env"]}
    assert {"AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CORE__FERNET_KEY"} <= names
    assert "AIRFLOW__API__SECRET_KEY" not in names
