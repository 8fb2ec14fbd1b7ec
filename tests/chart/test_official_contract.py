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
from tests.rendered import Manifests

CONTRACT = yaml.safe_load(Path(__file__).with_name("official_contract.yaml").read_text())
# Values of the official chart, and the blocks that have them.
OFFICIAL = {path[:length] for path in official_values() for length in range(1, len(path) + 1)}
# Kinds of the pods of tasks and of CronJobs, whose pod is elsewhere.
TEMPLATE = {
    "PodTemplate": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
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


def values_of(pod: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the samples of the values that the official chart has for a pod."""
    key, kind = pod["key"], pod["object"].split()[0]
    return {
        name: sample
        for name, sample in CONTRACT["values"].items()
        if keys(f"{key}.{name}") in OFFICIAL
        and key not in sample.get("but", [])
        and sample.get("only", kind) == kind
    }


def pod_of(manifests: Manifests, pod: dict[str, Any]) -> dict[str, Any]:
    """Return an object, and the parts of its pod, by the words with which paths begin."""
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
    return {
        "object": whole,
        "template": template["metadata"],
        "pod": spec,
        "main": main,
    } | {
        place: found(containers, place) for place in ("log-groomer", "wait-for-airflow-migrations")
    }


def label(pod: dict[str, Any]) -> str:
    return f"{pod['key']}: {pod['object']}"


@pytest.mark.parametrize("pod", CONTRACT["pods"], ids=label)
def test_values_of_a_component_are_where_the_official_chart_has_them(taken, pod: dict[str, Any]):
    samples = values_of(pod)
    values = reduce(
        merged,
        [at(keys(f"{pod['key']}.{name}"), sample["is"]) for name, sample in samples.items()],
        pod.get("values", {}),
    )
    parts = pod_of(taken(values, **RELEASE), pod)
    wanted = {name: sample.get("reads", sample["is"]) for name, sample in samples.items()}
    assert len(wanted) > 5
    assert {name: found(parts, samples[name]["at"]) for name in wanted} == wanted


@pytest.mark.parametrize("name", CONTRACT["releases"])
def test_a_release_has_the_objects_of_the_official_chart(taken, name: str):
    release = CONTRACT["releases"][name]
    manifests = taken(release["values"], **RELEASE)
    wanted = {
        (title, path): value
        for title, fields in release["objects"].items()
        for path, value in (fields or {"kind": title.split()[0]}).items()
    }
    has = {(title, path): found(manifests.find(*title.split()), path) for title, path in wanted}
    assert has == wanted


def test_objects_that_several_releases_have_are_rendered_once(render: Render):
    for release in CONTRACT["releases"].values():
        names = sorted(
            (one["kind"], one["metadata"].get("namespace", ""), one["metadata"]["name"])
            for one in render(release["values"], **RELEASE).objects
        )
        assert [one for one, other in pairwise(names) if one == other] == []
