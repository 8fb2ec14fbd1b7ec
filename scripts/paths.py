"""Paths of the repository, the cache and the local cluster, and digests of files."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHART = ROOT / "charts" / "airflow"
ADMISSION_CHART = ROOT / "charts" / "admission"
ENVIRONMENTS = ROOT / "environments"
TOOLS = ROOT / "tools"
IMAGES = ROOT / "images"
DAGS = ROOT / "dags"

# Compiled programs, images and Python environments, each in a folder named by its content.
CACHE = Path(
    os.environ.get("AIRFLOW_ON_KUBERNETES_CACHE")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "airflow-on-kubernetes"
)
# State of the local cluster; `make down` removes it.
STATE = Path("/var/lib/airflow-on-kubernetes")
KUBECONFIG = STATE / "kubeconfig"


def digest(paths: Iterable[Path], *more: str) -> str:
    """Return 16 hex digits of a SHA-256 over files, folders (all files in them) and strings.

    It depends on names and contents; compiled Python is left out.
    """
    total = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if "__pycache__" in file.parts:
                continue
            total.update(f"{file.relative_to(path.parent)}\0".encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    for text in more:
        total.update(f"{text}\0".encode())
    return total.hexdigest()[:16]
