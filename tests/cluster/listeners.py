"""Listeners outside the cluster: on this machine, or in the network of the node."""

import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from scripts.workshop.cluster.layout import HOST_ADDRESS

ANSWER = """
import socketserver, sys, threading

class Hello(socketserver.BaseRequestHandler):
    def handle(self):
        data, server = self.request
        server.sendto(data, self.client_address)

address, *ports = sys.argv[1:]
servers = [socketserver.UDPServer((address, int(port)), Hello) for port in ports]
for server in servers:
    threading.Thread(target=server.serve_forever).start()
print("ready", flush=True)
"""


@contextmanager
def listener(port: int, address: str = HOST_ADDRESS) -> Iterator[None]:
    """Accept connections on this machine's end of its link to the node."""

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

    with Server((address, port), socketserver.BaseRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


@contextmanager
def datagrams(address: str, ports: Iterable[int], where: Iterable[str] = ()) -> Iterator[None]:
    """Answer datagrams: on this machine, or in the network of the node."""
    command = [*where, sys.executable, "-c", ANSWER, address, *map(str, ports)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            # It prints a line once it is bound to all ports, and nothing if it cannot be.
            assert server.stdout and server.stdout.readline() == "ready\n"
            yield
        finally:
            server.terminate()
