"""A listener for DogStatsD that prints each line that comes, and what such a line says.

`python -m scripts.workshop.metrics.listener ADDRESS PORT` stands where an agent would.
"""

import re
import signal
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import TextIO

LARGEST_DATAGRAM = 65535
# The client of DogStatsD counts what it sends itself; that is not Airflow's.
CLIENT = "datadog.dogstatsd.client."
# After the tags come facts about the sender (its container, its pod), which agents read.
LINE = re.compile(
    r"(?P<name>[^:|@#\n]+):(?P<values>-?[\d.eE+-]+(?::-?[\d.eE+-]+)*)\|(?P<type>c|g|ms|h|d|s)"
    r"(?:\|@(?P<rate>[\d.]+))?(?:\|#(?P<tags>[^|\n]*))?(?:\|(?:c|e|card):[^|\n]*|\|T\d+)*"
)


class NoLine(ValueError):
    """What came is no line of DogStatsD."""


@dataclass(frozen=True)
class Sample:
    """One value of a metric, as it arrived."""

    name: str
    value: float
    type: str
    tags: MappingProxyType[str, str]


def parse(line: str) -> list[Sample]:
    """The values of one line; events and checks of services are none."""
    if line.startswith(("_e{", "_sc|")):
        return []
    found = LINE.fullmatch(line)
    if found is None:
        raise NoLine(f"{line!r} is no line of DogStatsD.")
    pairs = (tag.partition(":") for tag in (found["tags"] or "").split(",") if tag)
    tags = MappingProxyType({name: value for name, _, value in pairs})
    try:
        values = [float(value) for value in found["values"].split(":")]
    except ValueError as error:
        raise NoLine(f"{line!r} has a value that is no number.") from error
    return [Sample(found["name"], value, found["type"], tags) for value in values]


def samples(lines: Iterable[str]) -> Iterator[Sample]:
    """The values of many lines, without those that the client sends of itself."""
    for line in lines:
        if line.strip() and not line.startswith(CLIENT):
            yield from parse(line.strip())


def listen(address: str, port: int, output: TextIO) -> None:
    """Write every line that comes, until the process is asked to end."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        # Sixty tasks end at once, and this process may be waiting for its turn.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        server.bind((address, port))
        print("ready", file=output, flush=True)
        while True:
            text = server.recv(LARGEST_DATAGRAM).decode(errors="replace")
            for line in text.splitlines():
                print(line, file=output, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listen(sys.argv[1], int(sys.argv[2]), sys.stdout)
