"""The answers that are kept between runs are those of Helm."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.paths import CHART
from tests.renders import kept

REFUSAL = "Error: execution error at (airflow/templates/api-server.yaml:2:9): no such value"


class Helm:
    """A stand-in that answers questions, and counts them."""

    def __init__(self) -> None:
        self.status, self.said, self.asked = 0, "", 0

    def __call__(self, *_: Any, **__: Any) -> subprocess.CompletedProcess[str]:
        self.asked += 1
        return subprocess.CompletedProcess([], self.status, f"made {self.asked}", self.said)


@pytest.fixture
def helm() -> Helm:
    return Helm()


@pytest.fixture
def render(helm: Helm, tmp_path: Path):
    """`run_template` with a memory of its own."""
    return kept(helm, tmp_path / "renders")


def answer(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("status", "said"), [(0, ""), (1, REFUSAL)])
def test_the_same_question_is_asked_once(render, helm: Helm, status: int, said: str):
    helm.status, helm.said = status, said
    first = render({"a": 1, "b": 2}, name="x", chart=CHART, options=["--set=c=1"])
    again = render({"b": 2, "a": 1}, name="x", chart=CHART, options=["--set=c=1"])
    assert answer(first) == answer(again) == (status, "made 1", said)


@pytest.mark.parametrize(
    "changed",
    [
        {"values": {"a": 2}},
        {"values": None},
        {"name": "y"},
        {"options": ["--set=c=2"]},
        {"options": []},
    ],
    ids=str,
)
def test_another_question_is_asked_again(render, helm: Helm, changed: dict[str, Any]):
    usual = {"values": {"a": 1}, "name": "x", "options": ["--set=c=1"]}
    for question in (usual, usual | changed):
        render(chart=CHART, **question)
    assert helm.asked == 2


def test_a_changed_layer_is_another_question(render, helm: Helm, tmp_path: Path):
    layer = tmp_path / "values.yaml"
    for text in ("a: 1", "a: 2", "a: 1"):
        layer.write_text(text)
        render(None, name="x", chart=CHART, options=[f"--values={layer}"])
    assert helm.asked == 2


def test_a_copy_of_the_chart_is_always_rendered(render, helm: Helm, tmp_path: Path):
    for _ in range(2):
        render(None, name="x", chart=tmp_path, options=[])
    assert helm.asked == 2


@pytest.mark.parametrize(("status", "said"), [(-9, ""), (1, "Error: no space left on device")])
def test_a_failure_of_helm_itself_is_not_kept(render, helm: Helm, status: int, said: str):
    helm.status, helm.said = status, said
    for _ in range(2):
        render(None, name="x", chart=CHART, options=[])
    assert helm.asked == 2
