"""Calls that are repeated while other work is done."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeating(act: Callable[[], None], every: float) -> Iterator[None]:
    """Call `act` in a thread until the block ends, once in `every` seconds if it is fast enough."""
    done = threading.Event()

    def repeat() -> None:
        while not done.is_set():
            started = time.monotonic()
            act()
            done.wait(max(0.0, every - (time.monotonic() - started)))

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
