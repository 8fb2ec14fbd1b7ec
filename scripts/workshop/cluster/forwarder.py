"""Airflow on 127.0.0.1: a process that forwards connections to the node."""

import contextlib
import socket

from scripts.errors import Refusal
from scripts.workshop.cluster.layout import AIRFLOW_NODE_PORT, NODE_ADDRESS
from scripts.workshop.cluster.supervisor import Part, is_up_to_date, require, start
from scripts.workshop.cluster.waiting import wait

LAST_PORT = 65535


def start_forwarder(port: int) -> None:
    """Forward a port of this machine to Airflow's port of the node."""
    this = part(port)
    start(this)

    def listens() -> bool:
        require(this)
        return not is_free(port)

    wait(f"Port {port} of 127.0.0.1 did not open", listens, seconds=10)


def part(port: int) -> Part:
    """Return the process, which starts another one for each connection."""
    listen = f"TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr"
    return Part(
        "forwarder",
        ("socat", listen, f"TCP:{NODE_ADDRESS}:{AIRFLOW_NODE_PORT}"),
        inside=False,
    )


def is_free(port: int) -> bool:
    """Return whether a port of 127.0.0.1 is free; raise Refusal for an invalid port."""
    if not 1 <= port <= LAST_PORT:
        raise Refusal(f"{port} is not a valid port: choose one between 1 and {LAST_PORT}.")
    with contextlib.closing(socket.socket()) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_ours(port: int) -> bool:
    """Return whether the forwarder of an earlier `make up` listens on a port."""
    return is_up_to_date(part(port)) and not is_free(port)
