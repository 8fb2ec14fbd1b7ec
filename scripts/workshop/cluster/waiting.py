"""Waiting for a condition, with an error when it does not hold in time."""

import time
from collections.abc import Callable

from scripts.errors import Refusal


def wait(
    problem: str,
    check: Callable[[], bool],
    *,
    seconds: float,
    pause: float = 0.1,
    hint: str | Callable[[], str] = "",
) -> None:
    """Wait until a check is true; raise Refusal with `problem` and `hint` after some seconds."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            told = hint if isinstance(hint, str) else hint()
            raise Refusal(f"{problem} within {seconds:.0f} s. {told}".strip())
        time.sleep(pause)
