"""The result of a translation upgrades a release of the official chart.

Helm changes the objects of the release one after the other. A change of a field that Kubernetes
keeps would stop it half way.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.migrate import migrate
from scripts.releases.render import helm_template
from scripts.yaml_files import read
from tests.chart.cases import merged
from tests.rendered import Manifests

OFFICIAL_CHART = Path(__file__).parent.parent / "official_chart"
FILES = sorted(Path(__file__).parent.glob("files/*.yaml"))
Objects = dict[tuple[str, str], dict[str, Any]]
# Files for the bundled database get another one, and Airflow 2 an Airflow that can be taken over.
DECIDED = {
    "postgresql": {"enabled": False},
    "data": {"metadataSecretName": "database"},
    "defaultAirflowTag": "3.1.7",
}


def kept(one: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an object that Kubernetes does not change."""
    spec = one.get("spec") or {}
    match one["kind"]:
        case "Deployment":
            return {"selector": spec["selector"]}
        case "StatefulSet":
            names = ("selector", "serviceName", "podManagementPolicy")
            return {
                **{name: spec.get(name) for name in names},
                "claims": [claim(each) for each in spec.get("volumeClaimTemplates") or []],
            }
        case "Service":
            return {"headless": spec.get("clusterIP") == "None"}
        case "RoleBinding" | "ClusterRoleBinding":
            return {"roleRef": one["roleRef"]}
        case "PersistentVolumeClaim":
            return claim(one)
        case "Secret":
            return {"type": one.get("type", "Opaque")}
        case "PriorityClass":
            return {key: one.get(key) for key in ("value", "preemptionPolicy")}
    return {}


def claim(one: dict[str, Any]) -> dict[str, Any]:
    return {"name": one["metadata"]["name"], **one["spec"]}


def by_name(manifests: Manifests) -> Objects:
    return {(one["kind"], one["metadata"]["name"]): one for one in manifests.objects}


@pytest.fixture(scope="module", params=FILES, ids=lambda file: file.stem)
def before_and_after(request: pytest.FixtureRequest) -> tuple[Objects, Objects]:
    """The objects of the official chart, and those of this one with the translated values."""
    values = yaml.safe_load(migrate(request.param).text)
    if not values.get("data", {}).keys() & {"metadataSecretName", "metadataConnection"}:
        values = merged(values, DECIDED)
    old = helm_template(values=read(request.param).data, chart=OFFICIAL_CHART)
    return by_name(Manifests(old)), by_name(Manifests(helm_template(values=values)))


def test_no_field_differs_that_kubernetes_keeps(before_and_after: tuple[Objects, Objects]):
    old, new = before_and_after
    both = old.keys() & new.keys()
    assert {"Deployment", "Service"} <= {kind for kind, _ in both}
    differing = {name: (kept(old[name]), kept(new[name])) for name in both}
    assert {name: two for name, two in differing.items() if two[0] != two[1]} == {}


def test_every_workload_stays_the_same_object(before_and_after: tuple[Objects, Objects]):
    old, new = before_and_after
    workloads = {name for name in old if name[0] in ("Deployment", "StatefulSet", "CronJob")}
    assert len(workloads) > 3
    assert workloads - new.keys() - {("StatefulSet", "airflow-postgresql")} == set()
