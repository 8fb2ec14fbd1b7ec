"""Users and tools of the official chart find its objects, names, containers, ports and values.

official_contract.yaml states what they rely on.
"""

from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.values.official import KeyPath
from scripts.values.official_tables import official_values
from tests.chart.cases import merged
from tests.chart.sentinels import at
from tests.conftest import Render
from tests.rendered import Manifests, component_of, labels

CONTRACT = yaml.safe_load(Path(__file__).with_name("official_contract.yaml").read_text())
# Values of the official chart, and the blocks that have them.
OFFICIAL = {path[:length] for path in official_values() for length in range(1, len(path) + 1)}
# Kinds of the pods of tasks and of CronJobs, whose pod is elsewhere.
TEMPLATE = {
    "PodTemplate": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
# Kinds of objects that belong to a workload, by the words with which paths begin.
BESIDE = {
    "account": "ServiceAccount",
    "service": "Service",
    "budget": "PodDisruptionBudget",
    "policy": "NetworkPolicy",
    "hpa": "HorizontalPodAutoscaler",
    "keda": "ScaledObject",
}
# Values that exclude each other are in groups of a render each.
GROUPS = list(dict.fromkeys(one.get("group", "") for one in CONTRACT["values"].values()))
GLOBAL_GROUPS = list(dict.fromkeys(one.get("group", "") for one in CONTRACT["globals"].values()))
ANY = "<any>"
RELEASE = {"name": "release-name", "namespace": "default"}


def keys(path: str) -> KeyPath:
    return tuple(path.split("."))


def found(thing: Any, path: str) -> Any:
    """Return what is at a path; None when there is nothing."""
    return reduce(below, path.split(), thing)


def below(thing: Any, key: str) -> Any:
    if isinstance(thing, dict):
        return thing.get(key)
    if not isinstance(thing, list):
        return None
    if key == "*":
        return [item["name"] for item in thing]
    if key.lstrip("-").isdigit():
        return thing[int(key)] if thing else None
    return next((item for item in thing if item["name"].endswith(key)), None)


def samples_of(pod: dict[str, Any], group: str) -> dict[str, dict[str, Any]]:
    """Return the samples of a group of values that the official chart has for a pod."""
    kind = pod["object"].split()[0]
    of_pod = pod.get("rows", pod["key"])
    return {
        name: sample
        for name, sample in CONTRACT["values"].items()
        if sample.get("group", "") == group
        and keys(f"{of_pod}.{sample.get('value', name)}") in OFFICIAL
        and keys(f"{of_pod}.{sample.get('has', 'labels')}") in OFFICIAL
        and not {pod["key"], kind} & {*sample.get("but", [])}
        and kind in sample.get("only", [kind])
    }


def stated(samples: dict[str, dict[str, Any]], key: str = "") -> dict[str, Any]:
    """Return the values of samples, those of a component below its key."""
    return reduce(
        merged,
        [
            at(keys(f"{key}.{sample.get('value', name)}".strip(".")), sample["is"])
            for name, sample in samples.items()
        ],
        {},
    )


def of_release(group: str, pod: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Return the samples of a group of values of the release; those that a pod has."""
    return {
        name: sample
        for name, sample in CONTRACT["globals"].items()
        if sample.get("group", "") == group and not (pod and pod["key"] in sample.get("but", []))
    }


def parts_of(manifests: Manifests, pod: dict[str, Any]) -> dict[str, Any]:
    """Return what paths of samples begin with: the parts of an object, and what belongs to it."""
    kind, name = pod["object"].split()
    if kind == "PodTemplate":
        text = manifests.find("ConfigMap", "release-name-config")["data"]["pod_template_file.yaml"]
        whole = template = yaml.safe_load(text)
    else:
        whole = manifests.find(kind, name)
        template = found(whole, " ".join(TEMPLATE.get(kind, ("spec", "template"))))
    spec = template["spec"]
    containers = spec["containers"] + spec.get("initContainers", [])
    main = next(one for one in containers if one["name"] == pod["container"])
    of_set = f"-{pod['set']}" if "set" in pod else ""
    base = name.removesuffix(of_set)
    named = {"budget": f"{base}-pdb{of_set}", "policy": f"{base}-policy{of_set}"}
    others = {"account": spec.get("serviceAccountName"), "service": name, **named}
    beside = {
        place: manifests.find(BESIDE[place], others.get(place, name))
        for place in BESIDE
        if manifests.has(BESIDE[place], others.get(place, name))
    }
    parts = {"object": whole, "template": template["metadata"], "pod": spec, "main": main}
    return parts | beside | {one["name"]: one for one in containers}


def reads(parts: dict[str, Any], sample: dict[str, Any]) -> list[Any]:
    """Return what is at the paths of a sample; a container is found by the end of its name."""
    return [
        found(next((part for name, part in parts.items() if name.endswith(place)), None), rest)
        for place, _, rest in (path.partition(" ") for path in listed(sample["at"]))
    ]


def listed(paths: str | list[str]) -> list[str]:
    return [paths] if isinstance(paths, str) else paths


def title(pod: dict[str, Any]) -> str:
    return f"{pod['key']}: {pod['object']}"


def differing(taken: Render, pod: dict[str, Any], samples: dict[str, Any], values: dict[str, Any]):
    """Return what differs from samples: name -> (what is there, what should be)."""
    parts = parts_of(taken(values, **RELEASE), pod)
    wanted = {
        name: [sample.get("reads", sample["is"])] * len(listed(sample["at"]))
        for name, sample in samples.items()
    }
    has = {name: reads(parts, sample) for name, sample in samples.items()}
    return {name: (has[name], wanted[name]) for name in samples if has[name] != wanted[name]}


@pytest.mark.parametrize("pod", CONTRACT["pods"], ids=title)
@pytest.mark.parametrize("group", GROUPS)
def test_values_of_a_component_are_where_the_official_chart_has_them(
    taken, pod: dict[str, Any], group: str
):
    samples = samples_of(pod, group)
    values = reduce(
        merged, [stated(of_release("")), stated(samples, pod["key"])], pod.get("values", {})
    )
    assert samples or group
    assert not samples or differing(taken, pod, samples, values) == {}


@pytest.mark.parametrize("pod", CONTRACT["pods"], ids=title)
@pytest.mark.parametrize("group", GLOBAL_GROUPS)
def test_values_of_the_release_are_in_each_pod_that_has_them_in_the_official_chart(
    taken, pod: dict[str, Any], group: str
):
    samples = of_release(group, pod)
    values = reduce(merged, [stated(samples), at(keys(pod["key"]), {})], pod.get("values", {}))
    assert differing(taken, pod, samples, values) == {}


@pytest.mark.parametrize("name", CONTRACT["releases"])
def test_a_release_has_the_objects_of_the_official_chart(taken, name: str):
    release = CONTRACT["releases"][name]
    manifests = taken(release["values"], **RELEASE)
    wanted = {
        (title, path): value
        for title, fields in release.get("objects", {}).items()
        for path, value in (fields or {"kind": title.split()[0]}).items()
    }
    has = {(title, path): found(object_of(manifests, title), path) for title, path in wanted}
    has = {
        key: ANY if wanted[key] == ANY and value is not None else value
        for key, value in has.items()
    }
    extra = [title for title in release.get("absent", []) if manifests.has(*title.split())]
    assert {key: (has[key], wanted[key]) for key in wanted if has[key] != wanted[key]} == {}
    assert extra == []


def object_of(manifests: Manifests, title: str) -> Any:
    """Return the object of a kind with a name, a pod template, or airflow.cfg: its sections."""
    if title == "airflow.cfg":
        return {name: dict(keys) for name, keys in manifests.configuration.items()}
    if title == "PodTemplate":
        return manifests.pod_template_manifest
    return manifests.find(*title.split())


def test_every_object_has_the_labels_of_the_official_chart(render: Render):
    manifests = render(CONTRACT["releases"]["everything around"]["values"], **RELEASE)
    wanted = {"release": "release-name", "heritage": "Helm", "tier": "airflow"}
    without = [
        one["metadata"]["name"]
        for one in manifests.objects
        if not wanted.items() <= labels(one).items()
        or not labels(one)["chart"].startswith("airflow-")
    ]
    assert without == []


def test_a_workload_selects_its_pods_by_the_three_labels_of_the_official_chart(render: Render):
    manifests = render(CONTRACT["releases"]["everything around"]["values"], **RELEASE)
    selectors = [
        (one["spec"]["selector"]["matchLabels"], component_of(one))
        for one in manifests.of("Deployment", "StatefulSet")
    ]
    assert selectors
    assert [
        labels
        for labels, component in selectors
        if labels != {"tier": "airflow", "component": component, "release": "release-name"}
    ] == []


def test_objects_that_several_releases_have_are_rendered_once(render: Render):
    for release in CONTRACT["releases"].values():
        names = sorted(
            (one["kind"], one["metadata"].get("namespace", ""), one["metadata"]["name"])
            for one in render(release["values"], **RELEASE).objects
        )
        assert [one for one, other in pairwise(names) if one == other] == []
