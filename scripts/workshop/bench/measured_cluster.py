"""The local cluster during measurements: pods, usage, paused releases, temporary namespaces."""

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

from scripts.errors import Refusal
from scripts.paths import KUBECONFIG
from scripts.releases import Release, find
from scripts.releases.rollout import unready
from scripts.steps import Step
from scripts.workshop.airflow_api import AirflowApi
from scripts.workshop.cluster import node_api
from scripts.workshop.cluster.layout import AIRFLOW_NODE_PORT, NODE_ADDRESS

# Annotation with the replicas of a paused workload; after an interruption, the next run uses it.
REPLICAS = "bench/replicas"
OURS = {"bench": "true"}
LOOK_EVERY_SECONDS = 0.5
LONGEST_SECONDS = 300


def standing_release() -> Release:
    """Return the release that `make up` starts."""
    return find("local/payments")


@dataclass(frozen=True)
class Scalable:
    """A Deployment or a StatefulSet."""

    kind: str
    name: str
    namespace: str
    wanted: int
    ready: int
    annotations: dict[str, str]


class MeasuredCluster:
    """The node of `make up`, through its Kubernetes API."""

    def __init__(self) -> None:
        if not node_api.is_ready():
            raise Refusal("The local cluster is not running: start it with `make up`.")
        self.api = config.new_client_from_config(config_file=str(KUBECONFIG))
        self.core = client.CoreV1Api(self.api)
        self._apps = client.AppsV1Api(self.api)

    def workloads(self, namespace: str) -> list[Scalable]:
        """Return every Deployment and StatefulSet of a namespace."""
        found = {
            "deployment": self._apps.list_namespaced_deployment(namespace).items,
            "stateful_set": self._apps.list_namespaced_stateful_set(namespace).items,
        }
        return [
            Scalable(
                kind,
                item.metadata.name,
                namespace,
                item.spec.replicas,
                item.status.ready_replicas or 0,
                item.metadata.annotations or {},
            )
            for kind, items in found.items()
            for item in items
        ]

    def containers_started(self) -> dict[str, list[tuple[str, str, int]]]:
        """Return uid, name and restarts of containers by namespace/pod, for long-running pods."""
        return {
            f"{pod.metadata.namespace}/{pod.metadata.name}": sorted(
                (pod.metadata.uid, status.name, status.restart_count)
                for status in pod.status.container_statuses or []
            )
            for pod in self.core.list_pod_for_all_namespaces().items
            if pod.spec.restart_policy == "Always"
        }

    def airflow(self, release: Release) -> AirflowApi:
        """Return the REST API of a release, as its first user."""
        secret = self.core.read_namespaced_secret(f"{release.name}-first-user", release.namespace)
        user = {key: base64.b64decode(value).decode() for key, value in secret.data.items()}
        url = f"http://{NODE_ADDRESS}:{AIRFLOW_NODE_PORT}"
        return AirflowApi(url, user["username"], user["password"])

    def wait_until_ready(self, release: Release) -> None:
        """Wait until all pods of each workload of a release are ready."""

        def ready() -> bool:
            return all(one.ready == one.wanted for one in self.workloads(release.namespace))

        self._wait(ready, lambda: "; ".join(unready(self.api, release.namespace, release.name)))

    @contextmanager
    def paused(self, release: Release, this: Step) -> Iterator[None]:
        """Scale a release to zero, and back afterwards, also after an error."""
        namespace = release.namespace
        try:
            this.note(f"pausing {release}")
            for workload in self.workloads(namespace):
                wanted = workload.annotations.get(REPLICAS) or str(workload.wanted)
                self._scale(workload, 0, {REPLICAS: wanted})
            self._wait(
                lambda: not any(p.spec.restart_policy == "Always" for p in self._pods(namespace)),
                lambda: f"{namespace} still has pods",
            )
            yield
        finally:
            this.note(f"resuming {release}")
            for workload in self.workloads(namespace):
                if wanted := workload.annotations.get(REPLICAS):
                    self._scale(workload, int(wanted), {REPLICAS: None})
            self.wait_until_ready(release)

    @contextmanager
    def fresh_namespaces(self, *names: str) -> Iterator[None]:
        """Create namespaces as Terraform does, and delete them afterwards."""
        self._remove(*names)
        try:
            for name in names:
                labels = {**OURS, "pod-security.kubernetes.io/enforce": "restricted"}
                metadata = client.V1ObjectMeta(name=name, labels=labels)
                self.core.create_namespace(client.V1Namespace(metadata=metadata))
            yield
        finally:
            self._remove(*names)

    def usage(self, namespace: str) -> dict[str, dict[str, Any]]:
        """Return CPU by container, and memory, of each pod, as reported by kubelet."""
        summary = node_api.get("/api/v1/nodes/node/proxy/stats/summary")
        if summary is None:
            raise Refusal("kubelet reports no usage of its pods (stats/summary).")
        return {
            pod["podRef"]["name"]: _usage(pod)
            for pod in summary["pods"]
            if pod["podRef"]["namespace"] == namespace
        }

    def _pods(self, namespace: str) -> list[client.V1Pod]:
        return self.core.list_namespaced_pod(namespace).items

    def _scale(self, workload: Scalable, replicas: int, note: dict[str, str | None]) -> None:
        patch = getattr(self._apps, f"patch_namespaced_{workload.kind}")
        body = {"metadata": {"annotations": note}, "spec": {"replicas": replicas}}
        patch(workload.name, workload.namespace, body)

    def _remove(self, *names: str) -> None:
        for name in names:
            try:
                self.core.delete_namespace(name)
            except ApiException as error:
                if error.status != 404:
                    raise

        def gone() -> bool:
            there = {one.metadata.name for one in self.core.list_namespace().items}
            return not there & set(names)

        self._wait(gone, lambda: f"{', '.join(names)} still exist")

    def _wait(self, done: Callable[[], bool], why: Callable[[], str]) -> None:
        end = time.monotonic() + LONGEST_SECONDS
        while not done():
            if time.monotonic() > end:
                raise Refusal(f"Timeout after {LONGEST_SECONDS} s: {why()}.")
            time.sleep(LOOK_EVERY_SECONDS)


def _usage(pod: dict[str, Any]) -> dict[str, Any]:
    """Return the usage of a pod; kubelet reports ended containers without numbers."""
    running = [
        one for one in pod.get("containers", []) if "usageCoreNanoSeconds" in one.get("cpu", {})
    ]
    return {
        "cpu": {
            one["name"]: (one["cpu"]["time"], one["cpu"]["usageCoreNanoSeconds"]) for one in running
        },
        "memory": sum(one["memory"]["workingSetBytes"] for one in running),
    }
