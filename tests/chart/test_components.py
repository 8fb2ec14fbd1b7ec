"""Each component has its names and an account of its own, and no objects when it is off."""

from collections.abc import Mapping
from typing import Any

import pytest

from scripts.manifests import identity
from tests.chart.components import ALL_ON, COMPONENTS, DEPLOYMENTS, Component
from tests.chart.tables import TABLES
from tests.conftest import Render
from tests.rendered import Manifests

SWITCHABLE = pytest.mark.parametrize(
    "component", [one for one in COMPONENTS if one.switchable], ids=str
)


def selector(component: Component) -> dict[str, str]:
    return {"tier": "airflow", "component": component.label, "release": "airflow"}


def of(manifests: Manifests, component: Component) -> list[dict[str, Any]]:
    """The objects with the component's label."""
    return [one for one in manifests.objects if labels(one).get("component") == component.label]


def labels(manifest: Mapping[str, Any]) -> Mapping[str, str]:
    return manifest["metadata"].get("labels") or {}


@SWITCHABLE
def test_a_workload_has_the_official_name(all_on: Manifests, component: Component):
    assert all_on.find(component.kind, component.name) == all_on.workload(component.label)


def test_the_main_container_has_its_official_name(all_on: Manifests, component: Component):
    assert all_on.pod(component.label).main.name == component.container


def test_each_component_runs_as_itself(all_on: Manifests, component: Component):
    assert all_on.pod(component.label).service_account == component.account


def test_the_account_is_made_for_the_component_alone(all_on: Manifests, component: Component):
    account = all_on.find("ServiceAccount", component.account)
    assert labels(account)["component"] == component.label


def test_a_token_is_mounted_only_where_the_kubernetes_api_is_called(
    all_on: Manifests, component: Component
):
    calls = TABLES.calls(component.label).get("kubernetes")
    # By default no task may launch pods, and the api-server reads their logs.
    assert all_on.pod(component.label).has_token is (
        calls in ("always", "podLogReading", "kubernetesRights")
    )


def test_no_account_mounts_tokens_automatically(all_on: Manifests, component: Component):
    account = all_on.find("ServiceAccount", component.account)
    assert account["automountServiceAccountToken"] is False


@SWITCHABLE
def test_the_selector_never_changes(all_on: Manifests, component: Component):
    workload = all_on.workload(component.label)
    if component.kind in ("Job", "CronJob"):
        assert "selector" not in workload["spec"]
    else:
        assert workload["spec"]["selector"] == {"matchLabels": selector(component)}


def test_the_labels_of_a_pod_include_the_selector(all_on: Manifests, component: Component):
    assert selector(component).items() <= all_on.pod(component.label).labels.items()


def test_every_object_has_the_official_labels(all_on: Manifests):
    wanted = {"tier": "airflow", "release": "airflow", "heritage": "Helm"}
    wrong = {
        identity(one): labels(one)
        for one in all_on.objects
        if not wanted.items() <= labels(one).items()
        or not labels(one).get("chart", "").startswith("airflow-")
    }
    assert wrong == {}


@SWITCHABLE
def test_a_disabled_component_leaves_nothing_behind(render: Render, component: Component):
    manifests = render(without(component))
    # airflow.cfg goes on naming the api-server, which may run elsewhere.
    speaking = [one for one in manifests.objects if names(one, component.account)]
    left = of(manifests, component) + [one for one in speaking if one["kind"] != "ConfigMap"]
    assert [identity(one) for one in left] == []


@pytest.mark.parametrize(
    "component", [one for one in COMPONENTS if one.switchable and one.key != "postgresql"], ids=str
)
def test_no_policy_names_a_disabled_component(render: Render, component: Component):
    manifests = render(without(component))
    found = [identity(one) for one in manifests.of("NetworkPolicy") if names(one, component.label)]
    assert found == []


def names(manifest: Mapping[str, Any], name: str) -> bool:
    """Return whether an object has a name, and not only a longer one that begins with it."""
    longer = [one.label for one in COMPONENTS if f"{name}-" in f"airflow-{one.label}"]
    text = str(manifest)
    for one in longer:
        text = text.replace(one, "")
    return name in text


def without(component: Component) -> dict[str, Any]:
    """Values in which all components but one are on, and nothing is missing for that."""
    values: dict[str, Any] = {key: dict(block) for key, block in ALL_ON.items()}
    values[component.key] = {"enabled": False}
    if component.key in ("postgresql", "createSecretsJob"):
        values["pgbouncer"] = {
            "enabled": True,
            "configSecretName": "outside",
            "metricsExporterSidecar": {"statsSecretName": "outside"},
        }
    if component.key == "postgresql":
        values["data"] = {"metadataSecretName": "outside"}
        values["networkPolicies"] = {"database": {"cidrs": ["10.1.0.0/16"]}}
    if component.key == "createSecretsJob":
        values["fernetKeySecretName"] = values["jwtSecretName"] = "outside"
        values["apiSecretKeySecretName"] = "outside"
        values["data"] = {"metadataSecretName": "outside"}
        values["postgresql"] = {"auth": {"existingSecret": "outside"}}
        values["createUserJob"] = {
            "enabled": True,
            "defaultUser": {"passwordSecretName": "outside"},
        }
    return values


@pytest.mark.parametrize("component", DEPLOYMENTS, ids=str)
def test_two_pods_of_a_component_prefer_two_nodes(all_on: Manifests, component: Component):
    rule = all_on.pod(component.label).spec["affinity"]["podAntiAffinity"]
    term = rule["preferredDuringSchedulingIgnoredDuringExecution"][0]["podAffinityTerm"]
    assert term == {
        "topologyKey": "kubernetes.io/hostname",
        "labelSelector": {"matchLabels": selector(component)},
    }


def test_tasks_may_share_a_node(all_on: Manifests):
    assert "affinity" not in all_on.pod("worker").spec
