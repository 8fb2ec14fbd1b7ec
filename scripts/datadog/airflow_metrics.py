"""Airflow's own list of its metrics, of the version that the image has, for tests to compare with.

The wheel carries it. Airflow is not installed where tests run, so names, types and the parts of
names that vary lie in tests/airflow_metrics.yaml.
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
    """The version of Airflow in the image."""
    text = (ROOT / "images" / "airflow" / "requirements.in").read_text()
    found = re.search(r"^apache-airflow\[[^\]]*\]==(\S+)$", text, re.MULTILINE)
    if found is None:
        raise Refusal("images/airflow/requirements.in pins no version of apache-airflow.")
    return found[1]


def write() -> None:
    """Write the list of the pinned version; its wheel is fetched by pip."""
    version = pinned_version()
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"apache-airflow-core=={version}"
        command = ("-m", "pip", "download", "--quiet", "--no-deps", f"--dest={folder}", wanted)
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
        if done.returncode != 0:
            raise Refusal(f"pip did not fetch {wanted}: {done.stderr.strip()[-300:]}")
        [wheel] = Path(folder).glob("*.whl")
        FILE.write_text(listed(version, wheel))
    console.print(f"wrote {FILE.relative_to(ROOT)}", highlight=False)


def listed(version: str, wheel: Path) -> str:
    """The text of the file, from a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        metrics = yaml.safe_load(archive.read(MEMBER))["metrics"]
    types = {metric["name"]: metric["type"] for metric in metrics}
    return HEADER + yaml.safe_dump({"version": version, "metrics": types})
