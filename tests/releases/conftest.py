"""An environments folder of its own, so that no test depends on which teams are shipped."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.errors import Refusal
from scripts.releases import releases

FACTS = "name: trial\ndescription: A trial.\ndeployedBy: ci\nkubernetes: {version: '1.36'}\n"
VALUES = (
    "environment: trial\nnetworkPolicies: {destinations: {warehouse: {cidrs: [10.0.0.0/24]}}}\n"
)


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """An environments folder with one environment, `trial`, of one team, `search`."""
    folder = tmp_path / "trial"
    (folder / "teams").mkdir(parents=True)
    (folder / "environment.yaml").write_text(FACTS)
    (folder / "values.yaml").write_text(VALUES)
    (folder / "teams" / "search.yaml").write_text("team: search\n")
    return folder


@pytest.fixture
def refused(trial: Path) -> Callable[[str, str], list[str]]:
    """The errors about a file of `trial` with this text, without the folder's path."""

    def act(file: str, text: str) -> list[str]:
        (trial / file).write_text(text)
        with pytest.raises(Refusal) as refusal:
            releases(trial.parent)
        return str(refusal.value).replace(f"{trial}/", "").splitlines()

    return act
