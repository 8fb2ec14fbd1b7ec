"""kubectl with the local node's kubeconfig."""

import json
from pathlib import Path
from typing import Any

from scripts.local.commands import run
from scripts.paths import KUBECONFIG
from scripts.programs import program


def kubectl(*arguments: str | Path, stdin: str | None = None) -> str:
    """Run kubectl against the local node and return what it printed."""
    return run([program("kubectl"), f"--kubeconfig={KUBECONFIG}", *arguments], stdin=stdin)


def read(*arguments: str) -> Any:
    """What `kubectl get` knows, as data."""
    return json.loads(kubectl("get", *arguments, "--output=json"))


def apply(*files: Path) -> None:
    """Make objects as files describe them, whoever changed them."""
    names = [f"--filename={file}" for file in files]
    kubectl("apply", "--server-side", "--force-conflicts", *names)
