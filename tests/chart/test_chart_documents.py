"""Documents for users of the chart alone: their values render, and Helm accepts their commands."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import CHART, ROOT
from scripts.releases import helm
from tests.conftest import Render
from tests.schemas import SUPPORTED, problems

PAGES = [
    CHART / "README.md",
    CHART / "UPGRADING.md",
    ROOT / "docs" / "from-the-official-chart.md",
    ROOT / "docs" / "from-the-community-chart.md",
]
# A block of YAML or of commands, also in an item of a list.
BLOCK = re.compile(r"^( *)```(yaml|bash)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
# Commands that read or change a cluster, and need a release there.
IN_A_CLUSTER = {"history", "rollback"}


def blocks(page: Path, kind: str) -> list[str]:
    return [text for _, found, text in BLOCK.findall(page.read_text()) if found == kind]


VALUES = [
    pytest.param(yaml.safe_load(text), id=f"{page.name} {number}")
    for page in PAGES
    for number, text in enumerate(blocks(page, "yaml"), 1)
]
COMMANDS = [
    shlex.split(line)
    for page in PAGES
    for text in blocks(page, "bash")
    for line in text.splitlines()
]
HELM = [command for command in COMMANDS if command[0] == "helm" and command[1] not in IN_A_CLUSTER]


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    """The values for production in the chart's README."""
    found = [yaml.safe_load(text) for text in blocks(CHART / "README.md", "yaml")]
    return next(values for values in found if values.get("environment") == "prod")


@pytest.mark.parametrize("values", VALUES)
def test_values_of_a_document_render_valid_objects(taken: Render, values: dict):
    found = {str(one["metadata"]["name"]): one for one in taken(values).objects}
    wrong = {name: problems(one, SUPPORTED[-1]) for name, one in found.items()}
    assert {name: said for name, said in wrong.items() if said} == {}


def template(command: list[str], values: Path) -> list[str]:
    """A command that installs, as one that renders the same objects without a cluster."""
    _, verb, *rest = command
    assert verb in ("install", "upgrade", "template")
    apart = {"--install", "--wait", "--create-namespace"}
    kept = [word for word in rest if word not in apart]
    if "--timeout" in kept:
        number = kept.index("--timeout")
        assert re.fullmatch(r"[0-9]+m", kept[number + 1])
        del kept[number : number + 2]
    return ["template", *(str(values) if word == "values.yaml" else word for word in kept)]


@pytest.mark.parametrize("command", HELM, ids=" ".join)
def test_helm_accepts_the_commands_of_a_document(
    command: list[str], production: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump(production))
    monkeypatch.chdir(ROOT)
    done = subprocess.run(
        [str(helm.executable()), *template(command, values)], capture_output=True, text=True
    )
    assert done.stderr == ""
    assert "kind: Deployment" in done.stdout


def test_every_document_has_values_or_commands():
    assert [page.name for page in PAGES if not blocks(page, "bash")] == []
    assert len(HELM) >= len(PAGES)


def test_the_objects_that_commands_name_are_rendered(render: Render):
    kinds = {"deployment": "Deployment", "service": "Service"}
    # Objects of the official chart are deleted.
    kept = [command for command in COMMANDS if "delete" not in command]
    words = [word.partition("/") for command in kept for word in command]
    named = [(kinds[kind], name) for kind, _, name in words if kind in kinds and name]
    rendered = render()
    assert named
    assert [one for one in named if not rendered.has(*one)] == []
