"""Times at which each pod of a namespace was scheduled, started and ready."""

import threading
import time
from typing import Any

from kubernetes import client, watch
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from scripts.errors import Refusal


class Timeline:
    """A watch of the pods of a namespace, with seconds since `start`.

    Conditions of pods have whole seconds only, so the arrival of the event is used instead.
    """

    def __init__(self, core: client.CoreV1Api, namespace: str) -> None:
        self._core = core
        self._namespace = namespace
        self._started = time.monotonic()
        self._changed = threading.Condition()
        self._stories: dict[str, dict[str, float]] = {}
        self._components: dict[str, str] = {}
        self._watch = watch.Watch()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def start(self) -> None:
        self._started = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._watch.stop()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def wait_until_ready(self, components: set[str], *, seconds: float) -> float:
        """Wait until each component has a ready pod; return the second of the last one."""
        with self._changed:
            if not self._changed.wait_for(lambda: components <= self._ready(), timeout=seconds):
                missing = ", ".join(sorted(components - self._ready()))
                raise Refusal(f"Not ready within {seconds:.0f} s: {missing}.")
            return max(
                story["ready"]
                for pod, story in self._stories.items()
                if self._components[pod] in components and "ready" in story
            )

    def stories(self) -> dict[str, dict[str, float]]:
        """Return the events of each component's pod, with their seconds."""
        with self._changed:
            return {
                self._components[pod]: {what: round(at, 2) for what, at in story.items()}
                for pod, story in sorted(
                    self._stories.items(), key=lambda item: min(item[1].values())
                )
            }

    def _ready(self) -> set[str]:
        return {self._components[pod] for pod, story in self._stories.items() if "ready" in story}

    def _follow(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (HTTPError, ApiException):
                # The API server may end a watch at any time; the next one begins with all pods.
                self._stopped.wait(0.1)

    def _listen(self) -> None:
        list_pods = self._core.list_namespaced_pod
        for event in self._watch.stream(list_pods, self._namespace, timeout_seconds=600):
            # The plain object, since the client's model of it is slow to create.
            pod, now = event["raw_object"], self.seconds
            name = pod["metadata"]["name"]
            with self._changed:
                self._components[name] = pod["metadata"]["labels"].get("component", name)
                story = self._stories.setdefault(name, {"made": now})
                for what in states_of(pod):
                    story.setdefault(what, now)
                self._changed.notify_all()


def states_of(pod: dict[str, Any]) -> list[str]:
    """Return the events that a pod has reached."""
    status = pod.get("status", {})
    true = {one["type"] for one in status.get("conditions", []) if one["status"] == "True"}
    facts = ["scheduled"] if "PodScheduled" in true else []
    for one in status.get("initContainerStatuses", []):
        facts += _states(one, "init")
    for one in status.get("containerStatuses", []):
        facts += _states(one, "main")
    # A completed pod is no longer ready.
    return [*facts, "ready"] if "Ready" in true else facts


def _states(status: dict[str, Any], name: str) -> list[str]:
    state = status.get("state", {})
    started = ["started"] if "running" in state or "terminated" in state else []
    ended = ["ended"] if "terminated" in state else []
    failed = ["restarted"] if status.get("restartCount") else []
    return [f"{name} {what}" for what in (*started, *ended, *failed)]
