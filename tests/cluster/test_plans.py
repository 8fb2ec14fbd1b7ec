"""A plan is saved and applied once. The tests change files in a copy of the repository."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.paths import ROOT
from tests.cluster.airflow import Airflow, changed

pytestmark = pytest.mark.slow


class Copy:
    """A copy of the repository, for the same cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns(".git", "__pycache__", ".terraform*")
        shutil.copytree(ROOT, folder, ignore=ignored)

    def say(self, *args: str) -> subprocess.CompletedProcess:
        """Run a command of `python -m scripts`."""
        command = [sys.executable, "-m", "scripts", *args]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True)

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "copy")


@pytest.fixture
def planned(copy: Copy) -> Copy:
    done = copy.say("plan", "local")
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


def test_a_saved_plan_is_applied_once(airflow: Airflow, planned: Copy) -> None:
    assert changed(airflow, lambda: planned.say("apply", "local")) == set()
    again = planned.say("apply", "local")
    assert "local has no saved plan: run `make plan ENV=local` first." in again.stderr


def test_a_plan_of_changed_files_is_refused(planned: Copy) -> None:
    planned.edit("environments/local/values.yaml", "parallelism: 24", "parallelism: 25")
    done = planned.say("apply", "local")
    assert (done.returncode, "Files have changed since local was planned" in done.stderr) == (
        1,
        True,
    )


def test_a_plan_that_uninstalls_the_release_of_a_team_is_refused(copy: Copy) -> None:
    """Changing only the owner in the facts would uninstall the running release."""
    copy.edit("environments/local/environment.yaml", "deployedBy: terraform", "deployedBy: ci")
    done = copy.say("plan", "local")
    assert "would uninstall the release of payments" in done.stderr
    assert "terraform local state rm" in done.stderr
    assert copy.say("apply", "local").returncode == 1
