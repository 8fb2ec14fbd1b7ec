"""A record of short-lived pods: watched while they exist, queried after their deletion."""

import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from kubernetes import watch
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from tests.cluster.namespace import Namespace, Pod


class Watch:
    """The last state of every pod that starts in a namespace while the `with` block runs."""

    def __init__(
        self, namespace: Namespace, on_running: Callable[[Pod], None] | None = None
    ) -> None:
        self._namespace = namespace
        self._on_running = on_running
        self._watch = watch.Watch()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._stopped = False
        self._last: dict[str, Pod] = {}
        self._seen_running: set[str] = set()
        self._gone: set[str] = set()
        self._older: set[str] = set()

    def __enter__(self) -> "Watch":
        self._older = {pod.metadata.uid for pod in self._namespace.pods()}
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped = True
        self._watch.stop()

    def pods(self, **labels: str) -> list[Pod]:
        """Return pods with these labels, existing or deleted."""
        return [
            pod
            for pod in list(self._last.values())
            if labels.items() <= (pod.metadata.labels or {}).items()
        ]

    def living(self) -> list[str]:
        """Return the names of pods that still exist."""
        return [pod.metadata.name for uid, pod in self._last.items() if uid not in self._gone]

    def _follow(self) -> None:
        # The API server ends watches from time to time; the next one begins with all pods.
        while not self._stopped:
            with suppress(HTTPError, ApiException):
                self._follow_once()

    def _follow_once(self) -> None:
        pods = self._watch.stream(
            self._namespace.core.list_namespaced_pod, self._namespace.name, timeout_seconds=60
        )
        for event in pods:
            if event["object"].metadata.uid not in self._older:
                self._see(event["type"], event["object"])

    def _see(self, event: str, pod: Pod) -> None:
        uid = pod.metadata.uid
        self._last[uid] = pod
        if event == "DELETED":
            self._gone.add(uid)
        if self._on_running and pod.status.phase == "Running" and uid not in self._seen_running:
            self._seen_running.add(uid)
            self._on_running(pod)
