"""Claims for logs and Dags."""

from typing import Any

import pytest

from tests.chart.tables import TABLES
from tests.conftest import Render
from tests.rendered import Manifests

WHAT = pytest.mark.parametrize("what", ["logs", "dags"])


@pytest.fixture
def claims(render: Render):
    """The claims for settings of one kind of volume."""

    def act(what: str, **settings: Any) -> list[dict]:
        said = {what: {"persistence": {"enabled": True, **settings}}}
        return render(said).of("PersistentVolumeClaim")

    return act


def test_there_is_no_claim_by_default(defaults: Manifests):
    assert defaults.of("PersistentVolumeClaim") == []


@WHAT
def test_a_claim_is_named_after_the_release(claims, what: str):
    assert [one["metadata"]["name"] for one in claims(what)] == [f"airflow-{what}"]


@WHAT
def test_a_claim_asks_for_a_size_and_a_class(claims, what: str):
    (found,) = claims(what, size="7Gi", storageClassName="shared")
    assert found["spec"]["resources"] == {"requests": {"storage": "7Gi"}}
    assert found["spec"]["storageClassName"] == "shared"


@WHAT
def test_many_pods_can_mount_it(claims, what: str):
    assert claims(what)[0]["spec"]["accessModes"] == ["ReadWriteMany"]


def test_the_dags_may_be_read_only(claims):
    found = claims("dags", accessMode="ReadOnlyMany")
    assert found[0]["spec"]["accessModes"] == ["ReadOnlyMany"]


@WHAT
def test_a_dash_is_the_empty_storage_class(claims, what: str):
    assert claims(what, storageClassName="-")[0]["spec"]["storageClassName"] == ""


@WHAT
def test_no_storage_class_is_the_default_one(claims, what: str):
    assert "storageClassName" not in claims(what)[0]["spec"]


@WHAT
def test_it_outlives_the_release(claims, what: str):
    annotations = claims(what, annotations={"a": "b"})[0]["metadata"]["annotations"]
    assert annotations == {"helm.sh/resource-policy": "keep", "a": "b"}


@WHAT
@pytest.mark.parametrize("namespace", ["", "elsewhere"])
def test_an_existing_claim_is_used_and_not_created(render: Render, what: str, namespace: str):
    persistence = {"enabled": True, "existingClaim": "mine"}
    manifests = render({what: {"persistence": persistence}, "tasks": {"namespace": namespace}})
    assert manifests.of("PersistentVolumeClaim") == []
    volume = manifests.pod("worker").volumes[what]
    assert volume["persistentVolumeClaim"] == {"claimName": "mine"}


@pytest.mark.parametrize(
    ("what", "mounting"),
    [
        ("logs", {"api-server", "triggerer", "worker"}),
        ("dags", {name for name, row in TABLES.components.items() if row.get("readsDags") is True}),
    ],
)
def test_exactly_the_components_that_need_a_claim_mount_it(
    render: Render, what: str, mounting: set[str]
):
    manifests = render({what: {"persistence": {"enabled": True}}})
    found = {
        pod.component
        for pod in manifests.pods()
        if "persistentVolumeClaim" in pod.volumes.get(what, {})
    }
    assert found == mounting


@WHAT
def test_a_folder_of_it_can_be_mounted(render: Render, what: str):
    manifests = render({what: {"persistence": {"enabled": True, "subPath": "sub"}}})
    assert manifests.pod("worker").main.mounts[f"/opt/airflow/{what}"]["subPath"] == "sub"


def test_without_a_claim_logs_are_in_an_empty_dir(render: Render):
    manifests = render({"logs": {"emptyDirConfig": {"sizeLimit": "7Gi"}}})
    assert manifests.pod("worker").volumes["logs"] == {
        "name": "logs",
        "emptyDir": {"sizeLimit": "7Gi"},
    }
