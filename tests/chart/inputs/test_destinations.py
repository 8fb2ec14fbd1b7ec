"""A place that a setting makes a component call is asked for, until a policy leads there.

Without its address the port is open to any address, which the notes say; prod refuses.
"""

from typing import Any

import pytest

from scripts.manifests.network_policies import End
from tests.chart.cases import merged
from tests.chart.inputs.asked import answered, policies_of, reaching, rendered

AIRFLOW = {"api-server", "scheduler", "dag-processor", "triggerer", "worker"}
CLONE = {"image": "registry.k8s.io/git-sync/git-sync:v4.4.2", "args": ["--root=/git"]}
BACKEND = {
    "config": {"secrets": {"backend": "airflow.providers.hashicorp.secrets.vault.VaultBackend"}}
}
STATSD = {
    "config": {"metrics": {"statsd_on": True, "statsd_host": "exporter", "statsd_port": 9125}}
}
RELAY = {"config": {"smtp": {"smtp_host": "relay.example.internal", "smtp_port": 25}}}
STORE = {
    "config": {
        "logging": {"remote_logging": True, "remote_base_log_folder": "s3://flow-logs/airflow"}
    },
    "env": {"AWS_ENDPOINT_URL_S3": "http://store.storage.svc.cluster.local:9000"},
}
SIGN_IN = """
from flask_appbuilder.security.manager import AUTH_{0}
AUTH_TYPE = AUTH_{0}
"""

OTHERS_IN_COMMENTS = f"# AUTH_OAUTH: with OAuth\n# AUTH_TYPE = AUTH_LDAP\n{SIGN_IN.format('DB')}"


def destination(name: str, **place: Any) -> dict[str, Any]:
    return {"networkPolicies": {"destinations": {name: place}}}


def egress(component: str, name: str) -> dict[str, Any]:
    return {"networkPolicies": {"egress": {component: {name: True}}}}


def sign_in(kind: str) -> dict[str, Any]:
    return {"apiServer": {"apiServerConfig": SIGN_IN.format(kind)}}


# Values, and what the sentence names.
ASKED = {
    "secrets backend": (BACKEND, "config.secrets.backend", "destinations.secretsBackend.cidrs"),
    "metrics": (STATSD, "config.metrics.statsd_on", "destinations.metrics.cidrs"),
    "metrics of an agent on the node": (
        {
            "env": {
                "AIRFLOW__METRICS__STATSD_ON": "true",
                "AIRFLOW__METRICS__STATSD_HOST": {
                    "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}
                },
            }
        },
        "may reach any address on port 8125, to find metrics (env.AIRFLOW__METRICS__STATSD_ON)",
        "destinations.metrics.cidrs",
    ),
    "port of metrics": (
        merged(STATSD, destination("metrics", cidrs=["10.50.0.0/16"])),
        "udpPorts",
        "9125",
    ),
    "OpenTelemetry metrics": (
        {"config": {"metrics": {"otel_on": True, "otel_host": "collector", "otel_port": 4318}}},
        "config.metrics.otel_on",
        "networkPolicies.destinations.",
    ),
    "a collector by its Service and namespace": (
        {"config": {"traces": {"otel_on": True, "otel_host": "collector.monitoring"}}},
        "api-server, dag-processor, scheduler, triggerer, worker may reach any address",
        "collector.monitoring",
    ),
    "traces": (
        {"config": {"traces": {"otel_on": True, "otel_host": "collector", "otel_port": 4318}}},
        "config.traces.otel_on",
        "networkPolicies.destinations.",
    ),
    "mail": (RELAY, "config.smtp.smtp_host", "networkPolicies.destinations.smtp.cidrs"),
    "port of mail": (
        merged(RELAY, destination("smtp", cidrs=["10.70.0.0/16"])),
        "networkPolicies.destinations.smtp.ports",
        "25",
    ),
    "object store": (
        STORE,
        "AWS_ENDPOINT_URL_S3",
        "store.storage.svc.cluster.local",
        "networkPolicies.destinations.objectStorage",
    ),
    "OpenID Connect": (sign_in("OAUTH"), "apiServer.apiServerConfig", "networkPolicies."),
    "LDAP": (sign_in("LDAP"), "apiServer.apiServerConfig", "networkPolicies."),
    "OAuth by its number": (
        {"apiServer": {"apiServerConfig": "AUTH_TYPE = 4"}},
        "apiServer.apiServerConfig",
        "networkPolicies.",
    ),
}


