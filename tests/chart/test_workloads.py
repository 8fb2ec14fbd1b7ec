"""Settings that only some components have: those of Deployments, and the numbers of probes."""

from typing import Any

import pytest

from scripts.values import AirflowValues
from tests.chart.components import (
    ALL_ON,
    COMPONENTS,
    DEPLOYMENTS,
    RESTRICTED,
    Component,
    everywhere,
)
from tests.conftest import Render
from tests.rendered import Container, Manifests


@pytest.mark.parametrize("component", DEPLOYMENTS, ids=str)
class TestDeployments:
    """Settings of Deployments."""

    @pytest.mark.parametrize("replicas", [0, 3])
    def test_replicas(self, render: Render, component: Component, replicas: int):
        manifests = render(everywhere({"replicas": replicas}, DEPLOYMENTS))
        assert manifests.workload(component.label)["spec"]["replicas"] == replicas

    def test_strategy(self, render: Render, component: Component):
        manifests = render(everywhere({"strategy": {"type": "Recreate"}}, DEPLOYMENTS))
        assert manifests.workload(component.label)["spec"]["strategy"]["type"] == "Recreate"

    @pytest.mark.parametrize("history", [0, 3])
    def test_history_of_the_component_overrides_the_global_one(
        self, render: Render, component: Component, history: int
    ):
        values = everywhere({"revisionHistoryLimit": history}, DEPLOYMENTS)
        spec = render({**values, "revisionHistoryLimit": 7}).workload(component.label)["spec"]
        assert spec["revisionHistoryLimit"] == history

    def test_history_is_global_otherwise(self, render: Render, component: Component):
        spec = render({"revisionHistoryLimit": 7}).workload(component.label)["spec"]
        assert spec["revisionHistoryLimit"] == 7

    def test_a_disruption_budget_selects_the_pods(self, render: Render, component: Component):
        manifests = render(everywhere({"podDisruptionBudget": {"enabled": True}}, DEPLOYMENTS))
        budget = manifests.find("PodDisruptionBudget", f"{component.name}-pdb")["spec"]
        selector = manifests.workload(component.label)["spec"]["selector"]
        assert budget == {
            "selector": selector,
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        }

    def test_a_minimum_replaces_the_default(self, render: Render, component: Component):
        # Kubernetes refuses a budget with both.
        budget = {"enabled": True, "config": {"minAvailable": 1}}
        manifests = render(everywhere({"podDisruptionBudget": budget}, DEPLOYMENTS))
        spec = manifests.find("PodDisruptionBudget", f"{component.name}-pdb")["spec"]
        assert spec.keys() == {"selector", "minAvailable", "unhealthyPodEvictionPolicy"}

    def test_there_is_no_disruption_budget_by_default(
        self, defaults: Manifests, component: Component
    ):
        assert not defaults.has("PodDisruptionBudget", f"{component.name}-pdb")

    def test_the_wait_can_be_left_out(self, render: Render, component: Component):
        manifests = render(everywhere({"waitForMigrations": {"enabled": False}}, DEPLOYMENTS))
        assert [c.name for c in manifests.pod(component.label).containers] == [component.container]

    def test_the_wait_has_settings_of_its_own(self, render: Render, component: Component):
        wait = {"env": {"MINE": "1"}, "securityContexts": {"container": {"runAsGroup": 4321}}}
        values = everywhere({"waitForMigrations": wait}, DEPLOYMENTS)
        manifests = render({**values, "env": {"ALL": "2"}})
        container = manifests.pod(component.label).container("wait-for-airflow-migrations")
        assert {"MINE": "1", "ALL": "2"}.items() <= container.env.items()
        assert container.security == {**RESTRICTED, "runAsGroup": 4321}

    @pytest.mark.parametrize("evict", [True, False])
    def test_autoscalers_get_their_annotations(
        self, render: Render, component: Component, evict: bool
    ):
        pod = render(everywhere({"safeToEvict": evict}, DEPLOYMENTS)).pod(component.label)
        said = pod.annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"]
        assert said == str(evict).lower()
        assert pod.annotations.get("karpenter.sh/do-not-disrupt") == (None if evict else "true")


NUMBERS = {
    "initialDelaySeconds": 11,
    "periodSeconds": 12,
    "timeoutSeconds": 13,
    "failureThreshold": 14,
}
PROBES = [
    pytest.param(component, key, id=f"{component}-{key}")
    for component in COMPONENTS
    # A task pod has no probes, and what is off by default has tests of its own.
    if component.kind != "TaskPod" and component.key not in ALL_ON
    for key in AirflowValues().model_dump(by_alias=True)[component.key]
    if key.endswith("Probe")
]


def probed(render: Render, component: Component, settings: dict[str, Any]) -> Container:
    """The main container of a component when every probe of all of them has these settings."""
    values: dict[str, Any] = {}
    for one, key in (case.values for case in PROBES):
        values.setdefault(one.key, {})[key] = settings
    return render(values).pod(component.label).main


@pytest.mark.parametrize(("component", "key"), PROBES)
def test_the_numbers_of_a_probe_are_settings(render: Render, component: Component, key: str):
    assert NUMBERS.items() <= probed(render, component, NUMBERS).spec[key].items()


@pytest.mark.parametrize(("component", "key"), PROBES)
def test_a_probe_can_be_left_out(render: Render, component: Component, key: str):
    assert key not in probed(render, component, {"enabled": False}).spec


@pytest.mark.parametrize(("component", "key"), PROBES)
def test_a_probe_is_one_check_and_its_numbers(defaults: Manifests, component: Component, key: str):
    probe = defaults.pod(component.label).main.spec[key]
    assert len(probe.keys() & {"httpGet", "exec", "tcpSocket"}) == 1
    assert probe.keys() <= {"httpGet", "exec", *NUMBERS}
