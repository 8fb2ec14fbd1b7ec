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
    command = [str(helm.executable()), "template", name, str(chart), "--namespace", namespace]
    command += ["--kube-version", kube_version]
    command += [f"--values={layer}" for layer in layers]
    command += [f"--set={text}" for text in sets]
    if values is not None:
        command.append("--values=-")
    done = subprocess.run(
        command,
        input=yaml.safe_dump(dict(values)) if values is not None else "",
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise helm.Failed(helm.sentence(done.stderr))
    return done.stdout


def release_manifests(release: Release, values: Mapping[str, Any] | None = None) -> str:
    """Return the manifests of a release, for the Kubernetes that its environment runs."""
    return helm_template(
        release.layers,
        values,
        name=release.name,
        namespace=release.namespace,
        kube_version=f"{release.environment.kubernetes.version}.0",
    )
