"""Waiting for a condition, with a sentence when it does not come true in time."""

import time
from collections.abc import Callable

from scripts.errors import Refusal


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
