"""The api-server: UI, REST API and the execution API that every task calls."""

from typing import Any

import pytest

from scripts.paths import CHART
from tests.conftest import Render
from tests.rendered import Manifests, Pod

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


@pytest.fixture
def pod(render: Render):
    """The pod for settings of the api-server."""

    def act(settings: dict[str, Any] | None = None) -> Pod:
        return render({"apiServer": settings or {}}).pod("api-server")

    return act


@pytest.fixture
def service(render: Render):
    """The Service for settings of it."""

    def act(**settings: Any) -> dict[str, Any]:
        # A Service that clients outside can call needs a policy that lets them in.
        clients = {"ingress": {"from": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}}
        values = {"apiServer": {"service": settings, "networkPolicy": clients}}
        return render(values).find("Service", "airflow-api-server")

    return act


def test_its_arguments_are_those_of_the_airflow_command(pod):
    assert pod().main.arguments == ["bash", "-c", "exec airflow api-server"]
    assert "command" not in pod().main.spec


def test_it_serves_the_official_port(pod):
    assert pod().main.ports == {"api-server": 8080}


@pytest.mark.parametrize("probe", PROBES)
def test_its_probes_read_its_version(pod, probe: str):
    asked = pod().main.spec[probe]["httpGet"]
    assert asked == {"path": "/api/v2/version", "port": "api-server", "scheme": "HTTP"}


@pytest.mark.parametrize("probe", PROBES)
def test_probes_can_use_https(pod, probe: str):
    asked = pod({probe: {"scheme": "HTTPS"}}).main.spec[probe]["httpGet"]
    assert asked["scheme"] == "HTTPS"


@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_can_read_another_path(pod, probe: str):
    asked = {one: pod({probe: {"path": "/monitor"}}).main.spec[one]["httpGet"] for one in PROBES}
    paths = {one: get["path"] for one, get in asked.items()}
    assert paths == dict.fromkeys(PROBES, "/api/v2/version") | {probe: "/monitor"}


@pytest.mark.parametrize(
    ("base", "prefix"),
    [
        ("https://example.com", ""),
        ("https://example.com/", ""),
        ("https://example.com/team/airflow", "/team/airflow"),
        ("https://example.com/{{ .Release.Name }}/", "/airflow"),
    ],
)
def test_the_path_of_the_base_url_is_before_every_path(render: Render, base: str, prefix: str):
    manifests = render({"config": {"api": {"base_url": base}}})
    probe = manifests.pod("api-server").main.spec["readinessProbe"]["httpGet"]
    url = manifests.configuration["core"]["execution_api_server_url"]
    assert probe["path"] == f"{prefix}/api/v2/version"
    assert url == f"http://airflow-api-server.airflow.svc:8080{prefix}/execution/"


