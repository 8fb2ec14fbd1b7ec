"""Whether releases run as their files say: what somebody changed by hand is found, not hidden."""

import os
import subprocess

import yaml

from scripts.deploy import find_target, with_last_layer
from scripts.errors import Refusal
from scripts.programs import program
from scripts.releases import Release
from scripts.render import release_manifests

# What `kubectl diff` says when it has found a difference; more is a failure.
DIFFERENT = 1
# The API server counts up the generation of a NetworkPolicy in which an empty list is left out.
DIFF = "diff -u -N --ignore-matching-lines=generation"
# Pods of `helm test` come and go.
HOOK = "helm.sh/hook"


def difference(release: Release, *, context: str = "") -> str:
    """Return how the objects in the cluster differ from those of the files, empty if nowhere.

    The API server itself is asked what an upgrade would change (a dry run of a server-side apply),
    so defaults and fields that nobody states are no difference. Raises Refusal when it cannot be
    asked.
    """
    target = find_target(release, context)
    with with_last_layer(release, target, target.api()) as complete:
        text = release_manifests(complete)
    objects = [one for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if _lasts(one)]
    command = [str(program("kubectl")), "diff", "--filename=-", "--server-side"]
    command += ["--force-conflicts", "--field-manager=helm", f"--context={target.context}"]
    command += [f"--kubeconfig={target.kubeconfig}"] if target.kubeconfig else []
    done = subprocess.run(
        command,
        input=yaml.dump_all(objects, Dumper=yaml.CSafeDumper),
        env={**os.environ, "KUBECTL_EXTERNAL_DIFF": DIFF},
        capture_output=True,
        text=True,
    )
    if done.returncode > DIFFERENT:
        raise Refusal(f"{release} cannot be compared: {done.stderr.strip()}")
    return done.stdout


def _lasts(manifest: dict | None) -> bool:
    return bool(manifest) and HOOK not in manifest["metadata"].get("annotations", {})
