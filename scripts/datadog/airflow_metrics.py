"""Airflow's own list of its metrics, in the version of the image, for tests to compare with.

The wheel contains the list. Tests run without Airflow, so they read the names, the types and the
variable parts of names from tests/airflow_metrics.yaml.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import yaml

from scripts.console import console
from scripts.errors import Refusal
from scripts.paths import ROOT

FILE = ROOT / "tests" / "airflow_metrics.yaml"
MEMBER = "airflow/_shared/observability/metrics/metrics_template.yaml"
HEADER = (
    "# Written by `python -m scripts metrics`: Airflow's own list of metrics, and their types.\n"
)


def pinned_version() -> str:
    """Return the version of Airflow in the image."""
    text = (ROOT / "images" / "airflow" / "requirements.in").read_text()
    found = re.search(r"^apache-airflow\[[^\]]*\]==(\S+)$", text, re.MULTILINE)
    if found is None:
        raise Refusal(
            "images/airflow/requirements.in must pin apache-airflow (`apache-airflow==3.…`)."
        )
    return found[1]


def write() -> None:
    """Write the list of the pinned version, from its wheel."""
    version = pinned_version()
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"apache-airflow-core=={version}"
        command = ("-m", "pip", "download", "--quiet", "--no-deps", f"--dest={folder}", wanted)
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
        if done.returncode != 0:
            raise Refusal(f"pip could not download {wanted}: {done.stderr.strip()[-300:]}")
        [wheel] = Path(folder).glob("*.whl")
        FILE.write_text(listed(version, wheel))
    console.print(f"wrote {FILE.relative_to(ROOT)}", highlight=False)


def listed(version: str, wheel: Path) -> str:
    """Return the text of the file, from a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        metrics = yaml.safe_load(archive.read(MEMBER))["metrics"]
    types = {metric["name"]: metric["type"] for metric in metrics}
    return HEADER + yaml.safe_dump({"version": version, "metrics": types})
