"""What is kept between runs is what Helm would answer."""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scripts.paths import CHART
from tests.renders import kept

Asked = list[tuple[Any, ...]]


@pytest.fixture
def asked() -> Asked:
    return []


@pytest.fixture
def render(asked: Asked, tmp_path: Path):
    """`run_template` with a memory of its own, of a Helm that records how it is called."""

    def run(
        values: Mapping[str, Any] | None, *, name: str, chart: Path, options: Iterable[str]
    ) -> subprocess.CompletedProcess[str]:
        asked.append((values, name, chart, tuple(options)))
        return subprocess.CompletedProcess([], 1, f"made {len(asked)}", "refused")

    return kept(run, tmp_path / "renders")


def answer(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


def test_the_same_question_is_asked_once(render, asked: Asked):
    first = render({"a": 1, "b": 2}, name="x", chart=CHART, options=["--set=c=1"])
    again = render({"b": 2, "a": 1}, name="x", chart=CHART, options=["--set=c=1"])
    assert answer(first) == answer(again) == (1, "made 1", "refused")
    assert len(asked) == 1


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
def test_another_question_is_asked_again(render, asked: Asked, changed: dict[str, Any]):
    usual = {"values": {"a": 1}, "name": "x", "options": ["--set=c=1"]}
    for question in (usual, usual | changed):
        render(chart=CHART, **question)
    assert len(asked) == 2


def test_a_changed_layer_is_another_question(render, asked: Asked, tmp_path: Path):
    layer = tmp_path / "values.yaml"
    for text in ("a: 1", "a: 2", "a: 1"):
        layer.write_text(text)
        render(None, name="x", chart=CHART, options=[f"--values={layer}"])
    assert len(asked) == 2


def test_a_copy_of_the_chart_is_always_rendered(render, asked: Asked, tmp_path: Path):
    for _ in range(2):
        render(None, name="x", chart=tmp_path, options=[])
    assert len(asked) == 2
