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
# A call in Go's template stack, of which the last tells the place of an error.
CALL = re.compile(
    r'template: (\S+/\S+?:\d+):\d+: executing ".+?" at <.+?>: (?:error calling \w+: )?'
)


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
    """Return Helm's error without its prefixes, template positions and warnings."""
    # Only the last error counts: warnings come before it.
    text = re.split(r"^Error: ", stderr, flags=re.MULTILINE)[-1].strip()
    if "don't meet the specifications of the schema" in text:
        return "\n".join(sorted(_schema_problems(text)))
    text = re.sub(r"\n*Use --debug flag .*", "", text)
    text = re.sub(r"^(\w+ FAILED: )?execution error at \([^)]*\): ", "", text)
    calls = CALL.split(text)
    if len(calls) > 1:
        place, cause = calls[-2:]
        text = f"{place}: check the template expressions in values: {cause}"
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def _schema_problems(text: str) -> Iterator[str]:
    """Give each problem of the schema check with the dotted path of its key.

    Helm 3.17 writes `- scheduler: …`, a later one `- at '/scheduler': …`.
    """
    types: dict[str, tuple[str, list[str]]] = {}
    for line in text.splitlines():
        found = re.match(r"\s*- (?:at '/?(.*?)'|\(root\)|([\w.-]+)): (.+)", line)
        if not found or found[3].endswith("failed"):
            continue
        path = (found[1] or found[2] or "").replace("/", ".").replace("~1", "/")
        unknown = re.match(r"additional propert(?:y|ies) (.+?) (?:is )?not allowed", found[3], re.I)
        wrong_type = re.match(r"got (\w+), want (.+)", found[3])
        if unknown:
            keys = (key.strip("' ") for key in unknown[1].split(","))
            yield from (f"unknown value `{f'{path}.{key}'.strip('.')}`" for key in keys)
        elif wrong_type:
            # Each alternative is a line; that null is one, too, helps nobody.
            wanted = types.setdefault(path, (wrong_type[1], []))[1]
            wanted += [kind for kind in wrong_type[2].split(" or ") if kind != "null"]
        else:
            yield f"`{path}`: {found[3]}" if path else found[3]
    for path, (got, wanted) in types.items():
        if wanted:
            yield f"`{path}` must be {' or '.join(wanted)}, not {got}"
