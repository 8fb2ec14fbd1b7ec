"""Other programs, run to completion; a failure becomes one sentence."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from scripts.errors import Refusal


def run(command: Sequence[str | Path], *, stdin: str | None = None) -> str:
    """Run a program and return its output; raise Refusal when it fails."""
    done = subprocess.run(
        [str(word) for word in command], input=stdin, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        told = (done.stderr or done.stdout).strip().splitlines()
        name = Path(str(command[0])).name
        raise Refusal(f"`{name}` failed: {' '.join(told[-3:]) or f'status {done.returncode}'}")
    return done.stdout


def succeeds(command: Sequence[str | Path]) -> bool:
    """Run a program and return whether it succeeds."""
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    return done.returncode == 0
