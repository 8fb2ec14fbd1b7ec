"""The Job that writes pools, variables, connections and users of values into the database."""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scripts.paths import CHART
from tests.chart.programs import load
from tests.conftest import Render
from tests.rendered import Manifests, Pod

PASSWORD = {"name": "warehouse", "key": "password"}
USER = {"role": "Op", "email": "ada@example.com", "passwordSecret": {"name": "ada", "key": "p"}}
STATED = {
    "pools": {"warehouse": {"slots": 5}},
    "variables": {"region": "eu", "token": {"valueSecret": {"name": "api", "key": "token"}}},
    "connections": {"warehouse": {"type": "postgres", "passwordSecret": PASSWORD}},
    "users": {"ada": USER},
}


@pytest.fixture
def manifests(render: Render):
    """A release with the Job."""

    def act(**stated: Any) -> Manifests:
        return render({"syncMetadataJob": {"enabled": True, **stated}})

    return act


@pytest.fixture
def pod(manifests):
    """The Job's pod."""

    def act(**stated: Any) -> Pod:
        return manifests(**stated).pod("sync-metadata")

    return act


def test_nothing_is_synced_by_default(defaults: Manifests):
    assert "airflow-sync-metadata" not in defaults.text


def test_the_program_gets_what_values_state(pod):
    python, program, argument = pod(**STATED).main.arguments
    assert (python, Path(program).parent) == ("python", Path("/opt/programs"))
    assert (CHART / "files" / Path(program).name).exists()
    assert json.loads(argument) == STATED


def test_kubernetes_expands_no_variable_in_what_values_state(pod):
    value = "$(AIRFLOW__CORE__FERNET_KEY) $$"
    argument = pod(variables={"a": value}).main.arguments[2]
    assert "$" not in argument
    assert json.loads(argument)["variables"] == {"a": value}


def files(pod: Pod) -> dict[str, tuple[str, str]]:
    """The Secret and the key of each file that the program may read."""
    folder = str(load("sync_metadata").SECRETS)
    mount = pod.main.mounts.get(folder)
    sources = pod.volumes[mount["name"]]["projected"]["sources"] if mount else []
    return {
        item["path"]: (source["secret"]["name"], item["key"])
        for source in sources
        for item in source["secret"]["items"]
    }


def test_only_the_keys_that_values_name_are_mounted(pod):
    assert files(pod(**STATED)) == {
        "ada/p": ("ada", "p"),
        "api/token": ("api", "token"),
        "warehouse/password": ("warehouse", "password"),
    }


def test_a_key_that_several_items_name_is_mounted_once(pod):
    secret = {"uriSecret": {"name": "mine", "key": "uri"}}
    found = pod(connections=[{"id": "a", **secret}, {"id": "b", **secret}])
    (source,) = found.volumes["sync-metadata"]["projected"]["sources"]
    assert source["secret"]["items"] == [{"key": "uri", "path": "mine/uri"}]


def test_without_secrets_there_is_no_volume_of_them(pod):
    assert "sync-metadata" not in pod(pools=STATED["pools"]).volumes


def test_no_other_pod_reads_the_secrets(manifests):
    others = [
        one for one in manifests(**STATED).objects if "sync-metadata" not in one["metadata"]["name"]
    ]
    assert "'warehouse'" not in str(others)


def test_another_value_makes_another_job(manifests):
    def name(slots: int) -> str:
        found = manifests(pools={"warehouse": {"slots": slots}})
        (job,) = re.findall(r"\bairflow-sync-metadata-[0-9a-f]{8}\b", found.text)
        return job

    assert name(5) == name(5)
    assert name(5) != name(6)


def test_the_job_waits_for_the_migrations(pod):
    assert pod(**STATED).containers[0].name == "wait-for-airflow-migrations"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program, with a Secret in another folder."""
    found = load("sync_metadata")
    monkeypatch.setattr(found, "SECRETS", tmp_path)
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "password").write_text("hunter2\n")
    (tmp_path / "warehouse" / "empty").write_text("\n")
    return found


@pytest.mark.parametrize(
    "stated",
    [
        {"warehouse": {"type": "postgres", "port": None, "passwordSecret": PASSWORD}, "old": None},
        [{"id": "warehouse", "type": "postgres", "passwordSecret": PASSWORD}],
    ],
    ids=["map", "list"],
)
def test_a_map_and_a_list_mean_the_same(program: ModuleType, stated: Any):
    assert list(program.items("connections", stated)) == [
        ("warehouse", {"type": "postgres", "password": "hunter2"})
    ]


def test_a_value_alone_is_the_value_of_a_variable(program: ModuleType):
    assert list(program.items("variables", {"rows": 5})) == [("rows", {"value": 5})]


def test_an_empty_key_of_a_secret_is_refused(program: ModuleType):
    stated = {"warehouse": {"passwordSecret": PASSWORD | {"key": "empty"}}}
    with pytest.raises(SystemExit, match="connections warehouse: the key empty of warehouse is"):
        list(program.items("connections", stated))
