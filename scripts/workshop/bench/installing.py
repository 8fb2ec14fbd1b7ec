"""Figures about a new Airflow: time to ready, and resources when idle."""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from scripts.paths import CHART, KUBECONFIG
from scripts.releases import helm
from scripts.steps import Step
from scripts.values.rows import component_rows
from scripts.workshop.bench.figures import Bar, Measured, figure
from scripts.workshop.bench.machine import wait_until_quiet
from scripts.workshop.bench.measured_cluster import (
    LONGEST_SECONDS,
    MeasuredCluster,
    standing_release,
)
from scripts.workshop.bench.timeline import Timeline
from scripts.workshop.cluster import image_store, images

RUNS = 3
NAMESPACE = "airflow-bench"
_ROWS = component_rows().items()
COMPONENTS = [name for name, row in _ROWS if row.kind == "Deployment"]
DATABASES = [name for name, row in _ROWS if row.kind == "StatefulSet"]
SETTLED_SECONDS = 120
WATCHED_SECONDS = 90
# Parts of the release of `make up` that a second one cannot have (its node port, the claims of its
# logs) or does not need (persistent data, example Dags).
OWN_VALUES = {
    "apiServer": {"service": {"type": "ClusterIP", "ports": []}},
    "logs": {"persistence": {"enabled": False}},
    "postgresql": {"persistence": {"enabled": False}},
    "volumes": {"example-dags": None},
    "volumeMounts": {"example-dags": None},
}


@figure(
    "`helm install` to all components ready, its own empty database included",
    Bar("median of 3", "s", 30),
    alone=True,
)
def install(this: Step) -> Measured:
    """The values of `local` without its volumes and Dags, in new namespaces each time, on a quiet
    machine whose node has the images, with the release of `make up` scaled to zero. The clock
    starts with the `helm install` process and ends when the API server reports the last of the
    five pods (database and four components) as Ready. Median of three.
    """
    cluster = MeasuredCluster()
    image_store.import_missing()
    runs = [_install_once(cluster, this, number) for number in range(1, RUNS + 1)]
    median = statistics.median(run["seconds"] for run in runs)
    return Measured((median,), {"runs": runs})


@figure(
    "Idle, 120 s after ready, four components together",
    Bar("working set", "MiB", 930),
    Bar("CPU", "m", 70),
    alone=True,
)
def idle(this: Step) -> Measured:
    """A release as for `install` idles for 120 s after it is ready. Then kubelet's `stats/summary`
    gives the working set, and 90 s later the CPU time used in between (cumulative
    `usageCoreNanoSeconds`, by kubelet's own clock).
    """
    cluster = MeasuredCluster()
    image_store.import_missing()
    with _installed(cluster, this) as timeline:
        _sleep(SETTLED_SECONDS, this, "settling")
        before = cluster.usage(NAMESPACE)
        _sleep(WATCHED_SECONDS, this, "watching")
        after = cluster.usage(NAMESPACE)
    used = {
        component: usage_between(component, before, after)
        for component in (*COMPONENTS, *DATABASES)
    }
    memory, cpu = (sum(used[one][what] for one in COMPONENTS) for what in ("MiB", "m"))
    return Measured((memory, cpu), {"by component": used, "timeline": timeline.stories()})


def _install_once(cluster: MeasuredCluster, this: Step, number: int) -> dict[str, Any]:
    this.note(f"run {number} of {RUNS}")
    busy = wait_until_quiet(this)
    with _installed(cluster, this) as timeline:
        stories = timeline.stories()
        ready = {one: stories[one]["ready"] for one in (*COMPONENTS, *DATABASES)}
        return {
            "seconds": round(max(ready.values()), 2),
            "busy before": round(busy),
            "timeline": stories,
        }


@contextmanager
def _installed(cluster: MeasuredCluster, this: Step) -> Iterator[Timeline]:
    """Install a separate release, yield its timeline when it is ready, and remove it afterwards."""
    with cluster.fresh_namespaces(NAMESPACE, f"{NAMESPACE}-tasks"):
        timeline = Timeline(cluster.core, NAMESPACE)
        timeline.start()
        try:
            _helm_install()
            components = {*COMPONENTS, *DATABASES}
            seconds = timeline.wait_until_ready(components, seconds=LONGEST_SECONDS)
            this.note(f"ready after {seconds:.1f} s")
            yield timeline
        finally:
            timeline.stop()


def _helm_install() -> None:
    """Install without waiting, since the timeline is more precise than Helm."""
    release = standing_release()
    with tempfile.TemporaryDirectory() as folder:
        more = {
            Path(folder) / "images.yaml": images.layer(),
            Path(folder) / "bench.yaml": OWN_VALUES,
        }
        for path, values in more.items():
            path.write_text(yaml.safe_dump(values))
        command = [
            str(helm.executable()),
            "install",
            release.name,
            str(CHART),
            f"--namespace={NAMESPACE}",
        ]
        command += [f"--kubeconfig={KUBECONFIG}"]
        command += [f"--values={layer}" for layer in (*release.layers, *more)]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise helm.Failed(helm.sentence(done.stderr))


def usage_between(component: str, before: dict, after: dict) -> dict[str, float]:
    """Return the memory of the first sample, and the CPU between both."""
    (pod,) = [name for name in before if name.startswith(f"airflow-{component}-")]
    cores = 0.0
    for container, (later, total) in after[pod]["cpu"].items():
        earlier, less = before[pod]["cpu"][container]
        cores += (total - less) / 1e9 / _seconds_between(earlier, later)
    return {"MiB": round(before[pod]["memory"] / 2**20, 1), "m": round(cores * 1000, 1)}


def _seconds_between(earlier: str, later: str) -> float:
    start, end = (datetime.fromisoformat(text) for text in (earlier, later))
    return (end - start).total_seconds()


def _sleep(seconds: int, this: Step, what: str) -> None:
    for passed in range(seconds):
        this.note(f"{what}: {seconds - passed} s")
        time.sleep(1)
