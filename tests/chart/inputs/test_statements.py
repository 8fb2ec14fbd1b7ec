"""A map that is one statement replaces the default whole; a list for a map makes no warning."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import CHART
from tests.chart.inputs.asked import rendered
from tests.chart.outcomes import outcome
from tests.chart.sentinels import LEAVES, at
from tests.rendered import Manifests

NAMESPACE = {"kubernetes.io/metadata.name": "openshift-dns"}
DAEMONS = {"dns.operator.openshift.io/daemonset-dns": "default"}
CONTAINER = {"image": "registry.example.com/collector:1", "restartPolicy": "Always"}
MIXED = {
    "uid": None,
    "gid": None,
    "env": {"STAGE": "blue"},
    "workers": {
        "extraVolumes": {"scratch": {"emptyDir": {}}},
        "extraInitContainers": {"collector": CONTAINER},
    },
}
LISTS = {
    "uid": None,
    "gid": None,
    "env": [{"name": "STAGE", "value": "blue"}],
    "workers": {
        "extraVolumes": [{"name": "scratch", "emptyDir": {}}],
        "extraInitContainers": [{"name": "collector", **CONTAINER}],
    },
}
HELPER = {"name": "helper", "image": "registry.example.com/helper:1"}
# An item for each value that is a list or a map of named things.
ITEMS = {
    "env": {"name": "A", "value": "b"},
    "Mounts": {"name": "scratch", "mountPath": "/scratch"},
    "olumes": {"name": "scratch", "emptyDir": {}},
    "extraContainers": HELPER,
    "extraInitContainers": HELPER,
}


def dns_peers(manifests: Manifests) -> list[tuple[Any, Any]]:
    """The selectors of namespace and pod of every rule for DNS in pods."""
    return [
        (
            peer.get("namespaceSelector", {}).get("matchLabels"),
            peer.get("podSelector", {}).get("matchLabels"),
        )
        for policy in manifests.of("NetworkPolicy")
        for rule in policy["spec"].get("egress") or []
        if any(port.get("port") == 53 for port in rule.get("ports") or [])
        for peer in rule["to"]
        if "ipBlock" not in peer
    ]


@pytest.mark.parametrize(
    "dns",
    [
        {"namespaceLabels": NAMESPACE, "podLabels": DAEMONS},
        {"namespaceLabels": NAMESPACE, "podLabels": {**DAEMONS, "k8s-app": None}},
    ],
    ids=["labels", "a default that is null"],
)
def test_labels_of_dns_are_those_that_values_state(dns: dict[str, Any]):
    peers = dns_peers(rendered({"networkPolicies": {"dns": dns}}))
    assert peers
    assert [peer for peer in peers if peer != (NAMESPACE, DAEMONS)] == []


def test_a_namespace_of_dns_may_have_another_label():
    team = {"team": "network"}
    peers = dns_peers(rendered({"networkPolicies": {"dns": {"namespaceLabels": team}}}))
    assert peers
    assert [peer for peer in peers if peer != (team, {"k8s-app": "kube-dns"})] == []


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chart that has this one as a dependency."""
    folder = tmp_path_factory.mktemp("parent") / "parent"
    shutil.copytree(CHART, folder / "charts" / "airflow")
    dependency = {"name": "airflow", "version": "*"}
    chart = {"apiVersion": "v2", "name": "parent", "version": "0.1.0", "dependencies": [dependency]}
    (folder / "Chart.yaml").write_text(yaml.safe_dump(chart))
    return folder


def test_lists_from_a_parent_chart_make_no_warning(parent: Path):
    found = outcome({"airflow": LISTS}, parent)
    assert found.stderr == ""


def test_lists_from_a_parent_chart_make_the_objects_of_maps(parent: Path):
    lists, maps = (outcome({"airflow": values}, parent) for values in (LISTS, MIXED))
    assert lists.manifests.objects == maps.manifests.objects


NAMED = [path for path in LEAVES if any(path[-1].endswith(suffix) for suffix in ITEMS)]


@pytest.mark.parametrize("path", NAMED, ids=".".join)
def test_a_list_in_place_of_a_map_makes_no_warning(path: tuple[str, ...]):
    item = next(item for suffix, item in ITEMS.items() if path[-1].endswith(suffix))
    assert outcome(at(path, [item])).stderr == ""
