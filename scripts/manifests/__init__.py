"""Rendered manifests, asked in words of the domain: pods, containers, who reads which secret.

A pod is a pod, whoever makes it: Deployments, StatefulSets, Jobs, CronJobs, and the executor from
its template. What a test says of `pods()` holds for tasks, too.
"""

from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

HOOK = "helm.sh/hook"
POD_TEMPLATE_KEY = "pod_template_file.yaml"
LONG_RUNNING = ("Deployment", "StatefulSet")
WORKLOADS = (*LONG_RUNNING, "Job", "CronJob")


class Missing(AssertionError):
    """What a test looks for was not rendered."""


@dataclass(frozen=True)
class Container:
    """A container of a pod: `spec` as Kubernetes has it, and answers about it."""

    spec: Mapping[str, Any]
    is_init: bool

    @property
    def name(self) -> str:
        return self.spec["name"]

    @property
    def image(self) -> str:
        return self.spec["image"]

    @property
    def arguments(self) -> list[str]:
        """Command and arguments, as one line that runs."""
        return [*self.spec.get("command", []), *self.spec.get("args", [])]

    @property
    def env(self) -> dict[str, Any]:
        """Variables by name: the text, or the `valueFrom` that it comes from."""
        return {
            entry["name"]: entry.get("valueFrom", entry.get("value", ""))
            for entry in self.spec.get("env") or []
        }

    @property
    def mounts(self) -> dict[str, Mapping[str, Any]]:
        """Volume mounts by path."""
        return {mount["mountPath"]: mount for mount in self.spec.get("volumeMounts") or []}

    @property
    def ports(self) -> dict[str, int]:
        return {port["name"]: port["containerPort"] for port in self.spec.get("ports") or []}

    @property
    def security(self) -> Mapping[str, Any]:
        return self.spec.get("securityContext") or {}

    @property
    def secret_keys(self) -> set[tuple[str, str]]:
        """Secrets and keys that its environment takes; `*` is all keys."""
        keys = {
            (source["secretKeyRef"]["name"], source["secretKeyRef"]["key"])
            for source in self.env.values()
            if isinstance(source, Mapping) and "secretKeyRef" in source
        }
        whole = {
            (entry["secretRef"]["name"], "*")
            for entry in self.spec.get("envFrom") or []
            if "secretRef" in entry
        }
        return keys | whole


@dataclass(frozen=True)
class Pod:
    """A pod as some object will make it; `owner` says which: `Deployment/airflow-scheduler`."""

    owner: str
    metadata: Mapping[str, Any]
    spec: Mapping[str, Any]

    def __str__(self) -> str:
        return self.owner

    @property
    def component(self) -> str:
        return self.labels.get("component", "")

    @property
    def labels(self) -> Mapping[str, str]:
        return self.metadata.get("labels") or {}

    @property
    def annotations(self) -> Mapping[str, str]:
        return self.metadata.get("annotations") or {}

    @property
    def service_account(self) -> str:
        return self.spec.get("serviceAccountName", "default")

    @property
    def has_token(self) -> bool:
        """Whether it gets a token of its service account, as far as the pod says."""
        return self.spec.get("automountServiceAccountToken", True) or bool(self.token_seconds)

    @property
    def token_seconds(self) -> list[int]:
        """How long the tokens live that the pod asks for by volumes, in seconds."""
        return [
            source["serviceAccountToken"]["expirationSeconds"]
            for volume in self.volumes.values()
            for source in volume.get("projected", {}).get("sources", [])
            if "serviceAccountToken" in source
        ]

    @property
    def containers(self) -> list[Container]:
        """All of them, in the order in which they start."""
        first = [Container(spec, True) for spec in self.spec.get("initContainers") or []]
        return first + [Container(spec, False) for spec in self.spec["containers"]]

    @property
    def main(self) -> Container:
        return next(container for container in self.containers if not container.is_init)

    def container(self, name: str) -> Container:
        by_name = {container.name: container for container in self.containers}
        if name not in by_name:
            raise Missing(f"{self} has no container {name!r}; it has {', '.join(by_name)}")
        return by_name[name]

    @property
    def volumes(self) -> dict[str, Mapping[str, Any]]:
        return {volume["name"]: volume for volume in self.spec.get("volumes") or []}

    @property
    def secret_keys(self) -> set[tuple[str, str]]:
        """Secrets and keys that the pod can read, by environment or by files; `*` is all keys."""
        keys = {key for container in self.containers for key in container.secret_keys}
        for volume in self.volumes.values():
            sources = [volume, *(volume.get("projected") or {}).get("sources", [])]
            for source in sources:
                if secret := source.get("secret"):
                    name = secret.get("secretName") or secret["name"]
                    items = secret.get("items") or [{"key": "*"}]
                    keys |= {(name, item["key"]) for item in items}
        return keys


