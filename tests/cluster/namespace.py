"""A namespace of the cluster: pods of a component, logs, commands."""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from kubernetes import client
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import stream

from tests.cluster.waiting import wait_until

Pod = client.V1Pod
NOT_FOUND = 404


class Namespace:
    """A namespace, through the Kubernetes API."""

    def __init__(self, api: client.ApiClient, name: str) -> None:
        self.api = api
        self.name = name
        self.core = client.CoreV1Api(api)
        self.apps = client.AppsV1Api(api)
        self.batch = client.BatchV1Api(api)

    def pods(self, component: str = "", **labels: str) -> list[Pod]:
        """Return the pods, without those that are being deleted."""
        if component:
            labels["component"] = component
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        found = self.core.list_namespaced_pod(self.name, label_selector=selector).items
        return [pod for pod in found if pod.metadata.deletion_timestamp is None]

    def ready_pod(self, component: str, timeout: float = 180) -> Pod:
        """Wait for the only pod of a component to be ready, and return it."""
        return self.ready_pods(component, 1, timeout)[0]

    def ready_pods(self, component: str, number: int, timeout: float = 180) -> list[Pod]:
        """Wait until a component has this number of pods and all are ready, and return them."""

        def ready() -> list[Pod]:
            pods = self.pods(component)
            return pods if len(pods) == number and all(map(is_ready, pods)) else []

        return wait_until(ready, timeout, f"no {number} ready pods of {component} in {self.name}")

    def delete_pods(self, pods: list[Pod]) -> None:
        """Delete pods, as a drained node does, and wait until they are deleted."""
        for pod in pods:
            self.core.delete_namespaced_pod(pod.metadata.name, self.name)
        for pod in pods:
            wait_until(
                lambda pod=pod: self._is_gone(pod),
                180,
                f"the deleted pod {pod.metadata.name} still exists",
            )

    def run(self, pod: Pod, *command: str) -> str:
        """Run a command in the first container of a pod; return its output and errors."""
        # `stream` changes its client while it runs, so it gets one of its own.
        core = client.CoreV1Api(client.ApiClient(self.api.configuration))
        session = stream(
            core.connect_get_namespaced_pod_exec,
            pod.metadata.name,
            self.name,
            command=list(command),
            container=pod.spec.containers[0].name,
            stdout=True,
            stderr=True,
            _preload_content=False,
        )
        session.run_forever(timeout=60)
        # In this order: reading the output forgets the status.
        status, output = session.returncode, session.read_all()
        assert status == 0, f"{command} in {pod.metadata.name} failed: {output}"
        return output

    def logs(self, pod: Pod) -> str:
        """Return the logs of all containers of a pod, including those before a restart."""
        containers = [*(pod.spec.init_containers or []), *pod.spec.containers]
        return "\n".join(
            self._log(pod, container.name, previous)
            for container in containers
            for previous in (False, True)
        )

    def has_account(self) -> bool:
        """Return whether pods can be created: a new namespace first needs a ServiceAccount."""
        found = self.core.list_namespaced_service_account(self.name).items
        return any(account.metadata.name == "default" for account in found)

    def secrets(self) -> dict[str, dict[str, str]]:
        """Return every Secret but Helm's own records: name, key, value."""
        found = self.core.list_namespaced_secret(self.name).items
        return {
            secret.metadata.name: {
                key: base64.b64decode(value).decode() for key, value in (secret.data or {}).items()
            }
            for secret in found
            if secret.type != "helm.sh/release.v1"
        }

    def as_json(self) -> str:
        """Return pods and ConfigMaps, as any account with read access sees them."""
        pods = self.core.list_namespaced_pod(self.name).items
        config_maps = self.core.list_namespaced_config_map(self.name).items
        return json.dumps(self.api.sanitize_for_serialization([*pods, *config_maps]))

    def scale(self, kind: str, name: str, replicas: int) -> None:
        """Set the number of pods of a `deployment` or `stateful_set`."""
        act = getattr(self.apps, f"patch_namespaced_{kind}_scale")
        act(name, self.name, {"spec": {"replicas": replicas}})

    def _log(self, pod: Pod, container: str, previous: bool) -> str:
        try:
            return self.core.read_namespaced_pod_log(
                pod.metadata.name, self.name, container=container, previous=previous
            )
        except ApiException:
            # It has not started yet, or there was none before.
            return ""

    def _is_gone(self, pod: Pod) -> bool:
        try:
            found = self.core.read_namespaced_pod(pod.metadata.name, self.name)
        except ApiException as error:
            if error.status == NOT_FOUND:
                return True
            raise
        # A pod of a StatefulSet comes back under its old name.
        return found.metadata.uid != pod.metadata.uid


@contextmanager
def new_namespaces(api: client.ApiClient, *names: str) -> Iterator[list[Namespace]]:
    """Namespaces in which pods can be created; deleted at the end."""
    made = [Namespace(api, name) for name in names]
    with ExitStack() as stack:
        for one in made:
            meta = client.V1ObjectMeta(name=one.name)
            one.core.create_namespace(client.V1Namespace(metadata=meta))
            stack.callback(one.core.delete_namespace, one.name)
        for one in made:
            wait_until(one.has_account, 60, f"the namespace {one.name} has no ServiceAccount")
        yield made


def is_ready(pod: Pod) -> bool:
    """Return whether a pod is ready for traffic."""
    return any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or [])


def restarts(pod: Pod) -> int:
    """Return the number of restarts of a pod's containers."""
    statuses = [*(pod.status.init_container_statuses or []), *(pod.status.container_statuses or [])]
    return sum(status.restart_count for status in statuses)
