"""Connects once, and says whether the network did what policies say.

Usage: check_network.py HOST PORT open|closed SENTENCE; the sentence says what it means when not.
"""

import socket
import sys
from collections.abc import Sequence

SECONDS = 5


def reached(host: str, port: int) -> bool:
    """Whether a connection comes about; a refused one has come through, too."""
    try:
        socket.create_connection((host, port), timeout=SECONDS).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True


def main(arguments: Sequence[str]) -> int:
    host, port, expected, sentence = arguments
    found = "open" if reached(host, int(port)) else "closed"
    print(f"{host}:{port} is {found} to this pod.", flush=True)
    if found == expected:
        return 0
    print(sentence, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
