"""Functions in parallel threads, which end at the first failure or at Ctrl-C."""

import contextlib
import os
import queue
import signal
import threading
from collections.abc import Callable
from pathlib import Path


def together(*acts: Callable[[], None]) -> None:
    """Run functions in threads until all have ended; the first error ends the others."""
    outcomes: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as failure:
            outcomes.put(failure)
        else:
            outcomes.put(None)

    others = children()
    for act in acts:
        # A daemon thread, so that a long compilation does not prevent the process from exiting.
        threading.Thread(target=run, args=(act,), daemon=True).start()
    try:
        for _ in acts:
            if failure := outcomes.get():
                raise failure
    except BaseException:
        stop(children() - others)
        raise


def children() -> set[int]:
    """Return the pids of the child programs of all threads."""
    found: set[int] = set()
    for file in Path("/proc/self/task").glob("*/children"):
        # A thread that has ended since has no children.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found.update(map(int, file.read_text().split()))
    return found


def stop(pids: set[int]) -> None:
    """Terminate child programs; the node's processes have sessions of their own and stay."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) == os.getsid(0):
                os.kill(pid, signal.SIGTERM)
