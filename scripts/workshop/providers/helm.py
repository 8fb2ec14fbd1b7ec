"""Helm releases for the stand-in of hashicorp/helm, which runs the real Helm."""

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import yaml

from scripts.workshop.providers.resource import Failure, Resource
from scripts.workshop.providers.values import UNKNOWN, Values

ABSENT = "release: not found"


def resources(config: Values) -> Mapping[str, Resource]:
    """Return the implementation of each resource type, for the configured context."""
    named = config["kubernetes"] or {}
    cluster = []
    if named.get("config_path"):
        cluster += ["--kubeconfig", named["config_path"]]
    if named.get("config_context"):
        cluster += ["--kube-context", named["config_context"]]
    return {"helm_release": HelmRelease(cluster)}


class HelmRelease:
    """A release of a chart in a local folder."""

    def __init__(self, cluster: Sequence[str]) -> None:
        self._cluster = cluster
        self._running: set[subprocess.Popen] = set()
        self._lock = threading.Lock()

    def read(self, state: Values) -> Values | None:
        try:
            return self._state(state)
        except Failure as failure:
            if ABSENT in failure.detail:
                return None
            raise

    def settled(self, planned: Values) -> Values:
        """Plan a deployed release of this chart, whatever its current status."""
        version = _chart(planned)["version"]
        if planned["version"] not in (None, UNKNOWN, version):
            raise Failure(
                "Planned version is different from configured version",
                f"`version` is {planned['version']}; the chart {planned['chart']} has {version}.",
            )
        return {"manifest": None, "resources": None, "status": "deployed", "version": version}

    def create(self, planned: Values) -> Values:
        words = ["upgrade", "--install"] if planned["upgrade_install"] else ["install"]
        return self._put(words, planned)

    def update(self, prior: Values, planned: Values) -> Values:
        return self._put(["upgrade"], planned)

    def delete(self, state: Values) -> None:
        flags = ["--ignore-not-found", "--timeout", f"{state['timeout']}s"]
        if state["wait"]:
            flags.append("--wait")
        self._helm("uninstall", state["name"], *_namespace(state), *flags)

    def stop(self) -> None:
        """Interrupt Helm, which marks the release as failed, so that the next run can continue."""
        with self._lock:
            for process in self._running:
                process.send_signal(signal.SIGINT)

    def _put(self, words: Sequence[str], planned: Values) -> Values:
        """Install or upgrade with the layers in files that only the owner can read."""
        with tempfile.TemporaryDirectory(prefix="helm-values-") as folder:
            files = []
            for number, layer in enumerate(planned["values"] or []):
                file = Path(folder) / f"{number}.yaml"
                file.write_text(layer)
                files += ["--values", str(file)]
            self._helm(*words, planned["name"], planned["chart"], *files, *_flags(words, planned))
        return self._state(planned)

    def _state(self, known: Values) -> Values:
        place = [known["name"], *_namespace(known), "--output", "json"]
        status = json.loads(self._helm("status", *place))
        chart = json.loads(self._helm("get", "metadata", *place))
        info = status["info"]
        described = known["description"]
        return {
            **known,
            "description": info["description"] if described == UNKNOWN else described,
            "id": known["name"],
            "manifest": None,
            "metadata": {
                "app_version": chart["appVersion"],
                "chart": chart["chart"],
                "first_deployed": _seconds(info["first_deployed"]),
                "last_deployed": _seconds(info["last_deployed"]),
                "name": status["name"],
                "namespace": status["namespace"],
                "notes": info.get("notes", ""),
                "revision": status["version"],
                "values": json.dumps(status.get("config") or {}, sort_keys=True),
                "version": chart["version"],
            },
            "resources": None,
            "status": info["status"],
            "version": chart["version"],
        }

    def _helm(self, *words: str) -> str:
        from scripts.go_programs import program

        command = [str(program("helm")), *words, *self._cluster]
        # A group of its own: Ctrl-C goes to Terraform, which stops its providers.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=_environment(),
        )
        with self._lock:
            self._running.add(process)
        try:
            output, errors = process.communicate()
        finally:
            with self._lock:
                self._running.discard(process)
        if process.returncode != 0:
            said = errors.strip() or f"It ended with status {process.returncode}."
            raise Failure(f"helm {words[0]} failed", said)
        return output


def _flags(words: Sequence[str], planned: Values) -> list[str]:
    upgrades = "upgrade" in words
    switches = {
        "--cleanup-on-fail": upgrades and planned["cleanup_on_fail"],
        "--create-namespace": planned["create_namespace"] and words != ["upgrade"],
        "--wait": planned["wait"],
        "--wait-for-jobs": planned["wait_for_jobs"],
    }
    flags = [*_namespace(planned), "--timeout", f"{planned['timeout']}s"]
    if upgrades:
        flags += ["--history-max", str(planned["max_history"])]
    if planned["description"] not in (None, UNKNOWN):
        flags += ["--description", planned["description"]]
    return flags + [switch for switch, on in switches.items() if on]


def _namespace(values: Values) -> list[str]:
    return ["--namespace", values["namespace"]]


def _chart(planned: Values) -> Mapping:
    file = Path(planned["chart"]) / "Chart.yaml"
    try:
        return yaml.safe_load(file.read_text())
    except OSError as error:
        raise Failure("The chart cannot be read", f"{file}: {error.strerror}") from None


def _seconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp())


def _environment() -> dict[str, str]:
    """Return the environment without HELM_NAMESPACE and similar: the configuration decides."""
    kept = ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_DRIVER")
    return {k: v for k, v in os.environ.items() if not k.startswith("HELM_") or k in kept}
