"""Labels and annotations of pods and workloads, and the ServiceAccounts of components."""

import pytest

from tests.chart.cases import merged
from tests.chart.components import (
    AIRFLOW,
    COMPONENTS,
    CRON_JOBS,
    JOBS,
    Component,
    everywhere,
)
from tests.conftest import Render


def test_labels_are_those_of_the_pod(pod):
    labels = pod({"labels": {"who": "component"}}, {"labels": {"who": "global", "all": "1"}}).labels
    assert {"who": "component", "all": "1"}.items() <= labels.items()


def test_labels_reach_the_objects_of_the_component(render: Render, component: Component):
    manifests = render(everywhere({"labels": {"who": "component"}}))
    kinds = ("Service", "ServiceAccount", "NetworkPolicy", "PodDisruptionBudget")
    others = [
        one
        for one in manifests.of(*kinds)
        if one["metadata"]["labels"]["component"] == component.label
        and "pod-launcher" not in one["metadata"]["name"]
        and "tasks-policy" not in one["metadata"]["name"]
    ]
    assert {one["metadata"]["labels"].get("who") for one in others} == {"component"}


@pytest.mark.parametrize("name", ["no", "on", "null", "y"])
def test_a_release_may_have_a_name_that_yaml_would_convert(render: Render, name: str):
    manifests = render({"postgresql": {"enabled": True}}, name=name, namespace="123")
    for one in manifests.objects:
        assert one["metadata"].get("namespace", "123") == "123"
        assert one["metadata"]["labels"]["release"] == name


def test_keys_of_annotations_that_yaml_would_convert_stay_texts(render: Render):
    annotations = {"on": "a", "0123": "b", "example.com/a": "z"}
    pod = render({"scheduler": {"podAnnotations": annotations}}).pod("scheduler")
    assert annotations.items() <= pod.annotations.items()


def test_the_workload_itself_keeps_its_labels(render: Render):
    manifests = render(everywhere({"labels": {"who": "component"}}))
    found = [m["metadata"]["labels"] for m in manifests.of("Deployment", "StatefulSet", "Job")]
    assert found
    assert [labels for labels in found if "who" in labels] == []


def test_annotations_of_pods_override_the_global_ones(render: Render, component: Component):
    # The pods of a Job are annotated by `annotations`, as in the official chart.
    others = tuple(one for one in COMPONENTS if one not in JOBS)
    values = merged(
        everywhere({"podAnnotations": {"who": "component"}}, others),
        everywhere({"annotations": {"who": "component"}}, JOBS),
    )
    values["airflowPodAnnotations"] = {"who": "global"}
    assert render(values).pod(component.label).annotations["who"] == "component"


@pytest.mark.parametrize("component", AIRFLOW, ids=str)
def test_global_annotations_reach_the_pods_of_airflow(pod):
    assert pod({}, {"airflowPodAnnotations": {"who": "global"}}).annotations["who"] == "global"


@pytest.mark.parametrize("component", [one for one in COMPONENTS if one.switchable], ids=str)
def test_annotations_of_the_workload_are_not_those_of_its_pods(
    render: Render, component: Component
):
    jobs = (*JOBS, *CRON_JOBS)
    others = tuple(one for one in COMPONENTS if one.switchable and one not in jobs)
    values = merged(
        everywhere({"annotations": {"who": "workload"}}, others),
        everywhere({"jobAnnotations": {"who": "workload"}}, jobs),
    )
    manifests = render(values)
    assert manifests.workload(component.label)["metadata"]["annotations"]["who"] == "workload"
    assert "who" not in manifests.pod(component.label).annotations


def test_the_account_can_have_another_name_and_annotations(render: Render, component: Component):
    values = everywhere({})
    for one in COMPONENTS:
        account = {"name": f"mine-{one.label}", "annotations": {"role": "{{ .Release.Name }}"}}
        values[one.key] = {**values[one.key], "serviceAccount": account}
    manifests = render(values)
    found = manifests.find("ServiceAccount", f"mine-{component.label}")["metadata"]
    assert found["annotations"] == {"role": "airflow"}
    assert manifests.pod(component.label).service_account == f"mine-{component.label}"


def test_an_account_that_exists_is_used_and_not_made(render: Render, component: Component):
    account = {"create": False, "name": "theirs"}
    manifests = render(everywhere({"serviceAccount": account}))
    assert not manifests.has("ServiceAccount", "theirs")
    assert manifests.pod(component.label).service_account == "theirs"


def test_without_an_account_of_its_own_a_pod_uses_the_default_one(
    render: Render, component: Component
):
    manifests = render(everywhere({"serviceAccount": {"create": False}}))
    assert not manifests.has("ServiceAccount", component.account)
    assert manifests.pod(component.label).service_account == "default"
