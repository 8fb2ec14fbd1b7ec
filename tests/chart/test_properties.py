"""What holds for everything that is rendered: defaults, everything on, every shipped release."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import yaml

from scripts.manifests import identity
from scripts.releases.render import KUBE_VERSION, helm_template
from tests.chart.cases import Case
from tests.chart.pod_security import violations
from tests.chart.references import container_mounts, dangling, names_in, references
from tests.conftest import EVERYTHING_ON
from tests.rendered import Container, Manifests, Pod
from tests.schemas import SUPPORTED, problems


def offenders(case: Case, question: Callable[[Pod, Container], Any]) -> dict[str, Any]:
    """Containers to which a question has an answer, by pod and name; never without containers."""
    asked = {f"{pod}:{c.name}": question(pod, c) for pod, c in case.manifests.containers()}
    assert asked
    return {name: answer for name, answer in asked.items() if answer}


def twice(things: Iterable[Any]) -> list[Any]:
    things = list(things)
    return sorted({str(thing) for thing in things if things.count(thing) > 1})


def test_every_pod_is_restricted(case: Case):
    found = {str(pod): violations(pod.spec) for pod in case.pods.values()}
    assert found
    assert {pod: why for pod, why in found.items() if why} == {}


def test_every_root_is_read_only(case: Case):
    assert offenders(case, lambda _, c: c.security.get("readOnlyRootFilesystem") is not True) == {}


def test_every_container_says_what_it_needs(case: Case):
    def lacking(_: Pod, container: Container) -> list[str]:
        resources = container.spec.get("resources") or {}
        wanted = {("requests", "cpu"), ("requests", "memory"), ("limits", "memory")}
        return sorted(f"{a}.{b}" for a, b in wanted if b not in resources.get(a, {}))

    assert offenders(case, lacking) == {}


def test_every_image_is_a_known_one(case: Case):
    def unknown(_: Pod, container: Container) -> bool:
        tag = container.image.rpartition("/")[2].partition(":")[2]
        return "@sha256:" not in container.image and tag in ("", "latest")

    assert offenders(case, unknown) == {}


def test_every_reference_is_to_something(case: Case):
    assert list(references(case))
    assert dangling(case, names_in(case.values)) == []


def test_no_variable_is_there_twice(case: Case):
    found = offenders(case, lambda _, c: twice(e["name"] for e in c.spec.get("env") or []))
    assert found == {}


def test_nothing_is_mounted_over_something_else(case: Case):
    def shadowed(_: Pod, container: Container) -> list[str]:
        return twice(mount["mountPath"] for mount in container.spec.get("volumeMounts") or [])

    assert offenders(case, shadowed) == {}


def test_every_mount_is_of_a_volume_and_every_volume_is_mounted(case: Case):
    wrong = {}
    for pod in case.pods.values():
        mounted = {m["name"] for c in pod.containers for m in c.mounts.values()}
        if mounted != pod.volumes.keys():
            wrong[str(pod)] = mounted ^ pod.volumes.keys()
    assert wrong == {}


def test_names_inside_a_pod_are_unique(case: Case):
    found = {
        str(pod): twice(
            [
                *(("container", c["name"]) for c in pod.spec["containers"]),
                *(("container", c["name"]) for c in pod.spec.get("initContainers") or []),
                *(("volume", v["name"]) for v in pod.spec.get("volumes") or []),
                *(("port", name) for c in pod.containers for name in c.ports),
            ]
        )
        for pod in case.pods.values()
    }
    assert {pod: names for pod, names in found.items() if names} == {}


def test_secrets_are_mounted_read_only(case: Case):
    wrong = [
        f"{pod}: {volume['name']}"
        for pod in case.pods.values()
        for volume in pod.volumes.values()
        if "secret" in volume
        and not all(mount.get("readOnly") for mount in container_mounts(pod, volume))
    ]
    assert wrong == []


def test_every_main_container_can_write_to_its_temporary_folder(case: Case):
    mounts = {name: pod.main.mounts["/tmp"]["name"] for name, pod in case.pods.items()}
    assert mounts
    assert [n for n, tmp in mounts.items() if "emptyDir" not in case.pods[n].volumes[tmp]] == []


@pytest.mark.parametrize("version", SUPPORTED)
def test_kubernetes_takes_every_object(case: Case, version: str):
    found = {identity(one): problems(one, version) for one in case.manifests.objects}
    template = case.manifests.pod_template_manifest
    assert template
    found["the pod of a task"] = problems(template, version)
    assert {name: why for name, why in found.items() if why} == {}


def test_every_service_leads_to_a_port_of_a_pod(case: Case):
    wrong = []
    for service in case.manifests.of("Service"):
        spec = service["spec"]
        ports = {
            name
            for component, end in case.ends.items()
            if spec["selector"].items() <= end.labels.items()
            for name in end.ports
        }
        wrong += [
            f"{identity(service)}: {port['targetPort']}"
            for port in spec["ports"]
            if port["targetPort"] not in ports
        ]
    assert wrong == []


def test_every_disruption_budget_and_policy_selects_a_pod(case: Case):
    def selected(manifest: dict[str, Any]) -> bool:
        spec = manifest["spec"]
        labels = (spec.get("podSelector") or spec.get("selector") or {}).get("matchLabels") or {}
        return any(labels.items() <= pod.labels.items() for pod in case.pods.values())

    found = {
        identity(one)
        for one in case.manifests.of("PodDisruptionBudget", "NetworkPolicy")
        if not selected(one)
    }
    # The policy of pods that tasks launch: they come later.
    assert found <= {"NetworkPolicy/airflow-tasks-policy"}


def test_every_name_is_one_that_kubernetes_takes(case: Case):
    names = [one["metadata"]["name"] for one in case.manifests.objects]
    assert [name for name in names if len(name) > 63 or name != name.lower()] == []


def test_no_object_is_a_hook_but_those_of_helm_test(case: Case):
    hooks = [
        identity(one)
        for one in case.manifests.tests
        if one["metadata"]["annotations"]["helm.sh/hook"] != "test"
    ]
    assert case.manifests.objects
    assert hooks == []


def test_the_same_input_makes_the_same_bytes(everything_on: Manifests):
    values = yaml.safe_load(EVERYTHING_ON.read_text())
    again = helm_template(values=values, name="airflow", namespace="airflow")
    assert again == everything_on.text, KUBE_VERSION


def test_nothing_rendered_depends_on_the_version_of_kubernetes(everything_on: Manifests):
    values = yaml.safe_load(EVERYTHING_ON.read_text())
    assert helm_template(values=values, kube_version=f"{SUPPORTED[0]}.0") == everything_on.text
