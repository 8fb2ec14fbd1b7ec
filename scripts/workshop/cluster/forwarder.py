"""Airflow on 127.0.0.1: a process that passes connections on to the node."""

import contextlib
import socket

from scripts.errors import Refusal
from scripts.workshop.cluster.layout import AIRFLOW_NODE_PORT, NODE_ADDRESS
from scripts.workshop.cluster.supervisor import Part, is_up_to_date, require, start
from scripts.workshop.cluster.waiting import wait

LAST_PORT = 65535


def start_forwarder(port: int) -> None:
    """Pass connections to a port of this machine on to Airflow's port of the node."""
    this = part(port)
    start(this)

    def listens() -> bool:
        require(this)
        return not is_free(port)

    wait(f"Port {port} of 127.0.0.1 is open", listens, seconds=10)


def part(port: int) -> Part:
    """The process: each connection costs one more while it lasts."""
    listen = f"TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr"
    return Part(
        "forwarder",
        ("socat", listen, f"TCP:{NODE_ADDRESS}:{AIRFLOW_NODE_PORT}"),
        inside=False,
    )


def is_free(port: int) -> bool:
    """Tell whether nobody listens on a port of 127.0.0.1; refuse what is no port."""
    if not 1 <= port <= LAST_PORT:
        raise Refusal(f"{port} is no port: take one between 1 and {LAST_PORT}.")
    with contextlib.closing(socket.socket()) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_ours(port: int) -> bool:
    """Tell whether the one who listens there is the forwarder of an earlier `make up`."""
    return is_up_to_date(part(port)) and not is_free(port)
