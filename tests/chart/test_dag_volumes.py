"""Dags in a ConfigMap, a Secret or a projected volume, which hold links to hidden folders."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Render
from tests.rendered import Manifests

DAGS = "/opt/airflow/dags"
READERS = ("dag-processor", "triggerer", "worker")
OURS = {
    "configMap": {
        "name": "airflow-config",
        "items": [{"key": ".airflowignore", "path": ".airflowignore"}],
    }
}
ITEMS = [{"key": "a", "path": "b.py"}]


def mounted(source: dict[str, Any], path: str = DAGS, **mount: str) -> dict[str, Any]:
    """Values with a volume of all pods."""
    return {
        "volumes": {"flows": source},
        "volumeMounts": {"flows": {"mountPath": path, "readOnly": True, **mount}},
    }


def sources(manifests: Manifests, component: str = "dag-processor") -> list[dict]:
    """The sources of the volume; a volume that is not projected has none."""
    volume = manifests.pod(component).volumes["flows"]
    assert len(volume) == 2
    return volume.get("projected", {}).get("sources", [])


@pytest.mark.parametrize(
    ("source", "projection"),
    [
        (
            {"configMap": {"name": "flows", "items": ITEMS}},
            {"configMap": {"name": "flows", "items": ITEMS}},
        ),
        (
            {"secret": {"secretName": "flows", "optional": True}},
            {"secret": {"name": "flows", "optional": True}},
        ),
        (
            {"projected": {"sources": [{"secret": {"name": "flows"}}]}},
            {"secret": {"name": "flows"}},
        ),
    ],
    ids=["ConfigMap", "Secret", "projected volume"],
)
@pytest.mark.parametrize("component", READERS)
def test_dags_in_a_volume_of_links_get_an_ignore_file_that_theirs_overrides(
    render: Render, source: dict, projection: dict, component: str
):
    assert sources(render(mounted(source)), component) == [OURS, projection]


@pytest.mark.parametrize("kind", ["configMap", "secret", "projected"])
def test_the_mode_of_the_files_stays(render: Render, kind: str):
    said = {"projected": {"sources": [{"configMap": {"name": "flows"}}]}}
    source = {**said.get(kind, {}), "defaultMode": 0o440}
    volume = render(mounted({kind: source})).pod("dag-processor").volumes["flows"]
    assert volume["projected"]["defaultMode"] == 0o440


@pytest.mark.parametrize(
    "values",
    [
        mounted({"configMap": {"name": "flows"}}, f"{DAGS}/"),
        mounted({"configMap": {"name": "flows"}}, f"{DAGS}/team/flows"),
        {**mounted({"configMap": {"name": "flows"}}, "/dags"), "dags": {"mountPath": "/dags"}},
        {
            **mounted({"configMap": {"name": "flows"}}, "/bundle/flows"),
            "dagProcessor": {
                "dagBundleConfigList": [
                    {
                        "name": "flows",
                        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
                        "kwargs": {"path": "/bundle"},
                    }
                ]
            },
        },
        {
            "dagProcessor": {
                "extraVolumes": [{"name": "flows", "configMap": {"name": "flows"}}],
                "extraVolumeMounts": [{"name": "flows", "mountPath": DAGS}],
            }
        },
        {
            "volumes": {"flows": {"configMap": {"name": "flows"}}},
            "dagProcessor": {"extraVolumeMounts": {"flows": {"mountPath": DAGS}}},
        },
    ],
    ids=["slash", "below", "mountPath", "bundle", "component", "volume of all, mount of one"],
)
def test_every_folder_of_dags_is_meant(render: Render, values: dict):
    assert sources(render(values)) == [OURS, {"configMap": {"name": "flows"}}]


@pytest.mark.parametrize(
    "values",
    [
        mounted({"configMap": {"name": "flows"}}, f"{DAGS}-of-others"),
        mounted({"configMap": {"name": "flows"}}, f"{DAGS}/one.py", subPath="one.py"),
        mounted({"persistentVolumeClaim": {"claimName": "flows"}}),
        mounted({"emptyDir": {}}),
    ],
    ids=["elsewhere", "one file", "a claim", "an emptyDir"],
)
def test_other_volumes_are_left_as_they_are(render: Render, values: dict):
    assert sources(render(values)) == []
    assert render(values).pod("dag-processor").volumes["flows"] == {
        "name": "flows",
        **values["volumes"]["flows"],
    }


def test_a_component_without_dags_is_left_as_it_is(render: Render):
    manifests = render(mounted({"configMap": {"name": "flows"}}))
    assert sources(manifests, "api-server") == []


@pytest.mark.parametrize("namespace", ["airflow", "apart"])
def test_the_ignore_file_is_where_its_readers_run(render: Render, namespace: str):
    manifests = render({"tasks": {"namespace": namespace}})
    found = {
        one["metadata"]["namespace"]: one["data"][".airflowignore"]
        for one in manifests.of("ConfigMap")
        if one["metadata"]["name"] == "airflow-config"
    }
    assert found.keys() == {"airflow", namespace}


HIDDEN = ["..data", "..2026_11_29_17_00_00.1234567", "..data_tmp"]
SEEN = ["hello.py", "nested", "d.py", ".hidden.py", "2026.py"]


def test_the_pattern_means_the_same_in_both_syntaxes_of_airflow(defaults: Manifests):
    """A glob is translated as gitignore does; a regular expression is searched for."""
    (pattern,) = defaults.find("ConfigMap", "airflow-config")["data"][".airflowignore"].split()
    glob = re.compile(pattern.replace("*", "[^/]*"))
    names = [*HIDDEN, *SEEN]
    assert [name for name in names if glob.fullmatch(name)] == HIDDEN
    assert [name for name in names if re.search(pattern, name)] == HIDDEN


def test_the_example_dags_ignore_what_the_chart_ignores():
    lines = (Path(__file__).parents[2] / "dags" / ".airflowignore").read_text().splitlines()
    assert "..*" in lines
