"""Figures about rendering: its cost, and its reproducibility."""

import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from scripts.paths import CHART
from scripts.releases import helm, releases
from scripts.releases.render import KUBE_VERSION, helm_template, release_manifests
from scripts.steps import Step
from scripts.workshop.bench.figures import Bar, Measured, figure

RUNS = 25


@figure("`helm template` with defaults, above an empty chart", Bar("user CPU", "s", 0.08))
def render_cpu(this: Step) -> Measured:
    """User CPU seconds of the child process (`wait4`), the chart and an empty chart in turn,
    the median of 25 each, and the difference of both.
    """
    with tempfile.TemporaryDirectory() as folder:
        empty = _empty_chart(Path(folder))
        _user_seconds(CHART), _user_seconds(empty)
        pairs = [(_user_seconds(CHART), _user_seconds(empty)) for _ in range(RUNS)]
    ours, nothing = (statistics.median(column) for column in zip(*pairs, strict=True))
    details = {"chart": ours, "empty chart": nothing, "runs": RUNS}
    return Measured((ours - nothing,), details)


@figure("Two renders of the defaults and of each release", Bar("that differ", "", 0))
def render_bytes(this: Step) -> Measured:
    """The chart with its defaults and every release are rendered twice, compared byte by byte."""
    renders = [helm_template, *(lambda r=r: release_manifests(r) for r in releases())]
    return Measured((sum(one() != one() for one in renders),), {"compared": len(renders)})


def _empty_chart(folder: Path) -> Path:
    (folder / "templates").mkdir()
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: empty\nversion: 0.1.0\n")
    return folder


def _user_seconds(chart: Path) -> float:
    command = [
        str(helm.executable()),
        "template",
        "airflow",
        str(chart),
        f"--kube-version={KUBE_VERSION}",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    # Tell Popen that wait4 has already reaped the child.
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime
