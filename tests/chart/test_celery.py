"""CeleryExecutor: workers and their sets, the broker, Flower, and what scales them."""

import base64
from functools import reduce
from typing import Any

import pytest

from tests.chart.cases import merged
from tests.conftest import Render
from tests.rendered import Manifests

CELERY: dict[str, Any] = {"executor": "CeleryExecutor"}
BOTH: dict[str, Any] = {"executor": "CeleryExecutor,KubernetesExecutor"}
SETS: dict[str, Any] = {"workers": {"celery": {"sets": {"large": {"queue": "large,huge"}}}}}
DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"


def celery(render: Render, *values: dict[str, Any]) -> Manifests:
    return render(reduce(merged, values, CELERY))


def worker(manifests: Manifests, name: str = "airflow-worker") -> dict[str, Any]:
    return manifests.find("Deployment", name)


def arguments(workload: dict[str, Any]) -> list[str]:
    return workload["spec"]["template"]["spec"]["containers"][0]["args"]


def test_workers_have_the_official_name_labels_and_container(render: Render):
    found = worker(celery(render))
    assert found["spec"]["selector"]["matchLabels"] == {
        "tier": "airflow",
        "component": "worker",
        "release": "airflow",
    }
    main = found["spec"]["template"]["spec"]["containers"][0]
    assert (main["name"], main["ports"]) == (
        "worker",
        [{"name": "worker-logs", "containerPort": 8793}],
    )


@pytest.mark.parametrize("executor", ["KubernetesExecutor", "LocalExecutor"])
def test_other_executors_have_neither_workers_nor_a_broker(render: Render, executor: str):
    manifests = render({"executor": executor})
    for name in ("worker", "redis", "flower"):
        assert not manifests.has("Deployment", f"airflow-{name}")
        assert not manifests.has("StatefulSet", f"airflow-{name}")


def test_a_release_without_kubernetes_executor_has_no_pod_template(render: Render):
    assert (
        "pod_template_file.yaml" not in celery(render).find("ConfigMap", "airflow-config")["data"]
    )


@pytest.mark.parametrize(
    "sets", [{"large": {"queue": "large"}}, [{"name": "large", "queue": "large"}]]
)
def test_a_set_is_a_workload_of_its_own(render: Render, sets: Any):
    manifests = celery(render, {"workers": {"celery": {"sets": sets}}})
    found = worker(manifests, "airflow-worker-large")
    assert found["spec"]["selector"]["matchLabels"]["worker-set"] == "large"
    assert arguments(found)[-1].endswith("airflow celery worker -q large")
    assert arguments(worker(manifests))[-1].endswith("airflow celery worker")
    for kind in ("Service", "ServiceAccount"):
        assert {one["metadata"]["name"] for one in manifests.of(kind)} >= {
            manifests.find("Service", "airflow-worker-large")["metadata"]["name"]
        }


def test_each_set_has_a_network_policy_of_its_own(render: Render):
    manifests = celery(render, SETS)
    selectors = [
        manifests.find("NetworkPolicy", name)["spec"]["podSelector"]["matchLabels"].get(
            "worker-set"
        )
        for name in ("airflow-worker-policy", "airflow-worker-policy-large")
    ]
    assert selectors == [None, "large"]


def test_the_default_set_can_be_switched_off(render: Render):
    manifests = celery(render, SETS, {"workers": {"celery": {"enableDefault": False}}})
    assert not manifests.has("Deployment", "airflow-worker")
    assert manifests.has("Deployment", "airflow-worker-large")


@pytest.mark.parametrize(
    ("flat", "block", "one", "replicas"),
    [
        ({"replicas": 3}, {}, {}, 3),
        ({"replicas": 3}, {"replicas": 2}, {}, 2),
        ({"replicas": 3}, {"replicas": 2}, {"replicas": 0}, 0),
    ],
)
def test_a_set_lies_over_the_block_and_the_block_over_workers(
    render: Render, flat: dict, block: dict, one: dict, replicas: int
):
    values = {"workers": {**flat, "celery": {**block, "sets": {"large": {**one}}}}}
    assert worker(celery(render, values), "airflow-worker-large")["spec"]["replicas"] == replicas


def test_maps_that_belong_together_are_replaced_whole(render: Render):
    values = {
        "workers": {
            "nodeSelector": {"a": "1"},
            "podAnnotations": {"b": "1"},
            "celery": {"nodeSelector": {"c": "1"}, "sets": {"large": {"nodeSelector": {}}}},
        }
    }
    manifests = celery(render, values)
    pods = [worker(manifests, name)["spec"]["template"] for name in NAMES]
    assert [pod["spec"].get("nodeSelector") for pod in pods] == [{"c": "1"}, None]
    assert all(pod["metadata"]["annotations"]["b"] == "1" for pod in pods)


NAMES = ("airflow-worker", "airflow-worker-large")


def test_kubernetes_and_celery_workers_have_settings_of_their_own(render: Render):
    values = {
        "workers": {"celery": {"priorityClassName": "a"}, "kubernetes": {"priorityClassName": "b"}}
    }
    manifests = render(merged(BOTH, values))
    assert worker(manifests)["spec"]["template"]["spec"]["priorityClassName"] == "a"
    assert manifests.pod_template.spec["priorityClassName"] == "b"


