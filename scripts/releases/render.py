"""What the chart makes of values: the only place that runs `helm template`."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scripts.errors import Refusal
from scripts.paths import CHART
from scripts.programs import program
from scripts.releases import Release

KUBE_VERSION = "1.36.0"


@cache
def helm() -> Path:
    """Return the Helm to use: the one that HELM names, or ours, built when it is not there."""
    named = os.environ.get("HELM")
    if not named:
        return program("helm")
    if not os.access(named, os.X_OK):
        raise Refusal(f"HELM={named} is not a program.")
    return Path(named)


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
    """Return the manifests of the chart for value layers, then values, then `--set` texts.

    Helm's refusal becomes ours, without the noise around its sentence.
    """
    command = [str(helm()), "template", name, str(chart), "--namespace", namespace]
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
        raise Refusal(sentence(done.stderr))
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


def sentence(stderr: str) -> str:
    """Return what Helm wanted to say, without its prefixes, template positions and warnings."""
    # Only the last error counts: warnings come before it.
    text = re.split(r"^Error: ", stderr, flags=re.MULTILINE)[-1].strip()
    if "don't meet the specifications of the schema" in text:
        return "; ".join(_schema_problems(text))
    text = re.sub(r"\n*Use --debug flag .*", "", text)
    text = re.sub(r"^(\w+ FAILED: )?execution error at \([^)]*\): ", "", text)
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def _schema_problems(text: str) -> Iterator[str]:
    """Give each problem of the schema check with the dotted path of its key.

    Helm 3.17 writes `- scheduler: …`, a later one `- at '/scheduler': …`.
    """
    for line in text.splitlines():
        problem = re.match(r"\s*- (?:at '/?(.*?)'|\(root\)|([\w.-]+)): (.+)", line)
        if not problem:
            continue
        path = (problem[1] or problem[2] or "").replace("/", ".").replace("~1", "/")
        unknown = re.match(
            r"additional propert(?:y|ies) (.+?) (?:is )?not allowed", problem[3], re.I
        )
        if unknown:
            keys = (key.strip("' ") for key in unknown[1].split(","))
            yield from (
                f"`{path}.{key}`".replace("`.", "`") + " is no value of the chart" for key in keys
            )
        else:
            yield f"`{path}`: {problem[3]}" if path else problem[3]