def test_liveness_tolerates_a_stall_of_the_connection_pool(pod):
    probe = pod().main.spec["livenessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 60
    assert probe["timeoutSeconds"] >= 5


def test_a_slow_machine_has_time_to_start_it(pod):
    probe = pod().main.spec["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 120


def test_its_pool_has_a_connection_for_every_request_thread(pod):
    env = pod().main.env
    pool = int(env["AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE"])
    assert pool + int(env["AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW"]) >= 40


def test_the_pool_setting_stays_with_more_variables(pod):
    env = pod({"env": [{"name": "MINE", "value": "1"}]}).main.env
    assert env["AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE"] == "20"


def test_a_lost_database_blocks_its_event_loop_for_seconds_only(pod):
    assert int(pod().main.env["PGCONNECT_TIMEOUT"]) <= 5


def test_a_new_pod_is_ready_before_an_old_one_goes(defaults: Manifests):
    strategy = defaults.workload("api-server")["spec"]["strategy"]
    assert strategy["rollingUpdate"]["maxUnavailable"] == 0


def test_open_requests_have_time_to_end(pod):
    assert pod().spec["terminationGracePeriodSeconds"] >= 60
    assert pod().main.spec["lifecycle"]["preStop"]["sleep"]["seconds"] >= 5


def test_the_service_leads_to_it(service):
    spec = service()["spec"]
    assert spec["type"] == "ClusterIP"
    assert spec["ports"] == [{"name": "api-server", "port": 8080}]


def test_the_service_can_be_of_another_kind(service):
    ports = [{"name": "api-server", "port": 80, "targetPort": "api-server", "nodePort": 30080}]
    spec = service(type="NodePort", ports=ports)["spec"]
    assert (spec["type"], spec["ports"]) == ("NodePort", ports)


def test_the_ports_of_the_service_are_templated(service):
    port = service(ports=[{"name": "{{ .Release.Name }}", "port": "{{ .Values.ports.apiServer }}"}])
    assert port["spec"]["ports"] == [{"name": "airflow", "port": 8080}]


def test_source_ranges_of_a_load_balancer_are_a_setting(service):
    spec = service(
        type="LoadBalancer",
        loadBalancerIP="192.0.2.1",
        loadBalancerSourceRanges=["198.51.100.0/24"],
    )["spec"]
    assert spec["loadBalancerIP"] == "192.0.2.1"
    assert spec["loadBalancerSourceRanges"] == ["198.51.100.0/24"]


def test_the_service_has_annotations(service):
    assert service(annotations={"a": "b"})["metadata"]["annotations"] == {"a": "b"}


CONFIG = "/opt/airflow/webserver_config.py"


def test_the_configuration_of_the_ui_is_a_file(render: Render):
    manifests = render({"apiServer": {"apiServerConfig": "# of {{ .Release.Name }}\n"}})
    assert manifests.pod("api-server").main.mounts[CONFIG]["subPath"] == "webserver_config.py"
    data = manifests.find("ConfigMap", "airflow-api-server-config")["data"]
    assert data == {"webserver_config.py": "# of airflow\n"}


def test_the_configuration_of_the_ui_can_be_a_map_of_yours(render: Render):
    manifests = render({"apiServer": {"apiServerConfigConfigMapName": "mine"}})
    volume = manifests.pod("api-server").volumes["api-server-config"]
    assert volume["configMap"] == {"name": "mine"}
    assert not manifests.has("ConfigMap", "airflow-api-server-config")


def test_without_a_configuration_of_the_ui_there_is_no_file(pod):
    assert CONFIG not in pod().main.mounts


def test_the_map_of_the_ui_has_annotations(render: Render):
    settings = {"apiServerConfig": "#", "configMapAnnotations": {"a": "b"}}
    found = render({"apiServer": settings}).find("ConfigMap", "airflow-api-server-config")
    assert found["metadata"]["annotations"] == {"a": "b"}


def test_it_reads_shared_logs_and_writes_none(render: Render):
    mounts = render({"logs": {"persistence": {"enabled": True}}}).pod("api-server").main.mounts
    assert mounts["/opt/airflow/logs"]["readOnly"] is True


# --- the log of a running task ------------------------------------------------------------------

SHARED = {"logs": {"persistence": {"enabled": True}}}
EXECUTOR = "AIRFLOW__CORE__EXECUTOR"


def test_a_shared_volume_is_the_only_source_of_a_running_tasks_log(render: Render):
    main = render(SHARED).pod("api-server").main
    alias, _, path = main.env[EXECUTOR].partition(":")
    module, _, name = path.rpartition(".")
    mount = main.mounts[f"/opt/airflow/config/{module}.py"]
    assert (alias, mount["subPath"]) == ("KubernetesExecutor", f"{module}.py")
    program = (CHART / "files" / f"{module}.py").read_text()
    assert f"class {name}(KubernetesExecutor):" in program


def test_with_a_shared_volume_no_pod_log_is_read(render: Render):
    manifests = render(SHARED)
    assert not manifests.pod("api-server").has_token
    assert not manifests.has("Role", "airflow-pod-log-reader-role")


def test_without_a_shared_volume_pod_logs_are_read(defaults: Manifests):
    assert defaults.pod("api-server").has_token
    assert EXECUTOR not in defaults.pod("api-server").main.env


def test_only_the_scheduler_and_the_api_server_have_an_executor_of_their_own(render: Render):
    manifests = render(SHARED)
    assert {str(pod) for pod, c in manifests.containers() if EXECUTOR in c.env} == {
        str(manifests.pod("api-server")),
        str(manifests.pod("scheduler")),
    }


def test_the_executor_is_there_without_the_wait(render: Render):
    off = {"apiServer": {"waitForMigrations": {"enabled": False}}}
    pod = render({**SHARED, **off}).pod("api-server")
    assert "programs" in pod.volumes


LOGGING = "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS"


def test_it_shows_why_a_task_did_not_start(pod):
    assert pod().main.env[LOGGING] == "chart_logs.LOGGING_CONFIG"
    mounted = pod().main.mounts["/opt/airflow/config/chart_logs.py"]
    assert (mounted["name"], mounted["subPath"]) == ("programs", "chart_logs.py")


def test_a_logging_configuration_of_values_is_kept(render: Render):
    stated = {"config": {"logging": {"logging_config_class": "company.LOGGING"}}}
    assert LOGGING not in render(stated).pod("api-server").main.env
    by_variable = render({"env": {LOGGING: "company.LOGGING"}}).pod("api-server")
    assert by_variable.main.env[LOGGING] == "company.LOGGING"
