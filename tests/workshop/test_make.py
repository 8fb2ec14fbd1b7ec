"""The Makefile: its help is complete, and a missing Python is one sentence."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.paths import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE)


def make(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path)} if path else None
    command = [shutil.which("make"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_make_without_a_target_explains_every_target():
    shown = re.sub(r"\x1b\[\d+m", "", make().stdout)
    assert set(re.findall(r"^  ([a-z-]+) +\S", shown, re.MULTILINE)) == set(TARGETS)


def test_targets_have_at_most_three_lines():
    recipes = re.findall(r"^([a-z-]+):[^\n]*\n((?:\t[^\n]*\n)*)", MAKEFILE, re.MULTILINE)
    assert recipes
    assert {name: body for name, body in recipes if body.count("\n") > 3} == {}


def test_every_target_is_phony():
    phony = " ".join(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)).split()
    assert set(phony) == set(TARGETS)


@pytest.mark.parametrize("target", ["up", "test", "lint"])
def test_a_missing_python_is_reported_in_one_sentence(target: str, tmp_path: Path):
    done = make(target, path=tmp_path)
    assert done.returncode != 0
    said = done.stderr.splitlines()[0]
    assert said == "✗ Python 3.11 or newer is needed: there is no python3 on the PATH."
