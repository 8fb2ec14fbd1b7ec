"""Documents are up to date: the links, paths, make targets and commands in them exist."""

import re
from pathlib import Path

import pytest
import typer

from scripts.cli import app
from scripts.paths import ROOT

ARCHITECTURE = ROOT / "docs" / "architecture.md"
DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for pattern in ("*.md", "docs/**/*.md", "charts/**/*.md", ".github/workflows/*.yaml", ".ci/run")
    for path in ROOT.glob(pattern)
)


def words_after(command: str, text: str) -> set[str]:
    """Return the words after a command, in backticks or at the beginning of a line."""
    return set(re.findall(rf"(?:`|^\s*|run: ){command} ([a-z][a-z-]*)", text, re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_somewhere(document: Path):
    text = (ROOT / document).read_text()
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    missing = [link for link in links if not (ROOT / document.parent / link).exists()]
    assert missing == []


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_anchor_is_a_heading(document: Path):
    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", (ROOT / document).read_text())
    pages = [
        ((ROOT / document.parent / page) if page else ROOT / document, to) for page, to in links
    ]
    assert [to for page, to in pages if to not in anchors(page)] == []


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


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_path_that_is_named_exists(document: Path):
    rooms = "charts|dags|docs|environments|images|scripts|terraform|tests|tools"
    text = (ROOT / document).read_text()
    paths = re.findall(rf"`((?:{rooms})(?:/[\w.*-]+)+)/?`", text)
    assert [path for path in paths if not list(ROOT.glob(path))] == []


def test_the_architecture_names_every_room():
    named = re.findall(r"^\| `([\w/]+)` \|", ARCHITECTURE.read_text(), re.MULTILINE)
    packages = [*ROOT.glob("scripts/*/__init__.py"), *ROOT.glob("scripts/workshop/*/__init__.py")]
    rooms = {str(path.parent.relative_to(ROOT)) for path in packages} - {"scripts/workshop"}
    assert rooms - set(named) == set()
    assert [room for room in named if not (ROOT / room).is_dir()] == []
