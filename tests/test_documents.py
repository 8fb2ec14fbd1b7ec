"""Links and commands in documents are valid."""

import re
from pathlib import Path

import pytest
import typer

from scripts.cli import app
from scripts.paths import ROOT

DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for pattern in ("*.md", "docs/**/*.md", ".github/workflows/*.yaml", ".ci/run")
    for path in ROOT.glob(pattern)
)


def words_after(command: str, text: str) -> set[str]:
    """Return the words that follow a command, in backticks or on a line of its own."""
    return set(re.findall(rf"(?:`|^\s*|run: ){command} ([a-z][a-z-]*)", text, re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_somewhere(document: Path):
    text = (ROOT / document).read_text()
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    missing = [link for link in links if not (ROOT / document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_make_target_that_is_named_exists(document: Path):
    targets = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert words_after("make", (ROOT / document).read_text()) <= set(targets)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_command_that_is_named_exists(document: Path):
    commands = set(typer.main.get_command(app).commands)
    assert words_after(r"python3? -m scripts", (ROOT / document).read_text()) <= commands


def test_the_readme_names_every_folder():
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."}
    named = re.findall(r"^\| \[([\w/]+)\]", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert {name.partition("/")[0] for name in named} == folders
