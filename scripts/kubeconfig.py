"""The contexts of kubeconfig files, read without a Kubernetes client, which is slow to load.

As for kubectl, KUBECONFIG may list several files; of several with a context, the first is used.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts.errors import Refusal

DEFAULT = Path("~/.kube/config")


def user_files(env: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Return the user's kubeconfig files: those in KUBECONFIG, or the default one."""
    listed = tuple(Path(part) for part in env.get("KUBECONFIG", "").split(os.pathsep) if part)
    return listed or (DEFAULT.expanduser(),)


def contexts(file: Path) -> set[str]:
    """Return the names of a file's contexts; raise Refusal if it is not a kubeconfig."""
    try:
        return {context["name"] for context in _read(file).get("contexts") or []}
    except (TypeError, KeyError):
        raise Refusal(f"{file} is not a valid kubeconfig.") from None


def current_context(files: Iterable[Path]) -> str:
    """Return the context that kubectl would use, empty if no file names one."""
    return next((name for file in existing(files) if (name := _current(file))), "")


def file_with(context: str, files: Iterable[Path]) -> Path | None:
    """Return the first file that has the context."""
    return next((file for file in existing(files) if context in contexts(file)), None)


def require(context: str, files: Iterable[Path]) -> None:
    """Raise Refusal if there is no kubeconfig, or none of them has the context."""
    files = list(files)
    names = ", ".join(map(str, files))
    found = existing(files)
    if not found:
        raise Refusal(
            f"No kubeconfig at {names}: set KUBECONFIG, or start the local cluster with `make up`."
        )
    known = set().union(*map(contexts, found))
    if context not in known:
        wanted = f"context {context!r}" if context else "current context"
        listed = ", ".join(sorted(known)) or "none"
        raise Refusal(f"There is no {wanted} in {names}; known: {listed}.")


def existing(files: Iterable[Path]) -> list[Path]:
    """Return those of the files that exist."""
    return [file for file in files if file.is_file()]


def _current(file: Path) -> str:
    return _read(file).get("current-context") or ""


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError):
        content = None
    if not isinstance(content, dict):
        raise Refusal(f"{file} is not a valid kubeconfig.")
    return content
