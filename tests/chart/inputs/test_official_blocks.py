"""A capability of the official chart has its objects here, or is refused with this chart's way."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.chart.cases import Case
from tests.chart.inputs.asked import answered, probes
from tests.rendered import Manifests

ROUTE = {
    "apiServer": {
        "httpRoute": {
            "enabled": True,
            "hostnames": ["flows.example.com"],
            "parentRefs": [{"name": "public", "namespace": "gateways"}],
        }
    }
}
GIT = {
    "enabled": True,
    "repo": "https://git.example.com/data/flows.git",
    "branch": "main",
    "subPath": "dags",
}
CLEANUP = {"enabled": True, "schedule": "30 2 * * 6", "retentionDays": 60}


def has_route(manifests: Manifests) -> bool:
    spec = manifests.of("HTTPRoute")[0]["spec"]
    backend = spec["rules"][0]["backendRefs"][0]
    return (backend["name"], backend["port"]) == ("airflow-api-server", 8080)


def has_cleanup(manifests: Manifests) -> bool:
    cron = manifests.of("CronJob")[0]
    label = cron["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"]["component"]
    case = Case(manifests)
    reaches = case.network.allows(case.ends[label], case.ends["postgresql"], 5432)
    return reaches and cron["spec"]["schedule"] == CLEANUP["schedule"]


def has_binding(manifests: Manifests) -> bool:
    roles = {one["roleRef"]["name"] for one in manifests.of("RoleBinding")}
    return any(name.startswith("system:openshift:scc:") for name in roles)


def has_git_sync(manifests: Manifests) -> bool:
    names = [[c.name for c in manifests.pod(one).containers] for one in ("dag-processor", "worker")]
    return all(any("git-sync" in name for name in some) for some in names)


def has_kerberos(manifests: Manifests) -> bool:
    pod = manifests.pod("worker")
    return "/etc/krb5.conf" in pod.main.mounts and "worker-kerberos" in str(pod.spec)


def has_exporter(manifests: Manifests) -> bool:
    return manifests.configuration["metrics"].getboolean("statsd_on")


def has_path(manifests: Manifests) -> bool:
    paths = {kind: one["path"] for kind, one in probes(manifests).items()}
    return paths["livenessProbe"] == "/monitor" and paths["startupProbe"] != "/monitor"


# Values, what the refusal names, and whether the objects are there instead.
BLOCKS: dict[str, tuple[dict[str, Any], tuple[str, ...], Callable[[Manifests], bool]]] = {
    "SCC": (
        {"rbac": {"createSCCRoleBinding": True}},
        ("rbac.createSCCRoleBinding", "uid", "gid"),
        has_binding,
    ),
    "route": (ROUTE, ("apiServer.httpRoute", "apiServer.networkPolicy.ingress.from"), has_route),
    "database cleanup": ({"databaseCleanup": CLEANUP}, ("databaseCleanup",), has_cleanup),
    "git-sync": (
        {"dags": {"gitSync": GIT}},
        ("dags.gitSync", "dagProcessor.dagBundleConfigList"),
        has_git_sync,
    ),
    "kerberos": (
        {"workers": {"kerberosSidecar": {"enabled": True}}},
        ("workers.kerberosSidecar",),
        has_kerberos,
    ),
    "exporter": ({"statsd": {"enabled": True}}, ("statsd.enabled", "config.metrics"), has_exporter),
    "path of a probe": (
        {"apiServer": {"livenessProbe": {"path": "/monitor"}}},
        ("apiServer.livenessProbe.path",),
        has_path,
    ),
}


@pytest.mark.parametrize(("values", "texts", "holds"), list(BLOCKS.values()), ids=list(BLOCKS))
def test_a_capability_is_there_or_refused_with_another_way(
    values: dict[str, Any], texts: tuple[str, ...], holds: Callable[[Manifests], bool]
):
    found = answered(values)
    assert found.refuses(*texts) if found.sentences else holds(found.manifests)
