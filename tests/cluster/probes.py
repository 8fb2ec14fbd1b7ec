"""Small pods that listen or connect, to test the policies with real connections."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kubernetes import client

from tests.cluster.namespace import Namespace, Pod, is_ready
from tests.cluster.waiting import wait_until

# A policy drops packets silently: a denied connection ends by this timeout.
CONNECT_SECONDS = 3
DATAGRAM_SECONDS = (0.5, 1, 1.5)
LISTEN = """
import socketserver, sys, threading

class Hello(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"hello")

servers = [socketserver.ThreadingTCPServer(("", port), Hello) for port in PORTS]
threads = [threading.Thread(target=server.serve_forever) for server in servers]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
SLEEP = "import signal; signal.pause()"
CONNECT = f"""
import contextlib, json, socket, sys
from concurrent.futures import ThreadPoolExecutor

def connect(host, port):
    socket.create_connection((host, port), timeout={CONNECT_SECONDS}).close()

def send(host, port):
    # A datagram may get lost: it is sent again, and only an answer counts.
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.connect((host, port))
        for seconds in {DATAGRAM_SECONDS}:
            one.settimeout(seconds)
            one.send(b"hello")
            with contextlib.suppress(TimeoutError):
                return one.recv(100)
    raise TimeoutError

def reach(target):
    host, port, protocol = (*target, "TCP")[:3]
    try:
        (send if protocol == "UDP" else connect)(host, port)
    except socket.gaierror:
        return "no such name"
    except TimeoutError:
        return "dropped"
    except ConnectionRefusedError:
        return "refused"
    return "open"

with ThreadPoolExecutor(50) as pool:
    print(json.dumps(list(pool.map(reach, json.loads(sys.argv[1])))))
"""
# An address and a port; TCP unless a protocol is given.
Target = tuple[str, int] | tuple[str, int, str]


@dataclass(frozen=True)
class Probe:
    """A pod that tries connections on request."""

    namespace: Namespace
    pod: Pod

    @property
    def address(self) -> str:
        return self.pod.status.pod_ip

    def reach(self, targets: Mapping[str, Target]) -> dict[str, str]:
        """Return the result for each target: open, refused, dropped, no such name."""
        return dict(zip(targets, self.reach_all(list(targets.values())), strict=True))

    def reach_all(self, targets: Sequence[Target]) -> list[str]:
        """Return the results of a connection, or a datagram, to each address and port."""
        return json.loads(
            self.namespace.run(self.pod, "python", "-c", CONNECT, json.dumps(list(targets)))
        )


def listen(*ports: int) -> str:
    """A program that answers on these ports."""
    return f"PORTS = {ports}\n{LISTEN}"


@contextmanager
def probe(
    namespace: Namespace, name: str, image: str, labels: dict[str, str], program: str = SLEEP
) -> Iterator[Probe]:
    """A pod with these labels that satisfies restricted Pod Security; deleted at the end."""
    try:
        yield start(namespace, name, image, labels, program)
    finally:
        namespace.core.delete_namespaced_pod(name, namespace.name, grace_period_seconds=0)


def start(
    namespace: Namespace, name: str, image: str, labels: dict[str, str], program: str = SLEEP
) -> Probe:
    """The same, for a caller that deletes the whole namespace at the end."""
    namespace.core.create_namespaced_pod(namespace.name, _pod(name, image, labels, program))
    return Probe(namespace, _ready(namespace, name))


def _ready(namespace: Namespace, name: str) -> Pod:
    def ready() -> Pod | None:
        pod = namespace.core.read_namespaced_pod(name, namespace.name)
        return pod if is_ready(pod) else None

    return wait_until(ready, 120, f"the pod {namespace.name}/{name} does not start")


def _pod(name: str, image: str, labels: dict[str, str], program: str) -> client.V1Pod:
    container = client.V1Container(
        name="probe",
        image=image,
        command=["python", "-c", program],
        resources=client.V1ResourceRequirements(
            requests={"cpu": "10m", "memory": "32Mi"}, limits={"cpu": "1", "memory": "64Mi"}
        ),
        security_context=client.V1SecurityContext(
            allow_privilege_escalation=False,
            capabilities=client.V1Capabilities(drop=["ALL"]),
            read_only_root_filesystem=True,
        ),
    )
    spec = client.V1PodSpec(
        automount_service_account_token=False,
        containers=[container],
        restart_policy="Never",
        security_context=client.V1PodSecurityContext(
            run_as_non_root=True,
            run_as_user=50000,
            seccomp_profile=client.V1SeccompProfile(type="RuntimeDefault"),
        ),
        termination_grace_period_seconds=0,
    )
    return client.V1Pod(metadata=client.V1ObjectMeta(name=name, labels=labels), spec=spec)
