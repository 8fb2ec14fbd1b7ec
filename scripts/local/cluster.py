"""The local cluster, for whoever looks into it: tests, figures, a curious person.

Its kubeconfig is `scripts.paths.KUBECONFIG`.
"""

import subprocess
from pathlib import Path

from scripts.errors import Refusal
from scripts.local import cgroups, containers
from scripts.local.kubectl import read
from scripts.local.namespaces import inside
from scripts.local.places import NODE_ADDRESS

__all__ = ["NODE_ADDRESS", "image_import", "in_node", "in_pod_network"]


def in_node(*command: str | Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a program of this machine in the node's network and with the node's mounts."""
    return _run([*inside(), *command], timeout)


def in_pod_network(
    namespace: str, pod: str, *command: str | Path, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run a program of this machine with the network of a pod: its address, and its policies."""
    uid = read("pod", pod, f"--namespace={namespace}")["metadata"]["uid"]
    processes = cgroups.members(pod=uid)
    if not processes:
        raise Refusal(f"The pod {namespace}/{pod} has no process on the local node.")
    return _run(["nsenter", f"--net=/proc/{min(processes)}/ns/net", "--", *command], timeout)


def image_import(archive: Path) -> None:
    """Bring the images of an archive, as `docker save` writes it, into the node."""
    containers.image_import(archive)


def _run(command: list[str | Path], timeout: float) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, timeout=timeout, check=False)
