"""Rendered manifests, kept between runs: the same Helm, chart and values give the same text.

A second run of the tests renders nothing again, as long as the chart is the same. What Hypothesis
makes up is not kept, and neither are renders of changed copies of the chart.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import currently_in_test_context

from scripts.paths import CACHE, CHART, digest
from scripts.releases import helm, render

FOLDER = CACHE / "renders"
# Charts of which renders are kept: those of the last branches that were tested.
KEPT_CHARTS = 3
LAYER = "--values="
COMMAND = Path(render.__file__)
# Answers of the chart and its schema, unlike those of a Helm that was killed.
REFUSED = re.compile("execution error at|values don't meet the specifications")

Run = Callable[..., subprocess.CompletedProcess[str]]


def kept(run: Run, folder: Path = FOLDER) -> Run:
    """Return `run_template` with a memory in a folder."""

    def act(
        values: Mapping[str, Any] | None, *, name: str, chart: Path, options: Iterable[str]
    ) -> subprocess.CompletedProcess[str]:
        options = list(options)
        if chart != CHART or currently_in_test_context():
            return run(values, name=name, chart=chart, options=options)
        layers = [Path(one.removeprefix(LAYER)) for one in options if one.startswith(LAYER)]
        stated = None if values is None else yaml.safe_dump(dict(values))
        told = json.dumps([stated, name, options, [layer.read_text() for layer in layers]])
        file = _home(folder) / digest([], told)
        if file.exists():
            found = json.loads(gzip.decompress(file.read_bytes()))
            return subprocess.CompletedProcess([], found["status"], found["out"], found["said"])
        done = run(values, name=name, chart=chart, options=options)
        if done.returncode and not REFUSED.search(done.stderr):
            return done
        text = json.dumps({"status": done.returncode, "out": done.stdout, "said": done.stderr})
        _write(file, gzip.compress(text.encode(), compresslevel=1))
        return done

    act.__wrapped__ = run
    return act


@cache
def _home(folder: Path) -> Path:
    """The folder of this chart and this Helm; those of other charts are deleted in time."""
    program = helm.executable()
    home = folder / digest([CHART, COMMAND], str(program), str(program.stat().st_mtime_ns))
    home.mkdir(parents=True, exist_ok=True)
    os.utime(home)
    for old in sorted(folder.iterdir(), key=lambda one: -one.stat().st_mtime)[KEPT_CHARTS:]:
        shutil.rmtree(old, ignore_errors=True)
    return home


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, since several processes test at once."""
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as open_file:
        open_file.write(content)
    Path(name).replace(file)
