"""Running other programs and waiting for things, with a sentence when they fail."""

import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.errors import Refusal


def run(command: Sequence[str | Path], *, stdin: str | None = None) -> str:
    """Run a program to its end and return what it printed."""
    done = subprocess.run(
        [str(word) for word in command], input=stdin, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        told = (done.stderr or done.stdout).strip().splitlines()
        name = Path(str(command[0])).name
        raise Refusal(f"`{name}` failed: {' '.join(told[-3:]) or f'status {done.returncode}'}")
    return done.stdout


def succeeds(command: Sequence[str | Path]) -> bool:
    """Tell whether a program ends with success; what it prints does not matter."""
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    return done.returncode == 0


def wait(
    what: str,
    check: Callable[[], bool],
    *,
    seconds: float,
    pause: float = 0.1,
    hint: str | Callable[[], str] = "",
) -> None:
    """Wait until a check answers true; `hint` says where to look when it never does."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            told = hint if isinstance(hint, str) else hint()
            raise Refusal(f"{what}: not within {seconds:.0f} s. {told}".strip())
        time.sleep(pause)
