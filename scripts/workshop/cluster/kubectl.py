"""kubectl, for the local node or for a context of the user."""

import json
from pathlib import Path
from typing import Any

from scripts.go_programs import program
from scripts.paths import KUBECONFIG
from scripts.workshop.cluster.subprocesses import run

NODE = f"--kubeconfig={KUBECONFIG}"


def kubectl(*arguments: str | Path, target: str = NODE) -> str:
    """Run kubectl for a cluster, by default the local node; return its output."""
    return run([program("kubectl"), target, *arguments])


def read(*arguments: str, target: str = NODE) -> Any:
    """Return the parsed JSON of `kubectl get`."""
    return json.loads(kubectl("get", *arguments, "--output=json", target=target))


def apply(*files: Path) -> None:
    """Apply files to the local node, and override changes by others."""
    names = [f"--filename={file}" for file in files]
    kubectl("apply", "--server-side", "--force-conflicts", *names)
