"""The picture of the architecture: boxes for files that exist, and rooms with their imports."""

import pytest

from scripts import architecture
from scripts.architecture import Box, Flow
from scripts.errors import Refusal
from scripts.paths import ENVIRONMENTS, ROOT
from scripts.rooms import imports, ordered


@pytest.fixture(scope="module")
def picture() -> str:
    return architecture.files()[architecture.FILE]


def test_the_picture_shows_every_environment_and_every_room(picture: str):
    names = {
        path.parent.name for path in ENVIRONMENTS.glob("*/environment.yaml")
    } | imports().keys()
    assert [name for name in names if f">{name}</text>" not in picture] == []


def test_a_file_that_does_not_exist_is_refused(monkeypatch):
    flow = Flow("one", [[Box("docs/none.md", "")]])
    monkeypatch.setattr(architecture, "_flows", lambda: iter([flow]))
    with pytest.raises(Refusal, match=r"docs/none\.md does not exist"):
        architecture.files()


def test_rooms_come_before_the_rooms_that_they_import():
    edges = imports()
    order = ordered(edges)
    assert any(edges.values())
    assert [
        (room, other)
        for room, others in edges.items()
        for other in others
        if order.index(room) > order.index(other)
    ] == []


def test_rooms_that_import_each_other_are_refused():
    with pytest.raises(Refusal, match=r"in a circle: (a -> b -> a|b -> a -> b)\."):
        ordered({"a": {"b"}, "b": {"a"}})


def test_imports_within_functions_count():
    assert (ROOT / "scripts" / "cli" / "environments.py").read_text().count("\n    from") > 0
    assert "terraform" in imports()["cli"]
