"""Open a connection and check that the network policies allow or deny it, as expected.

Usage: check_network.py HOST PORT open|closed SENTENCE. The sentence explains a failure.
"""

import socket
import sys
import time
from collections.abc import Sequence

SECONDS = 5
# Some network plugins apply policies only seconds after a pod has started.
LATEST, PAUSE = 20, 1


def reached(host: str, port: int) -> bool:
    """Return whether packets reach the host: a refused connection has reached it, too."""
    try:
        socket.create_connection((host, port), timeout=SECONDS).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True


def settled(host: str, port: int, expected: str) -> str:
    """Return `open` or `closed`: try until the result is as expected or the time is up."""
    end = time.monotonic() + LATEST
    while True:
        found = "open" if reached(host, port) else "closed"
        if found == expected or time.monotonic() >= end:
            return found
        time.sleep(PAUSE)


def main(arguments: Sequence[str]) -> int:
    host, port, expected, sentence = arguments
    found = settled(host, int(port), expected)
    print(f"{host}:{port} is {found} for this pod.", flush=True)
    if found == expected:
        return 0
    print(sentence, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
