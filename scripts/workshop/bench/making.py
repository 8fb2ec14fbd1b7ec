"""Figures about make targets that are run often."""

import subprocess
import time

from scripts.errors import Refusal
from scripts.paths import ROOT
from scripts.steps import Step
from scripts.workshop.bench.figures import Bar, Measured, figure
from scripts.workshop.bench.measured_cluster import MeasuredCluster


@figure(
    "`make up` again, nothing changed",
    Bar("wall time", "s", 45),
    Bar("pods that were replaced or restarted", "", 0),
)
def up_again(this: Step) -> Measured:
    """Wall time of `make up` while everything runs; before and after, all pods of all namespaces
    are listed with their uid and the restarts of their containers, without pods of tasks.
    """
    _make("up", this)
    before = MeasuredCluster().containers_started()
    seconds = _make("up", this)
    after = MeasuredCluster().containers_started()
    changed = sorted(name for name, life in before.items() if after.get(name) != life)
    changed += sorted(set(after) - set(before))
    return Measured((seconds, len(changed)), {"changed": changed, "pods": len(before)})


@figure("`make test`, warm", Bar("wall time", "s", 240))
def test(this: Step) -> Measured:
    """Wall time of `make test` after it has passed once, so that environments and programs are
    cached; it must pass.
    """
    _make("test", this)
    return Measured((_make("test", this),))


def _make(target: str, this: Step) -> float:
    """Run a target and return its seconds; raise Refusal when it fails."""
    this.note(f"make {target}")
    started = time.monotonic()
    done = subprocess.run(["make", target], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        last = " ".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-2:])
        raise Refusal(f"`make {target}` failed: {last}")
    return time.monotonic() - started