@pytest.mark.parametrize(("values", "texts"), [(v, t) for v, *t in ASKED.values()], ids=ASKED)
def test_a_place_that_is_called_is_asked_for(notes, values: dict[str, Any], texts: list[str]):
    said = answered(values).sentences or notes(values).split("\n\n")
    assert any(all(text in " ".join(one.split()) for text in texts) for one in said)


OUTSIDE = {
    "postgresql": {"enabled": False},
    "data": {"metadataConnection": {"host": "db.example.com", "pass": "x", "port": 5433}},
}
DATABASE = {"api-server", "scheduler", "dag-processor", "triggerer", "run-airflow-migrations"}
# Values that do not name the address of a place, its callers and its port.
UNNAMED: dict[str, tuple[dict[str, Any], set[str], int]] = {
    "database": (OUTSIDE, DATABASE, 5433),
    "database beside one that is not used": (
        merged(OUTSIDE, {"postgresql": {"enabled": True}}),
        DATABASE,
        5433,
    ),
    "database behind PgBouncer": (
        merged(OUTSIDE, {"pgbouncer": {"enabled": True}}),
        {"pgbouncer"},
        5433,
    ),
    "broker": (
        {
            "executor": "CeleryExecutor",
            "redis": {"enabled": False},
            "data": {"brokerUrl": "redis://queue.example.com:6380/0"},
        },
        {"scheduler", "worker"},
        6380,
    ),
    "mail": (RELAY, {"dag-processor", "triggerer", "worker"}, 25),
    "object store": (STORE, {"api-server", "triggerer", "worker"}, 9000),
}


@pytest.mark.parametrize(("values", "callers", "port"), list(UNNAMED.values()), ids=UNNAMED)
def test_a_place_without_an_address_is_open_to_its_callers_on_its_port_only(
    values: dict[str, Any], callers: set[str], port: int
):
    found = rendered(values)
    assert reaching(found, "10.1.2.3", port) == callers
    assert reaching(found, End("databases", {"app": "db"}), port) == callers
    assert reaching(found, "10.1.2.3", port + 1) == set()


def test_a_database_that_is_not_used_lets_no_pod_in():
    found = rendered(merged(OUTSIDE, {"postgresql": {"enabled": True}}))
    (policy,) = policies_of(found, "postgresql")
    assert policy["spec"]["ingress"] == []


def test_ways_of_values_keep_a_place_without_an_address_closed():
    rule = [{"to": [{"ipBlock": {"cidr": "10.9.0.0/16"}}], "ports": [{"port": 5433}]}]
    ways = {"networkPolicies": {"extraEgress": dict.fromkeys(DATABASE, rule)}}
    found = rendered(merged(OUTSIDE, ways))
    assert reaching(found, "10.9.0.1", 5433) == DATABASE
    assert reaching(found, "10.1.2.3", 5433) == set()


@pytest.mark.parametrize("values", [one[0] for one in ASKED.values()], ids=ASKED)
def test_places_are_not_asked_for_without_network_policies(values: dict[str, Any]):
    found = answered(merged(values, {"networkPolicies": {"enabled": False}}))
    assert [one for one in found.sentences if "networkPolicies." in one] == []


