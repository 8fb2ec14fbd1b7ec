"""Terraform of the local environment, run by the command line."""

import subprocess
import sys
from pathlib import Path

from scripts.paths import ROOT
from scripts.terraform.local_target import find_local_target


def terraform(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m scripts terraform local …` and return its exit code and output."""
    command = [sys.executable, "-m", "scripts", "terraform", "local", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def state() -> str:
    """Return the text of the state file."""
    return find_local_target({}).state.read_text()


def plan_json(folder: Path) -> str:
    """Return a plan and the current state, as JSON."""
    file = folder / "plan"
    planned = terraform("plan", f"-out={file}")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    shown = terraform("show", "-json", str(file))
    assert shown.returncode == 0, shown.stderr
    return shown.stdout
