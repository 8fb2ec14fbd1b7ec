"""Dags in an image that pods mount as a volume."""

from typing import Any

import pytest

from tests.chart.cases import merged
from tests.conftest import Render
from tests.rendered import Manifests
from tests.schemas import SUPPORTED, problems

READERS = {"dag-processor", "triggerer", "worker"}
DIGEST = f"sha256:{'0123456789abcdef' * 4}"
IMAGE = {"repository": "registry.example.com/payments/dags", "tag": "7", "subPath": "dags"}


@pytest.fixture
def mounted(render: Render):
    """The manifests with an image of Dags."""

    def act(glob: dict[str, Any] | None = None, /, **settings: Any) -> Manifests:
        return render(merged({"dags": {"image": {**IMAGE, **settings}}}, glob or {}))

    return act


def readers(manifests: Manifests) -> set[str]:
    return {pod.component for pod in manifests.pods() if "dags" in pod.volumes}


def test_pods_that_read_dags_mount_it_read_only(mounted):
    manifests = mounted()
    assert readers(manifests) == READERS
    for component in READERS:
        assert manifests.pod(component).main.mounts["/opt/airflow/dags"] == {
            "name": "dags",
            "mountPath": "/opt/airflow/dags",
            "readOnly": True,
            "subPath": "dags",
        }


def test_schedulers_and_celery_workers_that_run_tasks_mount_it(mounted):
    manifests = mounted({"executor": "LocalExecutor,CeleryExecutor"})
    assert readers(manifests) == {"dag-processor", "triggerer", "scheduler", "worker"}


@pytest.mark.parametrize(
    ("settings", "image"),
    [
        ({}, {"reference": f"{IMAGE['repository']}:7", "pullPolicy": "IfNotPresent"}),
        (
            {"digest": DIGEST, "pullPolicy": "Always"},
            {"reference": f"{IMAGE['repository']}@{DIGEST}", "pullPolicy": "Always"},
        ),
    ],
    ids=["tag", "digest"],
)
def test_the_volume_names_the_image_as_kubernetes_does(mounted, settings: dict, image: dict):
    assert mounted(**settings).pod("worker").volumes["dags"] == {"name": "dags", "image": image}


def test_it_follows_the_folder_of_dags(mounted):
    manifests = mounted({"dags": {"mountPath": "/dags"}})
    assert manifests.configuration["core"]["dags_folder"] == "/dags"
    assert manifests.pod("worker").main.mounts["/dags"]["name"] == "dags"


def test_no_pod_has_it_by_default(defaults: Manifests):
    assert readers(defaults) == set()


def test_kubernetes_accepts_the_objects(mounted):
    found = [one for one in mounted().objects if one["kind"] == "Deployment"]
    assert found
    assert [text for one in found for text in problems(one, SUPPORTED[-1])] == []
