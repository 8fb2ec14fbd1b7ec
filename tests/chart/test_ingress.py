"""The Ingress of the api-server."""

from typing import Any

import pytest

from tests.conftest import Render
from tests.rendered import Manifests


@pytest.fixture
def ingress(render: Render):
    """The Ingress for settings of it."""

    def act(**settings: Any) -> dict[str, Any]:
        values = {"ingress": {"apiServer": {"enabled": True, **settings}}}
        return render(values).find("Ingress", "airflow-ingress")

    return act


def test_there_is_no_ingress_by_default(defaults: Manifests):
    assert defaults.of("Ingress") == []


def test_it_leads_to_the_api_server(ingress):
    path = ingress()["spec"]["rules"][0]["http"]["paths"][0]
    assert path["backend"]["service"] == {
        "name": "airflow-api-server",
        "port": {"name": "api-server"},
    }


def test_without_hosts_it_is_for_every_host(ingress):
    rules = ingress()["spec"]["rules"]
    assert [rule.get("host") for rule in rules] == [None]


@pytest.mark.parametrize(
    "host", ["airflow.example.com", "{{ .Release.Name }}.example.com"], ids=["plain", "templated"]
)
def test_hosts_are_names_or_maps(ingress, host: str):
    rules = ingress(hosts=[host, {"name": host}])["spec"]["rules"]
    assert [rule["host"] for rule in rules] == ["airflow.example.com"] * 2


def test_every_host_has_its_own_certificate(ingress):
    hosts = [
        {"name": "a.example.com", "tls": {"enabled": True, "secretName": "a"}},
        {"name": "b.example.com", "tls": {"enabled": False, "secretName": "b"}},
        "c.example.com",
    ]
    assert ingress(hosts=hosts)["spec"]["tls"] == [{"hosts": ["a.example.com"], "secretName": "a"}]


def test_without_certificates_there_is_no_tls(ingress):
    assert "tls" not in ingress(hosts=["a.example.com"])["spec"]


def test_path_class_and_annotations_are_settings(ingress):
    found = ingress(
        path="/airflow", pathType="Prefix", ingressClassName="nginx", annotations={"a": "b"}
    )
    path = found["spec"]["rules"][0]["http"]["paths"][0]
    assert (path["path"], path["pathType"]) == ("/airflow", "Prefix")
    assert found["spec"]["ingressClassName"] == "nginx"
    assert found["metadata"]["annotations"] == {"a": "b"}


def test_no_class_is_the_default_one(ingress):
    assert "ingressClassName" not in ingress()["spec"]


def test_there_is_no_ingress_without_an_api_server(render: Render):
    values = {"ingress": {"apiServer": {"enabled": True}}, "apiServer": {"enabled": False}}
    assert render(values).of("Ingress") == []
