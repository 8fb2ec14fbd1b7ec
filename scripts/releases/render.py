"""Manifests that the chart renders from values: the only module that runs `helm template`."""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts.paths import CHART
from scripts.releases import Release, helm

KUBE_VERSION = "1.36.0"


def helm_template(
    layers: Iterable[Path] = (),
    values: Mapping[str, Any] | None = None,
    *,
    name: str = "airflow",
    namespace: str = "airflow",
    sets: Iterable[str] = (),
    kube_version: str = KUBE_VERSION,
    chart: Path = CHART,
) -> str:
    """Return the chart's manifests for value layers, then values, then `--set` texts.

    Raises Refusal with Helm's own message when the chart or its schema refuses the values.
    """
    options = [f"--namespace={namespace}", f"--kube-version={kube_version}"]
    options += [f"--values={layer}" for layer in layers]
    options += [f"--set={text}" for text in sets]
    done = run_template(values, name=name, chart=chart, options=options)
    if done.returncode != 0:
        raise helm.Failed(helm.sentence(done.stderr))
    return done.stdout


def run_template(
    values: Mapping[str, Any] | None, *, name: str, chart: Path, options: Iterable[str]
) -> subprocess.CompletedProcess[str]:
    """Run `helm template` with values over those that options name; return what it printed."""
    command = [str(helm.executable()), "template", name, str(chart), *options]
    if values is not None:
        command.append("--values=-")
    return subprocess.run(
        command,
        input=yaml.safe_dump(dict(values)) if values is not None else "",
        capture_output=True,
        text=True,
    )


def release_manifests(release: Release, values: Mapping[str, Any] | None = None) -> str:
    """Return the manifests of a release, for the Kubernetes that its environment runs."""
    return helm_template(
        release.layers,
        values,
        name=release.name,
        namespace=release.namespace,
        kube_version=f"{release.environment.kubernetes.version}.0",
    )
