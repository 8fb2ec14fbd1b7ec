"""The page with the placement of components, classes and teams."""

import json
from pathlib import Path

import pytest
import yaml

from scripts.admission.page import placement, read_table, write
from scripts.errors import Refusal

TABLE = Path(__file__).parent / "table.yaml"
SPEC = {
    "nodeSelector": {"pool": "batch", "arch": "arm64"},
    "priorityClassName": "first",
    "tolerations": [
        {"key": "batch", "value": "yes", "effect": "NoExecute", "tolerationSeconds": 60},
        {"operator": "Exists"},
    ],
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a", "b"]}]},
                    {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]},
                    {},
                ]
            },
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {
                    "weight": 5,
                    "preference": {"matchExpressions": [{"key": "ssd", "operator": "Exists"}]},
                }
            ],
        }
    },
}


def test_a_placement_says_what_the_pod_states():
    found = placement("worker", SPEC)
    assert found.node_selector == ["arch = arm64", "pool = batch"]
    assert found.required == ["zone In (a, b) or metadata.name In (n) or no node"]
    assert found.preferred == ["ssd Exists (5)"]
    assert found.tolerations == ["batch = yes: NoExecute for 60 s", "every taint"]
    assert found.priority == ["first"]


def test_the_page_has_every_class_every_team_and_every_component(tmp_path: Path):
    page = tmp_path / "build" / "placement.html"
    write("prod", values=TABLE, as_json=False, output=page)
    text = page.read_text()
    table = yaml.safe_load(TABLE.read_text())
    for name in [
        *table["classes"],
        *table["teams"],
        "scheduler",
        "worker",
        "Components of finance",
    ]:
        assert name in text


def test_the_same_as_json_has_the_teams_of_a_class(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    write("prod", values=TABLE, as_json=True, output=tmp_path / "unused.html")
    found = json.loads(capsys.readouterr().out)
    table = yaml.safe_load(TABLE.read_text())
    for name, row in found["classes"].items():
        assert row["teams"] == [
            team for team, one in table["teams"].items() if name in (one.get("classes") or [])
        ]
    assert {"scheduler", "worker"} <= {row["name"] for row in found["components"]["finance"]}
    assert not (tmp_path / "unused.html").exists()


def test_values_that_are_no_table_are_refused_in_a_sentence(tmp_path: Path):
    wrong = tmp_path / "values.yaml"
    wrong.write_text("teams: {payments: {namespace: flows}}")
    with pytest.raises(Refusal, match=r"teams\.payments\.namespaces: .*see docs/admission-values"):
        read_table(wrong)