def test_both_executors_share_one_account_and_one_policy_in_a_namespace(render: Render):
    manifests = render(BOTH)
    for kind in ("ServiceAccount", "NetworkPolicy"):
        names = [one["metadata"]["name"] for one in manifests.of(kind)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("values", "reads"),
    [
        ({}, True),
        ({"data": {"resultBackendSecretName": "results"}}, False),
        ({"data": {"resultBackendConnection": {"pass": "a", "host": "b", "user": "c"}}}, False),
    ],
)
def test_workers_read_the_metadata_database_only_without_a_result_backend(
    render: Render, values: dict, reads: bool
):
    pod = celery(render, values).pod("worker")
    assert (DATABASE in pod.main.env) == reads
    assert any(one.name.startswith("wait-for") for one in pod.containers) == reads


def test_a_password_of_redis_is_encoded_in_the_url_of_the_broker(render: Render):
    secret = celery(render, {"redis": {"password": "a/b c@d"}}).find("Secret", "airflow-broker-url")
    url = base64.b64decode(secret["data"]["connection"]).decode()
    assert url == "redis://:a%2Fb%20c%40d@airflow-redis:6379/0"


def test_the_password_of_redis_is_on_no_command_line(render: Render):
    main = celery(render).pod("redis").main
    assert "--requirepass" not in " ".join(main.arguments)
    assert main.spec["env"][0]["name"] == "REDIS_PASSWORD"


def test_an_own_broker_replaces_redis(render: Render):
    values = {
        "redis": {"enabled": False},
        "data": {"brokerUrlSecretName": "broker"},
        "networkPolicies": {"broker": {"cidrs": ["10.9.0.0/16"], "ports": [6379]}},
    }
    manifests = celery(render, values)
    assert not manifests.has("StatefulSet", "airflow-redis")
    for component in ("worker", "scheduler"):
        reference = manifests.pod(component).main.env["AIRFLOW__CELERY__BROKER_URL"]
        assert reference == {"secretKeyRef": {"name": "broker", "key": "connection"}}
        policy = manifests.find("NetworkPolicy", f"airflow-{component}-policy")
        assert "10.9.0.0/16" in str(policy["spec"]["egress"])


def test_redis_is_called_by_scheduler_workers_and_flower_alone(render: Render):
    manifests = celery(render, {"flower": {"enabled": True}})
    rules = manifests.find("NetworkPolicy", "airflow-redis-policy")["spec"]["ingress"]
    callers = {rule["from"][0]["podSelector"]["matchLabels"]["component"] for rule in rules}
    assert callers == {"scheduler", "worker", "flower"}


@pytest.mark.parametrize("block", [{}, {"username": "a"}, {"password": "b"}])
def test_flower_has_no_basic_authentication_without_user_and_password(render: Render, block: dict):
    manifests = celery(render, {"flower": {"enabled": True, **block}})
    assert "AIRFLOW__CELERY__FLOWER_BASIC_AUTH" not in manifests.pod("flower").main.env
    assert not manifests.has("Secret", "airflow-flower")


def test_user_and_password_of_flower_are_in_a_secret(render: Render):
    manifests = celery(render, {"flower": {"enabled": True, "username": "a", "password": "b"}})
    data = manifests.find("Secret", "airflow-flower")["data"]
    assert base64.b64decode(data["basicAuth"]) == b"a:b"


@pytest.mark.parametrize("by", ["hpa", "keda"])
def test_an_autoscaler_owns_the_number_of_workers(render: Render, by: str):
    manifests = celery(render, SETS, {"workers": {by: {"enabled": True}}})
    kind = {"hpa": "HorizontalPodAutoscaler", "keda": "ScaledObject"}[by]
    for name in NAMES:
        assert "replicas" not in worker(manifests, name)["spec"]
        target = manifests.find(kind, name)["spec"]["scaleTargetRef"]
        assert (target["kind"], target["name"]) == ("Deployment", name)


@pytest.mark.parametrize(
    ("executor", "condition"),
    [
        ("CeleryExecutor", ""),
        (
            "CeleryExecutor,KubernetesExecutor",
            " AND (executor IS NULL OR executor LIKE '%CeleryExecutor%')",
        ),
        ("KubernetesExecutor,CeleryExecutor", " AND executor LIKE '%CeleryExecutor%'"),
    ],
)
def test_the_query_of_keda_counts_the_work_of_the_queues(
    render: Render, executor: str, condition: str
):
    values = {
        "executor": executor,
        "config": {"celery": {"worker_concurrency": 8}},
        "workers": {"keda": {"enabled": True}, "celery": {"queue": "a,b"}},
    }
    trigger = render(values).find("ScaledObject", "airflow-worker")["spec"]["triggers"][0]
    assert trigger["metadata"]["query"] == (
        "SELECT ceil(COUNT(*)::decimal / 8) FROM task_instance "
        f"WHERE (state='running' OR state='queued') AND queue IN ('a','b'){condition}"
    )


def test_the_operator_of_keda_reaches_the_database(render: Render):
    labels = {"kubernetes.io/metadata.name": "keda"}
    keda = {"enabled": True, "namespaceLabels": labels}
    manifests = celery(render, {"workers": {"keda": keda}})
    rules = manifests.find("NetworkPolicy", "airflow-postgresql-policy")["spec"]["ingress"]
    assert labels in [
        (peer.get("namespaceSelector") or {}).get("matchLabels")
        for rule in rules
        for peer in rule["from"]
    ]


def test_the_api_server_reads_logs_from_workers_unless_they_share_a_volume(render: Render):
    claim = {"logs": {"persistence": {"enabled": True}}}
    for values, expected in (({}, True), (claim, False)):
        rules = celery(render, values).find("NetworkPolicy", "airflow-worker-policy")["spec"][
            "ingress"
        ]
        assert ("api-server" in str(rules)) == expected
