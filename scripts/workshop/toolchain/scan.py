"""checkov for every deployed manifest, pods of tasks, and Terraform code."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scripts.bootstrap import Impossible, python
from scripts.errors import Refusal
from scripts.manifests import Manifests
from scripts.paths import CACHE, ROOT
from scripts.releases import releases
from scripts.releases.render import release_manifests

TOOL = ROOT / "tools" / "checkov"


def scan() -> None:
    """Raise Refusal for a failed check without an exception, or an exception without one."""
    exceptions = yaml.safe_load((TOOL / "exceptions.yaml").read_text())
    found = failed_checks()
    new = {
        f"{check['check_id']} ({check['check_name']}) at {check['resource']}"
        for check in found
        if check["check_id"] not in exceptions
    }
    if new:
        known = "\n".join(sorted(new))
        raise Refusal(f"checkov failed; fix these, or add exceptions in tools/checkov:\n{known}")
    unused = exceptions.keys() - {check["check_id"] for check in found}
    if unused:
        names = ", ".join(sorted(unused))
        raise Refusal(
            f"Remove {names} from tools/checkov/exceptions.yaml: these checks no longer fail."
        )


def failed_checks() -> list[dict[str, Any]]:
    """Return the failed checks of checkov, with `check_id`, `check_name` and `resource`."""
    try:
        checkov = python(TOOL / "requirements.lock", CACHE).with_name("checkov")
    except Impossible as reason:
        raise Refusal(str(reason)) from reason
    with tempfile.TemporaryDirectory() as folder:
        for release in releases():
            write_manifests(
                Path(folder), str(release).replace("/", "-"), release_manifests(release)
            )
        # environments/ has no resources of its own: it calls the modules in terraform/.
        places = (Path(folder), ROOT / "examples", ROOT / "terraform")
        done = subprocess.run(
            [
                checkov,
                *(f"--directory={place}" for place in places),
                "--framework=kubernetes",
                "--framework=terraform",
                "--output=json",
                "--quiet",
                "--compact",
                "--skip-download",
            ],
            env={**os.environ, "LOG_LEVEL": "ERROR"},
            capture_output=True,
            text=True,
        )
    try:
        reports = list(reports_in(done.stdout))
    except ValueError as error:
        raise Refusal(f"checkov printed no report: {done.stderr.strip()[-500:]}") from error
    return [check for report in reports for check in report["results"]["failed_checks"]]


def write_manifests(folder: Path, name: str, text: str) -> None:
    """Write the manifests of a release, and the pod of its tasks from the text in a ConfigMap."""
    (folder / f"{name}.yaml").write_text(text)
    manifests = Manifests(text)
    if task := manifests.pod_template_manifest:
        # KubernetesExecutor sets this namespace.
        task["metadata"]["namespace"] = manifests.configuration["kubernetes_executor"]["namespace"]
        (folder / f"{name}-task.yaml").write_text(yaml.safe_dump(task))


def reports_in(text: str) -> Iterator[dict[str, Any]]:
    """Yield the reports, one per directory and framework; some are in lists."""
    decoder, rest = json.JSONDecoder(), text.strip()
    if not rest:
        raise ValueError("no report")
    while rest:
        value, end = decoder.raw_decode(rest)
        yield from (
            one for one in (value if isinstance(value, list) else [value]) if "results" in one
        )
        rest = rest[end:].strip()
