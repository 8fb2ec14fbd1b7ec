"""Work side by side that ends with the first failure, and with Ctrl-C, at once."""

import contextlib
import os
import queue
import signal
import threading
from collections.abc import Callable
from pathlib import Path


def together(*acts: Callable[[], None]) -> None:
    """Run acts in threads until all are through; the first one that fails ends the others."""
    outcomes: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as failure:
            outcomes.put(failure)
        else:
            outcomes.put(None)

    for act in acts:
        # A daemon: a thread that waits for a long compilation must not keep us from ending.
        threading.Thread(target=run, args=(act,), daemon=True).start()
    try:
        for _ in acts:
            if failure := outcomes.get():
                raise failure
    except BaseException:
        stop_children()
        raise


def stop_children() -> None:
    """End the programs that we wait for; the node's parts have sessions of their own and stay."""
    for file in Path("/proc/self/task").glob("*/children"):
        for pid in map(int, file.read_text().split()):
            with contextlib.suppress(ProcessLookupError):
                if os.getsid(pid) == os.getsid(0):
                    os.kill(pid, signal.SIGTERM)
