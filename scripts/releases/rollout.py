"""Reasons why pods of a release are not ready, as phrases with pod, container and cause."""

from collections.abc import Iterator

from kubernetes import client


def unready(api: client.ApiClient, namespace: str, release: str) -> list[str]:
    """Return a phrase for each pod that is not ready, and for workloads that cannot create pods."""
    selector = f"release={release}"
    pods = client.CoreV1Api(api).list_namespaced_pod(namespace, label_selector=selector).items
    apps = client.AppsV1Api(api)
    deployments = apps.list_namespaced_deployment(namespace, label_selector=selector).items
    jobs = client.BatchV1Api(api).list_namespaced_job(namespace, label_selector=selector).items
    return sorted(
        [
            *unready_pods(pods),
            *_conditions(deployments, "ReplicaFailure"),
            *_conditions(jobs, "Failed"),
        ]
    )


def unready_pods(pods: list[client.V1Pod]) -> Iterator[str]:
    """Yield a phrase for each pod that should be ready and is not."""
    for pod in pods:
        leaving = pod.metadata.deletion_timestamp is not None
        # A failed pod may have a successor that succeeded; its Job has the result.
        done = pod.status.phase in ("Succeeded", "Failed")
        if leaving or done or _is_ready(pod):
            continue
        yield f"{pod.metadata.name} ({_reason(pod)})"


def _conditions(workloads: list, type_: str) -> Iterator[str]:
    """Yield workloads with a condition: a quota allows no pods, or a Job has no retries left."""
    for workload in workloads:
        for condition in workload.status.conditions or []:
            if condition.type == type_ and condition.status == "True":
                yield f"{workload.metadata.name} ({condition.message})"


def _is_ready(pod: client.V1Pod) -> bool:
    return any(
        condition.type == "Ready" and condition.status == "True"
        for condition in pod.status.conditions or []
    )


def _reason(pod: client.V1Pod) -> str:
    for condition in pod.status.conditions or []:
        if condition.type == "PodScheduled" and condition.status == "False":
            return condition.message or "not scheduled"
    statuses = [*(pod.status.init_container_statuses or []), *(pod.status.container_statuses or [])]
    reasons = [reason for status in statuses if (reason := _container_reason(status))]
    if reasons:
        return ", ".join(reasons)
    return pod.status.message or pod.status.reason or pod.status.phase


def _container_reason(status: client.V1ContainerStatus) -> str:
    """Return why a container is not ready; empty when it is ready or completed."""
    state = status.state
    if state.waiting:
        if state.waiting.reason == "PodInitializing":
            return ""
        return ", ".join(
            filter(None, [f"{status.name}: {state.waiting.reason}", state.waiting.message])
        )
    if state.terminated:
        if state.terminated.exit_code == 0:
            return ""
        return f"{status.name}: {state.terminated.reason}, exit code {state.terminated.exit_code}"
    return "" if status.ready else f"{status.name}: running, not ready"
