"""The report of a failed test: pods that are not ready, with reasons and last output."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from kubernetes import client

from scripts.releases.rollout import unready_pods
from tests.cluster.namespace import Namespace, Pod, is_ready

OURS = "airflow-"
RECENT = timedelta(minutes=5)
LAST_CHARACTERS = 1500
MOST_EVENTS = 25


def report(api: client.ApiClient) -> str:
    """Return everything unusual in the namespaces of releases, as text."""
    names = [space.metadata.name for space in client.CoreV1Api(api).list_namespace().items]
    lines = [
        line
        for name in names
        if name.startswith(OURS)
        for line in _namespace_lines(Namespace(api, name))
    ]
    return "\n".join(lines) or "All pods are ready, without warnings."


def _namespace_lines(namespace: Namespace) -> Iterator[str]:
    pods = namespace.pods()
    for phrase in unready_pods(pods):
        yield f"{namespace.name}: {phrase}"
    for pod in pods:
        if pod.status.phase == "Failed" or (pod.status.phase == "Running" and not is_ready(pod)):
            yield f"--- {namespace.name}/{pod.metadata.name}, last output"
            yield namespace.logs(pod)[-LAST_CHARACTERS:]
    yield from _warnings(namespace, {pod.metadata.name: pod for pod in pods})


def _warnings(namespace: Namespace, pods: dict[str, Pod]) -> Iterator[str]:
    since = datetime.now(UTC) - RECENT
    events = namespace.core.list_namespaced_event(
        namespace.name, field_selector="type=Warning"
    ).items
    recent = [
        event
        for event in events
        if (event.last_timestamp or event.event_time or event.metadata.creation_timestamp) > since
    ]
    for event in recent[-MOST_EVENTS:]:
        name = event.involved_object.name
        gone = "" if name in pods or event.involved_object.kind != "Pod" else " (gone)"
        yield f"{namespace.name}/{name}{gone}: {event.reason}: {event.message}"
