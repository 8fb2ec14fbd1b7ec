"""A listener for DogStatsD that prints each line with its time, and a parser of its lines.

`python -m scripts.workshop.metrics.listener ADDRESS PORT` replaces an agent.
"""

import re
import signal
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import TextIO

LARGEST_DATAGRAM = 65535
# Metrics about the DogStatsD client itself, which are not Airflow's.
CLIENT = "datadog.dogstatsd.client."
# Fields after the tags describe the sender (its container, its pod).
LINE = re.compile(
    r"(?P<name>[^:|@#\n]+):(?P<values>-?[\d.eE+-]+(?::-?[\d.eE+-]+)*)\|(?P<type>c|g|ms|h|d|s)"
    r"(?:\|@(?P<rate>[\d.]+))?(?:\|#(?P<tags>[^|\n]*))?(?:\|(?:c|e|card):[^|\n]*)*(?:\|T(?P<time>\d+))?"
)


class NoLine(ValueError):
    """A line that is not valid DogStatsD."""


@dataclass(frozen=True)
class Sample:
    """A value of a metric, as it arrived."""

    name: str
    value: float
    type: str
    tags: MappingProxyType[str, str]
    # Seconds since 1970.
    time: int | None = None


def parse(line: str) -> list[Sample]:
    """Return the values of a line; events and service checks have none."""
    if line.startswith(("_e{", "_sc|")):
        return []
    found = LINE.fullmatch(line)
    if found is None:
        raise NoLine(f"{line!r} is not a valid line of DogStatsD.")
    pairs = (tag.partition(":") for tag in (found["tags"] or "").split(",") if tag)
    tags = MappingProxyType({name: value for name, _, value in pairs})
    try:
        values = [float(value) for value in found["values"].split(":")]
    except ValueError as error:
        raise NoLine(f"{line!r} has a value that is not a number.") from error
    when = int(found["time"]) if found["time"] else None
    return [Sample(found["name"], value, found["type"], tags, when) for value in values]


def samples(lines: Iterable[str]) -> Iterator[Sample]:
    """Return the values of many lines, without those about the client itself."""
    for line in lines:
        if line.strip() and not line.startswith(CLIENT):
            yield from parse(line.strip())


def listen(address: str, port: int, output: TextIO) -> None:
    """Print every line, with the time in the field of DogStatsD, until the process ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        # A large buffer, since sixty tasks may end while this process does not run.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        server.bind((address, port))
        print("ready", file=output, flush=True)
        while True:
            text = server.recv(LARGEST_DATAGRAM).decode(errors="replace")
            for line in text.splitlines():
                print(f"{line}|T{int(time.time())}", file=output, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listen(sys.argv[1], int(sys.argv[2]), sys.stdout)
