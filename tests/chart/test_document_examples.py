"""YAML blocks of documents: values that render, objects that Kubernetes accepts, and facts."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import ROOT
from scripts.releases.environment import TaskLogs
from tests.conftest import Render
from tests.rendered import Manifests
from tests.schemas import SUPPORTED, problems

PAGES = [
    ROOT / "docs" / "operations" / f"{name}.md"
    for name in ("access", "dags", "database", "network", "volumes")
]


def blocks(page: Path) -> list[tuple[str, list[dict[str, Any]]]]:
    """The YAML blocks of a page, each with the heading above it."""
    found, heading = [], ""
    for part in re.finditer(
        r"^#+ ([^\n]+)$|^ *```yaml\n(.*?)^ *```$", page.read_text(), re.M | re.S
    ):
        heading = part[1] or heading
        if part[2]:
            found.append((f"{page.stem}: {heading}", list(yaml.safe_load_all(part[2]))))
    assert found
    return found


BLOCKS = [block for page in PAGES for block in blocks(page)]
OBJECTS = [one for _, documents in BLOCKS for one in documents if "kind" in one]
FACTS = [one["taskLogs"] for _, documents in BLOCKS for one in documents if "taskLogs" in one]
VALUES = [
    pytest.param(documents[0], id=name)
    for name, documents in BLOCKS
    if not {"kind", "taskLogs"} & documents[0].keys()
]


@pytest.mark.parametrize("values", VALUES)
def test_values_of_a_document_render(render: Render, values: dict):
    assert render(values).pods()


@pytest.mark.parametrize("version", SUPPORTED)
def test_kubernetes_accepts_the_objects_of_a_document(version: str):
    assert OBJECTS
    assert [problem for one in OBJECTS for problem in problems(one, version)] == []


def test_facts_of_a_document_are_facts():
    assert [TaskLogs.model_validate(one).model_dump(exclude_none=True) for one in FACTS] == [
        {"host_path": "/var/tmp"},
        {
            "csi": {
                "driver": "efs.csi.aws.com",
                "volume_handle": "fs-0123456789abcdef0::fsap-0123456789abcdef0",
            }
        },
    ]


def example(heading: str, number: int = 0) -> dict[str, Any]:
    """Values of a document below a heading."""
    return [documents[0] for name, documents in BLOCKS if name == heading][number]


def folder(manifests: Manifests) -> dict[str, Any]:
    """The volume in the folder of Dags of the dag-processor."""
    pod = manifests.pod("dag-processor")
    return pod.volumes[pod.main.mounts["/opt/airflow/dags"]["name"]]


def test_dags_of_an_image_need_no_volume(render: Render):
    pod = render(example("dags: In the image")).pod("dag-processor")
    assert pod.main.image == "registry.example.com/payments/airflow:3.3.2-dags.7"
    assert "/opt/airflow/dags" not in pod.main.mounts


@pytest.mark.parametrize(("number", "kind"), [(0, "GitDagBundle"), (2, "S3DagBundle")])
def test_dags_of_a_bundle_are_in_the_configuration(render: Render, number: int, kind: str):
    manifests = render(example("dags: From git or a bucket", number))
    assert kind in manifests.configuration["dag_processor"]["dag_bundle_config_list"]


@pytest.mark.parametrize(("number", "claim"), [(0, "airflow-dags"), (1, "flows")])
def test_dags_of_a_claim_are_mounted(render: Render, number: int, claim: str):
    volume = folder(render(example("dags: On a claim", number)))
    assert volume["persistentVolumeClaim"]["claimName"] == claim


def test_dags_of_a_config_map_are_mounted_with_an_ignore_file(render: Render):
    manifests = render(example("dags: In a ConfigMap"))
    names = [one["configMap"]["name"] for one in folder(manifests)["projected"]["sources"]]
    assert names == ["airflow-config", "flows"]
    assert "hello.py" in manifests.find("ConfigMap", "flows")["data"]


@pytest.mark.parametrize(
    ("number", "component", "key", "value"),
    [
        (0, "scheduler", "fsGroup", 2000),
        (0, "worker", "fsGroupChangePolicy", "Always"),
        (1, "worker", "fsGroup", 2000),
        (1, "scheduler", "fsGroup", 0),
        (2, "worker", "supplementalGroups", [2000]),
        (3, "postgresql", "fsGroup", 999),
    ],
)
def test_groups_of_volumes_are_values(
    render: Render, number: int, component: str, key: str, value: Any
):
    pod = render(example("volumes: Permissions", number)).pod(component)
    assert pod.spec["securityContext"][key] == value
