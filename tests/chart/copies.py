"""Copies of the chart with a change: another template, another row."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from scripts.paths import CHART


def copy_chart(folder: Path, changed: Mapping[str, str]) -> Path:
    """Return a copy of the chart with these files, by their paths in the chart."""
    chart = folder / "airflow"
    shutil.copytree(CHART, chart)
    for name, text in changed.items():
        (chart / name).write_text(text)
    return chart
