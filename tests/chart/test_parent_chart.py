"""A parent chart gives lists where lists are allowed, and Helm prints no warning."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
import yaml

from scripts.paths import CHART
from scripts.releases import helm
from tests.chart.cases import merged
from tests.chart.sentinels import LEAVES, at

PARENT = {
    "apiVersion": "v2",
    "name": "parent",
    "version": "0.1.0",
    "dependencies": [{"name": "airflow", "version": "*"}],
}
# Values that are a list or a map. A program of the chart reads those of syncMetadataJob itself.
READ_BY_A_PROGRAM = {"connections", "pools", "users", "variables"}
BOTH = sorted(
    ".".join(path)
    for path, kind in LEAVES.items()
    if {list, dict} <= {get_origin(one) for one in get_args(kind)}
    and not (path[0] == "syncMetadataJob" and path[-1] in READ_BY_A_PROGRAM)
)


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chart with this chart as a dependency."""
    folder = tmp_path_factory.mktemp("parent")
    shutil.copytree(CHART, folder / "charts" / "airflow")
    (folder / "Chart.yaml").write_text(yaml.safe_dump(PARENT))
    return folder


def template(parent: Path, values: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Helm's answer for values of the dependency."""
    command = [str(helm.executable()), "template", "parent", str(parent), "--values=-"]
    text = json.dumps({"airflow": values})
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True)


# Items by the last part of the path; any other is a volume.
ITEMS: dict[str, dict[str, Any]] = {
    "env": {"value": "1"},
    "extraContainers": {"image": "registry.example.com/helper:1.0"},
    "extraInitContainers": {"image": "registry.example.com/helper:1.0"},
    "extraVolumeMounts": {"mountPath": "/mine"},
    "sets": {"replicas": 1},
    "volumeMounts": {"mountPath": "/mine"},
}


def together(form: type) -> dict[str, Any]:
    """An item in each of these values, as a list or as a map."""
    values: dict[str, Any] = {}
    for path in BOTH:
        item = ITEMS.get(path.rpartition(".")[2], {"emptyDir": {}})
        stated = {"mine": item} if form is dict else [{"name": "mine", **item}]
        values = merged(values, at(tuple(path.split(".")), stated))
    return values


def test_lists_and_maps_of_a_parent_chart_make_the_same_objects(parent: Path):
    lists, maps = template(parent, together(list)), template(parent, together(dict))
    assert BOTH
    assert (lists.stderr, maps.stderr) == ("", "")
    assert lists.stdout == maps.stdout


def test_a_parent_chart_may_remove_user_ids(parent: Path):
    done = template(parent, {"uid": None, "gid": None, "env": [{"name": "STAGE", "value": "blue"}]})
    assert done.stderr == ""
    assert "runAsUser: 50000" not in done.stdout
