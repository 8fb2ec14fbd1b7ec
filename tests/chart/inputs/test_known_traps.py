"""Dags in a volume of links: Airflow finds its own folder again, which the chart sees coming."""

from typing import Any

import pytest

from tests.chart.inputs.asked import answered, rendered
from tests.rendered import Manifests

DAGS = "/opt/airflow/dags"
# Kubernetes makes these volumes of links.
LINKED: dict[str, dict[str, Any]] = {
    "ConfigMap": {"configMap": {"name": "flows"}},
    "Secret": {"secret": {"secretName": "flows"}},
    "projected": {"projected": {"sources": [{"configMap": {"name": "flows"}}]}},
}


def mounted(volume: dict[str, Any], **mount: Any) -> dict[str, Any]:
    return {
        "volumes": {"flows": volume},
        "volumeMounts": {"flows": {"mountPath": DAGS, "readOnly": True, **mount}},
    }


def ignores_links(manifests: Manifests, component: str) -> bool:
    """True if the volume of Dags has an ignore file, or each file is mounted by its key."""
    pod = manifests.pod(component)
    if DAGS not in pod.main.mounts:
        return True
    sources = pod.volumes[pod.main.mounts[DAGS]["name"]].get("projected", {}).get("sources", [])
    items = [item for source in sources for item in source.get("configMap", {}).get("items", [])]
    return ".airflowignore" in [item["path"] for item in items]


@pytest.mark.parametrize("volume", list(LINKED.values()), ids=LINKED)
def test_dags_in_a_volume_of_links_are_found_or_the_notes_warn(notes, volume: dict[str, Any]):
    values = mounted(volume)
    found = answered(values)
    if found.sentences or not ignores_links(found.manifests, "dag-processor"):
        said = found.sentences or notes(values).split("\n\n")
        assert any("flows" in line and ".airflowignore" in line for line in said)


@pytest.mark.parametrize(
    "volume", [{"persistentVolumeClaim": {"claimName": "flows"}}, {"emptyDir": {}}]
)
def test_dags_in_another_volume_need_no_ignore_file(notes, volume: dict[str, Any]):
    assert ".airflowignore" not in notes(mounted(volume))


def test_a_folder_beside_the_dags_needs_no_ignore_file(notes):
    values = mounted(LINKED["ConfigMap"], mountPath="/opt/airflow/lookup")
    assert ".airflowignore" not in notes(values)
    assert "/opt/airflow/lookup" in rendered(values).pod("dag-processor").main.mounts
