"""A changed port, scheme or address reaches all that depends on it, the program included."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.chart.cases import merged
from tests.chart.inputs.asked import answered, execution_url, probes, rendered

TLS: dict[str, Any] = {
    "config": {"api": {"ssl_cert": "/tls/tls.crt", "ssl_key": "/tls/tls.key"}},
    "apiServer": {
        "extraVolumes": {"tls": {"secret": {"secretName": "flows-tls"}}},
        "extraVolumeMounts": {"tls": {"mountPath": "/tls", "readOnly": True}},
    },
}
SECURE = {"scheme": "HTTPS"}
SECURE_PROBES = {
    "apiServer": {"startupProbe": SECURE, "readinessProbe": SECURE, "livenessProbe": SECURE}
}
# Tasks check the certificate of the api-server.
TRUSTED = {
    "workers": {
        "extraVolumes": {"ca": {"configMap": {"name": "flows-ca"}}},
        "extraVolumeMounts": {"ca": {"mountPath": "/ca", "readOnly": True}},
        "env": {"SSL_CERT_FILE": "/ca/ca.crt"},
    }
}


def test_airflow_listens_on_the_port_of_the_api_server():
    manifests = rendered({"ports": {"apiServer": 9191}})
    assert manifests.configuration["api"]["port"] == "9191"
    assert manifests.pod("api-server").main.ports == {"api-server": 9191}
    assert urlsplit(execution_url(manifests)).port == 9191


def test_airflow_serves_logs_on_the_port_of_the_triggerer():
    manifests = rendered({"ports": {"triggererLogs": 9494}})
    assert manifests.configuration["logging"]["trigger_log_server_port"] == "9494"
    assert manifests.pod("triggerer").main.ports == {"triggerer-logs": 9494}


@pytest.mark.parametrize("more", [{}, SECURE_PROBES], ids=["certificate", "certificate and probes"])
@pytest.mark.parametrize("trust", [{}, TRUSTED], ids=["no trust", "trust"])
def test_a_certificate_of_the_api_server_is_followed_or_refused(
    more: dict[str, Any], trust: dict[str, Any]
):
    found = answered(merged(merged(TLS, more), trust))
    if found.sentences:
        assert found.refuses("config.api.ssl_cert")
    else:
        assert execution_url(found.manifests).startswith("https://")
        schemes = {one["scheme"] for one in probes(found.manifests).values()}
        assert schemes == {"HTTPS"}


def test_the_health_check_of_datadog_follows_the_certificate():
    datadog = {
        "datadog": {"enabled": True},
        "networkPolicies": {"destinations": {"metrics": {"cidrs": ["10.3.0.0/16"]}}},
    }
    found = answered(merged(merged(TLS, SECURE_PROBES), merged(TRUSTED, datadog)))
    if found.sentences:
        assert found.refuses("config.api.ssl_cert")
    else:
        annotations = found.manifests.pod("api-server").annotations
        checks = json.loads(annotations["ad.datadoghq.com/api-server.checks"])
        instance = checks["http_check"]["instances"][0]
        assert instance["url"].startswith("https://")


@pytest.mark.parametrize(
    "values", [{}, {"config": {"api": {"base_url": "https://a.example.com/b"}}}]
)
def test_addresses_inside_the_cluster_match_the_suffix_that_proxies_leave_out(values):
    manifests = rendered(values)
    sections = manifests.configuration
    urls = [
        value
        for section in sections.sections()
        for key, value in sections.items(section)
        if value.startswith("http://") and key != "base_url"
    ]
    assert urls
    hosts = [urlsplit(url).hostname or "" for url in urls]
    assert [host for host in hosts if not host.endswith((".svc", ".svc.cluster.local"))] == []