# Values with the place, and who reaches which address and port in it.
OPEN: dict[str, tuple[dict[str, Any], set[str], tuple[Any, ...]]] = {
    "secrets backend": (
        merged(BACKEND, destination("secretsBackend", cidrs=["10.40.0.0/16"], ports=[8200])),
        AIRFLOW,
        ("10.40.0.1", 8200),
    ),
    "metrics": (
        merged(STATSD, destination("metrics", cidrs=["10.50.0.0/16"], ports=[], udpPorts=[9125])),
        AIRFLOW,
        ("10.50.0.1", 9125, "UDP"),
    ),
    "mail": (
        merged(RELAY, destination("smtp", cidrs=["10.70.0.0/16"], ports=[25])),
        {"dag-processor", "triggerer", "worker"},
        ("10.70.0.1", 25),
    ),
    "object store": (
        merged(
            STORE,
            destination("objectStorage", cidrs=["10.80.0.0/16"], **{"except": []}, ports=[9000]),
        ),
        {"api-server", "triggerer", "worker"},
        ("10.80.0.1", 9000),
    ),
    "OpenID Connect": (
        merged(sign_in("OAUTH"), egress("api-server", "internet")),
        {"api-server", "triggerer", "worker"},
        ("8.8.8.8", 443),
    ),
    "git by hand": (
        merged(
            {"dagProcessor": {"extraContainers": {"git-sync": CLONE}}},
            merged(
                egress("dag-processor", "git"),
                destination("git", cidrs=["10.90.0.0/16"], **{"except": []}, ports=[22]),
            ),
        ),
        {"dag-processor"},
        ("10.90.0.1", 22),
    ),
}


@pytest.mark.parametrize(("values", "callers", "place"), list(OPEN.values()), ids=OPEN)
def test_a_place_that_is_named_is_open_to_its_callers(
    values: dict[str, Any], callers: set[str], place: tuple[Any, ...]
):
    assert reaching(rendered(values), *place) == callers


@pytest.mark.parametrize(
    "values",
    [
        {
            "config": {
                "secrets": {"backend": "airflow.secrets.local_filesystem.LocalFilesystemBackend"}
            }
        },
        sign_in("DB"),
        {"apiServer": {"apiServerConfig": OTHERS_IN_COMMENTS}},
        {"config": {"metrics": {"statsd_on": False, "statsd_host": "exporter"}}},
        {"config": {"smtp": {"smtp_starttls": False}}},
    ],
    ids=[
        "backend of local files",
        "sign-in by the database",
        "other ways in comments",
        "metrics off",
        "no mail host",
    ],
)
def test_a_setting_that_calls_no_place_is_not_asked(values: dict[str, Any]):
    assert answered(values).sentences == []


@pytest.mark.parametrize(
    ("key", "component"), [("dagProcessor", "dag-processor"), ("scheduler", "scheduler")]
)
def test_a_container_of_values_without_a_way_out_is_reported(notes, key: str, component: str):
    values = {key: {"extraContainers": {"helper": CLONE}}}
    found = answered(values)
    said = found.sentences or notes(values).split("\n\n")
    way = (f"egress.{component}", f"extraEgress.{component}")
    assert any(f"{key}.extraContainers" in one and any(name in one for name in way) for one in said)


def test_a_container_of_values_with_a_way_out_is_not_reported(notes):
    values = merged(
        {"dagProcessor": {"extraContainers": {"helper": CLONE}}}, egress("dag-processor", "git")
    )
    assert "dagProcessor.extraContainers" not in notes(values)


PEOPLE = {"ipBlock": {"cidr": "203.0.113.0/24"}}
NODE_PORT = {"name": "api-server", "port": 8080, "targetPort": 8080, "nodePort": 30080}
SERVICES = {
    "LoadBalancer": {"type": "LoadBalancer"},
    "LoadBalancer with ranges": {
        "type": "LoadBalancer",
        "loadBalancerSourceRanges": ["203.0.113.0/24"],
    },
    "NodePort": {"type": "NodePort", "ports": [NODE_PORT]},
}


@pytest.mark.parametrize("service", list(SERVICES.values()), ids=SERVICES)
def test_a_service_for_people_asks_who_they_are(notes, service: dict[str, Any]):
    said = " ".join(notes({"apiServer": {"service": service}}).split())
    assert "Name them in apiServer.networkPolicy.ingress.from" in said


@pytest.mark.parametrize("service", list(SERVICES.values()), ids=SERVICES)
def test_a_service_for_people_lets_them_in(service: dict[str, Any]):
    block = {"service": service, "networkPolicy": {"ingress": {"from": [PEOPLE]}}}
    policies = policies_of(rendered({"apiServer": block}), "api-server")
    assert any(
        PEOPLE in rule.get("from", [])
        for one in policies
        for rule in one["spec"].get("ingress", [])
    )