@dataclass(frozen=True)
class Manifests:
    """Everything that one render made."""

    text: str

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        found = [one for one in self._all if HOOK not in (one["metadata"].get("annotations") or {})]
        if not found:
            raise Missing("nothing was rendered")
        return found

    @property
    def tests(self) -> list[dict[str, Any]]:
        """What `helm test` makes; it is no part of the release."""
        return [one for one in self._all if HOOK in (one["metadata"].get("annotations") or {})]

    @cached_property
    def _all(self) -> list[dict[str, Any]]:
        return [one for one in yaml.load_all(self.text, Loader=yaml.CSafeLoader) if one]

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the objects of these kinds."""
        return [one for one in self.objects if one["kind"] in kinds]

    def find(self, kind: str, name: str) -> dict[str, Any]:
        """Return one object by kind and name; Jobs are found without their hash."""
        found = {one["metadata"]["name"]: one for one in self.of(kind)}
        if name in found:
            return found[name]
        begins = [one for full, one in found.items() if full.rpartition("-")[0] == name]
        if kind == "Job" and len(begins) == 1:
            return begins[0]
        raise Missing(f"there is no {kind} {name!r}; there are: {', '.join(sorted(found)) or '-'}")

    def has(self, kind: str, name: str) -> bool:
        return any(one["metadata"]["name"] == name for one in self.of(kind))

    def workload(self, component: str) -> dict[str, Any]:
        """Return the Deployment, StatefulSet, Job or CronJob of a component."""
        found = {self._component(one): one for one in self.of(*WORKLOADS)}
        if component not in found:
            known = ", ".join(sorted(found))
            raise Missing(f"no workload has the component {component!r}; there are: {known}")
        return found[component]

    def pod(self, component: str) -> Pod:
        """Return the pod of a component; of `worker` the executor's, when Celery has none."""
        found = {pod.component: pod for pod in reversed(self.pods())}
        if component not in found:
            known = ", ".join(sorted(found))
            raise Missing(f"no pod has the component {component!r}; there are: {known}")
        return found[component]

    def pods(self) -> list[Pod]:
        """Return the pod of every workload, and of the executor's template, which is the last."""
        template = self.pod_template
        return [_pod(one) for one in self.of(*WORKLOADS)] + ([template] if template else [])

    def containers(self) -> Iterator[tuple[Pod, Container]]:
        """Give every container that may ever run, with its pod."""
        for pod in self.pods():
            for container in pod.containers:
                yield pod, container

    @cached_property
    def pod_template(self) -> Pod | None:
        """The pod that KubernetesExecutor makes for a task; None without that executor."""
        manifest = self.pod_template_manifest
        if manifest is None:
            return None
        return Pod("PodTemplate/worker", manifest["metadata"], manifest["spec"])

    @cached_property
    def pod_template_manifest(self) -> dict[str, Any] | None:
        """The same as an object of Kubernetes, which the scheduler reads from its ConfigMap."""
        texts = [
            one["data"][POD_TEMPLATE_KEY]
            for one in self.of("ConfigMap")
            if POD_TEMPLATE_KEY in (one.get("data") or {})
        ]
        return yaml.safe_load(texts[0]) if texts else None

    @cached_property
    def configuration(self) -> ConfigParser:
        """The airflow.cfg of the platform's own pods."""
        parser = ConfigParser(interpolation=None)
        texts = [one["data"]["airflow.cfg"] for one in self.of("ConfigMap") if _configures(one)]
        parser.read_string(texts[0])
        return parser

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

    @staticmethod
    def _component(manifest: Mapping[str, Any]) -> str:
        return (manifest["metadata"].get("labels") or {}).get("component", "")


def identity(manifest: Mapping[str, Any]) -> str:
    """Return how a test names an object: `ConfigMap/airflow-config`."""
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def _configures(manifest: Mapping[str, Any]) -> bool:
    return "airflow.cfg" in (manifest.get("data") or {})


def _pod(manifest: Mapping[str, Any]) -> Pod:
    spec = manifest["spec"]
    if manifest["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template = spec["template"]
    return Pod(identity(manifest), template.get("metadata") or {}, template["spec"])
