"""Generated files: one command updates all of them."""

from pathlib import Path

import pytest

from scripts import generate
from scripts.errors import Refusal
from scripts.manifests import graph


def test_generated_files_are_fresh():
    generate.generate(check=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with one generated page, and one of a removed team."""
    folder = tmp_path / "graphs"
    folder.mkdir()
    (folder / "prod-gone.md").write_text("old")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(graph, "FOLDER", folder)
    monkeypatch.setattr(generate, "STAGES", (lambda: {folder / "prod-new.md": "new"},))
    return folder


def test_stale_files_are_named_with_the_command_that_renews_them(folder: Path):
    with pytest.raises(Refusal) as refused:
        generate.generate(check=True)
    assert str(refused.value) == (
        "Generated files are stale: graphs/prod-new.md, graphs/prod-gone.md. Run `make generate`."
    )
    assert [path.name for path in folder.iterdir()] == ["prod-gone.md"]


def test_pages_of_a_new_team_are_written_and_those_of_a_removed_one_deleted(folder: Path):
    generate.generate()
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"prod-new.md": "new"}
    generate.generate(check=True)
