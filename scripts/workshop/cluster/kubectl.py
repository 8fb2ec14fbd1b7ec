"""kubectl, for the local node or for a context of the user's."""

import json
from pathlib import Path
from typing import Any

from scripts.go_programs import program
from scripts.paths import KUBECONFIG
from scripts.workshop.cluster.subprocesses import run

NODE = f"--kubeconfig={KUBECONFIG}"


def kubectl(*arguments: str | Path, target: str = NODE) -> str:
    """Run kubectl against a cluster, the local node if none is named; return what it printed."""
    return run([program("kubectl"), target, *arguments])


def read(*arguments: str, target: str = NODE) -> Any:
    """What `kubectl get` knows, as data."""
    return json.loads(kubectl("get", *arguments, "--output=json", target=target))


def apply(*files: Path) -> None:
    """Make objects of the local node as files describe them, whoever changed them."""
    names = [f"--filename={file}" for file in files]
    kubectl("apply", "--server-side", "--force-conflicts", *names)
