"""Rendered manifests with shortcuts for tests: `render().pod("scheduler").main.image`.

An object that is not found is an error that lists those that were rendered. Its
pods and containers are those of the application with more properties.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scripts import manifests

WORKLOADS = ("Deployment", "StatefulSet", "Job", "CronJob")


class NotRenderedError(AssertionError):
    """A test requires an object that was not rendered."""


@dataclass(frozen=True)
class Container(manifests.Container):
    """A container of a pod."""

    @property
    def image(self) -> str:
        return self.spec["image"]

    @property
    def arguments(self) -> list[str]:
        """Command and arguments, as one line that runs."""
        return [*self.spec.get("command", []), *self.spec.get("args", [])]

    @property
    def mounts(self) -> dict[str, Mapping[str, Any]]:
        """Volume mounts by path."""
        return {mount["mountPath"]: mount for mount in self.spec.get("volumeMounts") or []}

    @property
    def security(self) -> Mapping[str, Any]:
        return self.spec.get("securityContext") or {}


@dataclass(frozen=True)
class Pod(manifests.Pod):
    """A pod of a workload, or of a task."""

    @property
    def annotations(self) -> Mapping[str, str]:
        return self.metadata.get("annotations") or {}

    @property
    def service_account(self) -> str:
        return self.spec.get("serviceAccountName", "default")

    @property
    def has_token(self) -> bool:
        """True if the pod gets a token of its ServiceAccount, unless the account disables it."""
        return self.spec.get("automountServiceAccountToken", True) or bool(self.token_seconds)

    @property
    def token_seconds(self) -> list[int]:
        """Lifetimes of the tokens that are projected into volumes, in seconds."""
        return [
            source["serviceAccountToken"]["expirationSeconds"]
            for volume in self.volumes.values()
            for source in volume.get("projected", {}).get("sources", [])
            if "serviceAccountToken" in source
        ]

    @property
    def containers(self) -> list[Container]:
        return [Container(one.spec, one.is_init) for one in super().containers]

    @property
    def main(self) -> Container:
        return next(container for container in self.containers if not container.is_init)

    def container(self, name: str) -> Container:
        by_name = {container.name: container for container in self.containers}
        if name not in by_name:
            raise NotRenderedError(f"{self} has no container {name!r}; it has {', '.join(by_name)}")
        return by_name[name]


@dataclass(frozen=True)
class Manifests(manifests.Manifests):
    """The manifests of one render; an empty render is an error."""

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        found = [one for one in self._all if not manifests.is_test(one)]
        if not found:
            raise NotRenderedError("nothing was rendered")
        return found

    def find(self, kind: str, name: str) -> dict[str, Any]:
        """Return one object by kind and name; Jobs are found without their hash."""
        found = {one["metadata"]["name"]: one for one in self.of(kind)}
        if name in found:
            return found[name]
        begins = [one for full, one in found.items() if full.rpartition("-")[0] == name]
        if kind == "Job" and len(begins) == 1:
            return begins[0]
        known = ", ".join(sorted(found)) or "-"
        raise NotRenderedError(f"there is no {kind} {name!r}; there are: {known}")

    def has(self, kind: str, name: str) -> bool:
        return any(one["metadata"]["name"] == name for one in self.of(kind))

    def workload(self, component: str) -> dict[str, Any]:
        """Return the Deployment, StatefulSet, Job or CronJob of a component."""
        found = {component_of(one): one for one in self.of(*WORKLOADS)}
        if component not in found:
            known = ", ".join(sorted(found))
            raise NotRenderedError(
                f"no workload has the component {component!r}; there are: {known}"
            )
        return found[component]

    def pods(self) -> list[Pod]:
        return [Pod(pod.owner, pod.metadata, pod.spec) for pod in super().pods()]

    @property
    def pod_template(self) -> Pod | None:
        pod = super().pod_template
        return pod and Pod(pod.owner, pod.metadata, pod.spec)

    def pod(self, component: str) -> Pod:
        """Return the pod of a component."""
        found = {pod.component: pod for pod in reversed(self.pods())}
        if component not in found:
            known = ", ".join(sorted(found))
            raise NotRenderedError(f"no pod has the component {component!r}; there are: {known}")
        return found[component]

    def containers(self) -> Iterator[tuple[Pod, Container]]:
        """Yield every container that may ever run, with its pod."""
        for pod in self.pods():
            for container in pod.containers:
                yield pod, container

    def secrets_read_by(self, component: str) -> set[str]:
        """Return the names of the Secrets that a component's pod can read."""
        return {name for name, _ in self.pod(component).secret_keys}

    def readers_of(self, secret: str) -> set[str]:
        """Return the components whose pods can read a Secret."""
        return {
            pod.component
            for pod in self.pods()
            if any(name == secret for name, _ in pod.secret_keys)
        }


def labels(manifest: Mapping[str, Any]) -> Mapping[str, str]:
    return manifest["metadata"].get("labels") or {}


def component_of(manifest: Mapping[str, Any]) -> str:
    """Return the label `component` of an object, empty without one."""
    return labels(manifest).get("component", "")
