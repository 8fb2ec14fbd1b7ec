"""Elasticsearch and OpenSearch, from which the api-server reads the logs of tasks."""

import base64
from typing import Any

import pytest

from tests.chart.cases import merged
from tests.conftest import Render
from tests.rendered import Manifests

STORES = ("elasticsearch", "opensearch")
OPEN = {"networkPolicies": {"destinations": {"taskLogStore": {"cidrs": ["10.4.0.0/16"]}}}}


def variable(store: str) -> str:
    return f"AIRFLOW__{store.upper()}__HOST"


def on(render: Render, store: str, **block: Any) -> Manifests:
    return render(merged(OPEN, {store: {"enabled": True, **block}}))


@pytest.mark.parametrize("store", STORES)
def test_the_api_server_alone_reads_its_url(render: Render, store: str):
    manifests = on(render, store, secretName="mine")
    readers = {pod.component for pod in manifests.pods() if variable(store) in pod.main.env}
    assert readers == {"api-server"}
    reference = manifests.pod("api-server").main.env[variable(store)]
    assert reference == {"secretKeyRef": {"name": "mine", "key": "connection"}}


@pytest.mark.parametrize("store", STORES)
def test_a_store_that_is_off_is_not_read(defaults: Manifests, store: str):
    assert variable(store) not in defaults.pod("api-server").main.env


@pytest.mark.parametrize("store", STORES)
def test_its_url_is_made_of_values(render: Render, store: str):
    connection = {"scheme": "https", "user": "a b", "pass": "c@d", "host": "logs", "port": 9243}
    secret = on(render, store, connection=connection).find("Secret", f"airflow-{store}")
    url = base64.b64decode(secret["data"]["connection"]).decode()
    assert url == "https://a%20b:c%40d@logs:9243"


@pytest.mark.parametrize("store", STORES)
def test_a_url_needs_neither_a_user_nor_a_port(render: Render, store: str):
    secret = on(render, store, connection={"host": "logs"}).find("Secret", f"airflow-{store}")
    assert base64.b64decode(secret["data"]["connection"]) == b"http://logs:9200"


@pytest.mark.parametrize("store", STORES)
def test_logs_are_remote_then(render: Render, store: str):
    logging = on(render, store, secretName="mine").configuration["logging"]
    assert logging.getboolean("remote_logging")


@pytest.mark.parametrize("store", STORES)
def test_the_network_policy_of_the_api_server_opens_its_addresses(render: Render, store: str):
    policy = on(render, store, secretName="mine").find("NetworkPolicy", "airflow-api-server-policy")
    assert "10.4.0.0/16" in str(policy["spec"]["egress"])


def test_a_registry_is_a_pull_secret(render: Render):
    connection = {"host": "registry.example.com", "user": "a", "pass": "b"}
    manifests = render({"registry": {"connection": connection}})
    assert manifests.find("Secret", "airflow-registry")["type"] == "kubernetes.io/dockerconfigjson"
    assert manifests.pod("scheduler").spec["imagePullSecrets"] == [{"name": "airflow-registry"}]


def test_a_pull_secret_that_is_named_twice_is_there_once(render: Render):
    pod = render({"imagePullSecrets": ["a", "b", "a"]}).pod("scheduler")
    assert pod.spec["imagePullSecrets"] == [{"name": "a"}, {"name": "b"}]


def test_named_pull_secrets_replace_a_registry(render: Render):
    values = {"registry": {"secretName": "old"}, "imagePullSecrets": ["new"]}
    assert render(values).pod("scheduler").spec["imagePullSecrets"] == [{"name": "new"}]
