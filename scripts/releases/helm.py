"""Helm's verbs for a release in a cluster: history, manifest, upgrade, rollback.

An error of Helm becomes `Failed`, with Helm's own message without prefixes and stack.
"""

import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.errors import Refusal
from scripts.go_programs import program
from scripts.paths import CHART
from scripts.releases import Release

if TYPE_CHECKING:
    # Rendering needs Helm, but no Kubernetes client, which is slow to load.
    from scripts.releases.target import Target

KEPT_REVISIONS = 10
LOOK_EVERY_SECONDS = 2
# A call in Go's template stack; the last one is the place of the error.
CALL = re.compile(
    r'template: (\S+/\S+?:\d+):\d+: executing ".+?" at <.+?>: (?:error calling \w+: )?'
)


class Failed(Refusal):
    """Helm ended with an error."""


@dataclass(frozen=True)
class Revision:
    """One entry of a release's history in the cluster."""

    number: int
    status: str

    @property
    def is_deployed(self) -> bool:
        """True if it was ready, and no later revision has replaced it."""
        return self.status == "deployed"

    @property
    def is_pending(self) -> bool:
        """True while Helm works on it, or after Helm was killed."""
        return self.status.startswith("pending-")


@cache
def executable() -> Path:
    """Return the path of Helm: HELM if set, otherwise the pinned one, built if not cached.

    Raises Refusal when HELM does not name a program.
    """
    named = os.environ.get("HELM")
    if not named:
        return program("helm")
    if not os.access(named, os.X_OK):
        raise Refusal(f"HELM={named} is not an executable file.")
    return Path(named)


@cache
def major_version() -> int:
    """Return Helm's major version; raise Refusal when the program does not print one."""
    done = _run("version", "--short")
    found = re.match(r"v(\d+)\.", done.stdout)
    if not found:
        raise Refusal(f"{executable()} is not Helm: `version --short` prints no version.")
    return int(found[1])


def history(release: Release, target: "Target") -> list[Revision]:
    """Return the revisions, oldest first; none when the release is not installed.

    Raises Failed when Helm cannot read them.
    """
    done = _run("history", release.name, "--output=json", *_where(release, target))
    if done.returncode == 0:
        return [Revision(entry["revision"], entry["status"]) for entry in json.loads(done.stdout)]
    if "not found" in done.stderr:
        return []
    raise Failed(
        f"Helm cannot read the history of {release} in {target.context}: {sentence(done.stderr)}"
    )


def manifest(release: Release, target: "Target", revision: int) -> str:
    """Return the manifests of a revision; raise Failed when Helm cannot read them."""
    arguments = ["get", "manifest", release.name, f"--revision={revision}"]
    return _checked(_run(*arguments, *_where(release, target)))


def upgrade(
    release: Release, target: "Target", *, timeout: str, meanwhile: Callable[[], None]
) -> None:
    """Install or upgrade a release and wait until it is ready; call `meanwhile` every 2 seconds.

    Values of the last revision are not reused, which would drop new defaults of the chart. Raises
    Failed; an interruption stops Helm, which then marks the revision as failed, so that the next
    upgrade can start.
    """
    command = [str(executable()), "upgrade", release.name, str(CHART), "--install"]
    command += [f"--values={layer}" for layer in release.layers]
    command += [f"--history-max={KEPT_REVISIONS}", *_waiting(timeout), *_where(release, target)]
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        try:
            while process.poll() is None:
                meanwhile()
                time.sleep(LOOK_EVERY_SECONDS)
        except BaseException:
            process.terminate()
            process.wait()
            raise
        errors.seek(0)
        if process.returncode != 0:
            raise Failed(sentence(errors.read()) or "helm failed without a message")


def rollback(release: Release, target: "Target", revision: int, *, timeout: str) -> None:
    """Roll back to a revision and wait until it is ready; raise Failed when that fails."""
    arguments = ["rollback", release.name, str(revision), *_waiting(timeout)]
    _checked(_run(*arguments, *_where(release, target)))


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
    """Yield each problem of the schema check with the dotted path of its key.

    Helm 3.17 writes `- scheduler: …`, later versions `- at '/scheduler': …`.
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
            # Each alternative is a line; null is left out, since it does not help the user.
            wanted = types.setdefault(path, (wrong_type[1], []))[1]
            wanted += [kind for kind in wrong_type[2].split(" or ") if kind != "null"]
        else:
            yield f"`{path}`: {found[3]}" if path else found[3]
    for path, (got, wanted) in types.items():
        if wanted:
            yield f"`{path}` must be {' or '.join(wanted)}, not {got}"


def _waiting(timeout: str) -> list[str]:
    """Return the options that make Helm wait, and make Helm 4 work as Helm 3 does.

    Terraform's provider contains Helm 3. A release that may change hands therefore stays
    client-side applied, and waits by the same rule, which ignores custom resources.
    """
    options = [f"--timeout={timeout}", "--wait-for-jobs"]
    if major_version() < 4:
        return [*options, "--wait"]
    return [*options, "--wait=legacy", "--server-side=false"]


def _where(release: Release, target: "Target") -> list[str]:
    return [f"--namespace={release.namespace}", *target.arguments()]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(executable()), *arguments], capture_output=True, text=True)


def _checked(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode != 0:
        raise Failed(sentence(done.stderr))
    return done.stdout
