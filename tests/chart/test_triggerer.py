"""The triggerer waits on behalf of deferred tasks, and serves its logs to the api-server."""

from tests.conftest import Render
from tests.rendered import Manifests

SHARED = {"logs": {"persistence": {"enabled": True}}}


def test_it_serves_its_logs_without_a_shared_volume(defaults: Manifests):
    pod = defaults.pod("triggerer")
    assert pod.main.arguments == ["bash", "-c", "exec airflow triggerer"]
    assert pod.main.ports == {"triggerer-logs": 8794}


def test_each_of_its_pods_can_be_asked_for_logs(defaults: Manifests):
    spec = defaults.find("Service", "airflow-triggerer")["spec"]
    assert spec["clusterIP"] == "None"


def test_it_serves_no_logs_with_a_shared_volume(render: Render):
    manifests = render(SHARED)
    pod = manifests.pod("triggerer")
    assert pod.main.arguments == ["bash", "-c", "exec airflow triggerer --skip-serve-logs"]
    assert (pod.main.ports, manifests.has("Service", "airflow-triggerer")) == ({}, False)


def test_components_share_the_same_volume(render: Render):
    manifests = render(SHARED)
    volumes = [manifests.pod(one).volumes["logs"] for one in ("triggerer", "api-server", "worker")]
    assert volumes == [
        {"name": "logs", "persistentVolumeClaim": {"claimName": "airflow-logs"}}
    ] * len(volumes)
