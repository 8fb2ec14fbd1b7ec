"""The log shipper: a sidecar of every pod that writes logs of tasks."""

from typing import Any

import pytest

from tests.conftest import Render
from tests.rendered import Manifests

CONFIG = "[OUTPUT]\n  Name stdout\n"
SHIPPER: dict[str, Any] = {
    "enabled": True,
    "image": {"repository": "registry.example.com/shipper", "tag": "1.4"},
    "config": CONFIG,
    "env": {"LOG_STORE": "logs.example.com"},
}
NAME = "log-shipper"


@pytest.fixture(scope="module")
def apart(render: Render) -> Manifests:
    """Tasks in a namespace of their own."""
    return render({"tasks": {"namespace": "airflow-tasks"}, "logs": {"shipper": SHIPPER}})


def writers(manifests: Manifests) -> set[str]:
    """The components whose pods have the sidecar."""
    return {pod.component for pod, one in manifests.containers() if one.name == NAME}


def test_no_pod_has_a_shipper_by_default(defaults: Manifests):
    assert writers(defaults) == set()


@pytest.mark.parametrize(
    ("executor", "components"),
    [
        ("KubernetesExecutor", {"worker", "triggerer"}),
        ("CeleryExecutor", {"worker", "triggerer"}),
        ("LocalExecutor", {"scheduler", "triggerer"}),
    ],
)
def test_pods_that_write_logs_of_tasks_have_a_shipper(
    render: Render, executor: str, components: set[str]
):
    values = {"executor": executor, "redis": {"enabled": True}, "logs": {"shipper": SHIPPER}}
    assert writers(render(values)) == components


def test_a_shipper_ends_after_the_task(apart: Manifests):
    shipper = apart.pod("worker").container(NAME)
    assert shipper.is_init
    assert shipper.spec["restartPolicy"] == "Always"


def test_a_shipper_reads_the_folder_of_logs_only(apart: Manifests):
    for component in ("worker", "triggerer"):
        pod = apart.pod(component)
        shipper = pod.container(NAME)
        logs = next(m for m in shipper.spec["volumeMounts"] if m["name"] == "logs")
        assert logs["readOnly"] is True
        assert logs["mountPath"] == shipper.env["AIRFLOW_LOGS"]
        assert logs["mountPath"] in pod.main.mounts
        assert shipper.env["LOG_STORE"] == "logs.example.com"


def test_the_configuration_is_in_each_namespace(apart: Manifests):
    found = {
        one["metadata"]["namespace"]: one["data"].get(NAME)
        for one in apart.of("ConfigMap")
        if one["metadata"]["name"] == "airflow-config"
    }
    assert found == {"airflow": CONFIG, "airflow-tasks": CONFIG}
    assert "/fluent-bit/etc/fluent-bit.conf" in apart.pod("worker").container(NAME).mounts
