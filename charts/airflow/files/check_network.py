"""Connects, and says whether the network does what policies say; some come a moment after the pod.

Usage: check_network.py HOST PORT open|closed SENTENCE; the sentence says what it means when not.
"""

import socket
import sys
import time
from collections.abc import Sequence

SECONDS = 5
# Where policies come after the pod, they come within seconds.
LATEST, PAUSE = 20, 1


def reached(host: str, port: int) -> bool:
    """Whether a connection comes about; a refused one has come through, too."""
    try:
        socket.create_connection((host, port), timeout=SECONDS).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True


def settled(host: str, port: int, expected: str) -> str:
    """What the way is, asked until it is as expected or time is up: open or closed."""
    end = time.monotonic() + LATEST
    while True:
        found = "open" if reached(host, port) else "closed"
        if found == expected or time.monotonic() >= end:
            return found
        time.sleep(PAUSE)


def main(arguments: Sequence[str]) -> int:
    host, port, expected, sentence = arguments
    found = settled(host, int(port), expected)
    print(f"{host}:{port} is {found} to this pod.", flush=True)
    if found == expected:
        return 0
    print(sentence, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
