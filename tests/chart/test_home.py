"""Libraries of Dags can write to the cache and configuration folders of the user's home."""

from typing import Any

import pytest

from tests.chart.tables import TABLES
from tests.conftest import Render
from tests.rendered import Manifests, Pod

DAG_CODE = {name for name, row in TABLES.components.items() if row.get("readsDags") is True}
FOLDERS = (".cache", ".config")


def written(pod: Pod, home: str) -> list[str]:
    """The folders of a home that are volumes of their own in the main container."""
    return [
        path
        for path, mount in pod.main.mounts.items()
        if path.startswith(home) and pod.volumes[mount["name"]].get("emptyDir") == {}
        if not mount.get("readOnly")
    ]


def homes(manifests: Manifests, home: str) -> dict[str, list[str]]:
    found = {pod.component: written(pod, home) for pod in manifests.pods()}
    return {component: folders for component, folders in found.items() if folders}


def test_the_folders_are_writable_where_dag_code_runs(defaults: Manifests):
    wanted = [f"/home/airflow/{folder}" for folder in FOLDERS]
    assert homes(defaults, "/home/airflow") == dict.fromkeys(DAG_CODE, wanted)
    assert "worker" in DAG_CODE


def test_the_home_folder_itself_is_not_covered(defaults: Manifests):
    # The public image keeps Airflow in it.
    covering = ("/", "/home", "/home/airflow", "/home/airflow/.local")
    assert [path for _, c in defaults.containers() for path in c.mounts if path in covering] == []


@pytest.mark.parametrize("home", ["/home/other", "/home/other/"])
def test_another_image_can_have_another_home(render: Render, home: str):
    manifests = render({"userHome": home})
    wanted = [f"/home/other/{folder}" for folder in FOLDERS]
    assert homes(manifests, "/home") == dict.fromkeys(DAG_CODE, wanted)


def test_the_folders_can_be_left_out(render: Render):
    assert homes(render({"userHome": None}), "/home") == {}


@pytest.mark.parametrize(
    "values",
    [
        {"workers": {"extraVolumeMounts": {"home": {"mountPath": "/home/airflow"}}}},
        {"workers": {"extraVolumeMounts": [{"name": "home", "mountPath": "/home/airflow/"}]}},
        {"volumeMounts": {"home": {"mountPath": "/home/airflow"}}},
        {
            "workers": {
                "kubernetes": {"extraVolumeMounts": {"home": {"mountPath": "/home/airflow"}}}
            }
        },
    ],
)
def test_a_home_of_values_is_not_covered(render: Render, values: dict[str, Any]):
    home = {"volumes": {"home": {"persistentVolumeClaim": {"claimName": "home"}}}}
    worker = render({**home, **values}).pod("worker")
    assert written(worker, "/home") == []
    assert {path.rstrip("/") for path in worker.main.mounts if path.startswith("/home")} == {
        "/home/airflow"
    }


def test_a_volume_of_values_replaces_one_of_the_folders(render: Render):
    mount = {"models": {"mountPath": "/home/airflow/.cache"}}
    claim = {"models": {"persistentVolumeClaim": {"claimName": "models"}}}
    worker = render({"workers": {"extraVolumes": claim, "extraVolumeMounts": mount}}).pod("worker")
    assert worker.main.mounts["/home/airflow/.cache"]["name"] == "models"
    assert written(worker, "/home") == ["/home/airflow/.config"]
