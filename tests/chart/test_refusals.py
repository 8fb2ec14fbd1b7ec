"""Values that the chart refuses: refusals/<topic>.yaml holds them with the whole answer."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import CHART
from tests.conftest import Render

FOLDER = Path(__file__).parent / "refusals"
TOPICS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yaml"))}
TEMPLATES = CHART / "templates" / "refusals"
TABLE = yaml.safe_load((CHART / "files" / "refusals.yaml").read_text())


def refused() -> Iterator[Any]:
    """Each case: values over the base of its topic, the release's name, and the sentences.

    A case with a list of values is one for each of them.
    """
    for topic, cases in TOPICS.items():
        for case in cases["refused"]:
            said = case["says"] if isinstance(case["says"], list) else [case["says"]]
            values = case.get("values", {})
            for one in values if isinstance(values, list) else [values]:
                values = {**cases.get("base", {}), **one}
                name = case.get("release", "airflow")
                yield pytest.param(values, name, said, id=f"{topic}: {said[0][:60]}")


def accepted() -> Iterator[Any]:
    """Values that no topic refuses, though they come close."""
    for topic, cases in TOPICS.items():
        for values in cases.get("accepted", []):
            yield pytest.param({**cases.get("base", {}), **values}, id=f"{topic}: {values}"[:80])


@pytest.mark.parametrize(("values", "name", "said"), list(refused()))
def test_values_are_refused_with_what_is_wrong_and_the_cure(
    refusal, values: dict, name: str, said: list[str]
):
    assert refusal(values, name=name).splitlines() == said


@pytest.mark.parametrize("values", list(accepted()))
def test_values_that_come_close_are_accepted(render: Render, values: dict):
    assert render(values).objects


def sentences() -> dict[str, re.Pattern[str]]:
    """Each sentence of templates and of the table, as a pattern: what is computed is any text."""
    found = {}
    for path in TEMPLATES.rglob("*.tpl"):
        for text in re.findall(r"^- (.+(?:\n  .+)*)", path.read_text(), re.MULTILINE):
            text = re.sub(r"({{-? end -?}})+$", "", " ".join(text.split()))
            parts = re.split(r"{{-? (?:if|with) .*?{{-? end -?}}|{{.*?}}", text)
            found[f"{path.name}: {text}"] = re.compile(".+".join(map(re.escape, parts)))
    for topic, rows in TABLE.items():
        for row in rows:
            parts = re.split(r"<[\w.*]+>|\*" if "each" in row else r"<[\w.*]+>", row["says"])
            found[f"{topic}: {row}"] = re.compile(".+".join(map(re.escape, parts)))
    return found


def test_every_refusal_has_a_case():
    said = [line for case in refused() for line in case.values[2]]
    # The keys that have a refusal are data: test_refused_keys.py, test_official_keys.py.
    patterns = {text: one for text, one in sentences().items() if "_keys.tpl" not in text}
    assert patterns
    assert [text for text, one in patterns.items() if not any(map(one.fullmatch, said))] == []


def test_every_topic_of_the_templates_has_a_file_of_cases():
    topics = {path.stem.strip("_") for path in TEMPLATES.rglob("*.tpl")} | TABLE.keys()
    assert topics - {"refuse", "keys"} == TOPICS.keys()


def test_all_refusals_are_answered_at_once(refusal):
    said = refusal(
        {
            "postgresql": {
                "auth": {"password": "mine"},
                "image": {"tag": None},
                "primary": {"a": 1},
            },
            "executor": "X",
            "env": [{"value": "x"}],
            "scheduler": {"labels": {"tier": "mine"}, "extraVolumes": [{"emptyDir": {}}]},
            "networkPolicies": {"kubernetes": {"cidrs": []}},
        }
    )
    assert len(said.splitlines()) == 7
