"""Rendered manifests: their objects, their pods, and which Secrets a pod reads.

Pods are those of every object that is or creates one, and the pod of a task, which the executor
creates from its template.
"""

from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

HOOK = "helm.sh/hook"
# Events of `helm test`; the second is its old name.
TEST_EVENTS = frozenset({"test", "test-success"})
POD_TEMPLATE_KEY = "pod_template_file.yaml"


@dataclass(frozen=True)
class Container:
    """A container of a pod; `spec` as Kubernetes has it."""

    spec: Mapping[str, Any]
    is_init: bool

    @property
    def name(self) -> str:
        return self.spec["name"]

    @property
    def env(self) -> dict[str, Any]:
        """Variables by name: the value, or its `valueFrom`."""
        return {
            entry["name"]: entry.get("valueFrom", entry.get("value", ""))
            for entry in self.spec.get("env") or []
        }

    @property
    def ports(self) -> dict[str, int]:
        return {port["name"]: port["containerPort"] for port in self.spec.get("ports") or []}

    @property
    def secret_keys(self) -> set[tuple[str, str]]:
        """Secrets and keys in its environment; `*` is all keys."""
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
    """A pod; `owner` is the object that creates it: `Deployment/airflow-scheduler`."""

    owner: str
    metadata: Mapping[str, Any]
    spec: Mapping[str, Any]
    # That of its owner; the executor chooses the namespace of a task.
    namespace: str = ""

    def __str__(self) -> str:
        return self.owner

    @property
    def component(self) -> str:
        return self.labels.get("component", "")

    @property
    def labels(self) -> Mapping[str, str]:
        return self.metadata.get("labels") or {}

    @property
    def containers(self) -> Sequence[Container]:
        """All containers, in the order in which they start."""
        first = [Container(spec, True) for spec in self.spec.get("initContainers") or []]
        return first + [Container(spec, False) for spec in self.spec["containers"]]

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
    """The manifests of one render."""

    text: str

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        """All objects but those that only `helm test` creates, which are not part of a release."""
        return [one for one in self._all if not is_test(one)]

    @property
    def tests(self) -> list[dict[str, Any]]:
        """The objects that only `helm test` creates."""
        return [one for one in self._all if is_test(one)]

    @cached_property
    def _all(self) -> list[dict[str, Any]]:
        return [one for one in yaml.load_all(self.text, Loader=yaml.CSafeLoader) if one]

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the objects of these kinds."""
        return [one for one in self.objects if one["kind"] in kinds]

    def pods(self) -> Sequence[Pod]:
        """Return every pod; the pod of a task, if there is one, is the last."""
        found = [pod for one in self.objects if (pod := _pod(one))]
        return [*found, self.pod_template] if self.pod_template else found

    @property
    def pod_template(self) -> Pod | None:
        """The pod of a task with KubernetesExecutor; None without that executor."""
        manifest = self.pod_template_manifest
        if manifest is None:
            return None
        return Pod("PodTemplate/worker", manifest["metadata"], manifest["spec"])

    @cached_property
    def pod_template_manifest(self) -> dict[str, Any] | None:
        """The task's pod as a Kubernetes object, which the scheduler reads from a ConfigMap."""
        texts = [
            one["data"][POD_TEMPLATE_KEY]
            for one in self.of("ConfigMap")
            if POD_TEMPLATE_KEY in (one.get("data") or {})
        ]
        return yaml.safe_load(texts[0]) if texts else None

    @cached_property
    def configuration(self) -> ConfigParser:
        """The airflow.cfg of the components."""
        parser = ConfigParser(interpolation=None)
        texts = [one["data"]["airflow.cfg"] for one in self.of("ConfigMap") if _configures(one)]
        parser.read_string(texts[0])
        return parser


def identity(manifest: Mapping[str, Any]) -> str:
    """Return kind and name of an object: `ConfigMap/airflow-config`."""
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def hook_events(manifest: Mapping[str, Any]) -> set[str]:
    """Return the events at which Helm runs an object as a hook; an ordinary object has none."""
    listed = (manifest["metadata"].get("annotations") or {}).get(HOOK, "")
    return {event.strip() for event in listed.split(",") if event.strip()}


def is_test(manifest: Mapping[str, Any]) -> bool:
    """Return whether only `helm test` creates an object: its hook has no other events."""
    events = hook_events(manifest)
    return bool(events) and events <= TEST_EVENTS


def _configures(manifest: Mapping[str, Any]) -> bool:
    return "airflow.cfg" in (manifest.get("data") or {})


def _pod(manifest: Mapping[str, Any]) -> Pod | None:
    """Return the pod that an object is or creates, found by its shape: any kind may have one."""
    spec = manifest.get("spec") or {}
    spec = (spec.get("jobTemplate") or {}).get("spec") or spec
    pod = manifest if manifest["kind"] == "Pod" else spec.get("template") or {}
    if "containers" not in (pod.get("spec") or {}):
        return None
    namespace = manifest["metadata"].get("namespace", "")
    return Pod(identity(manifest), pod.get("metadata") or {}, pod["spec"], namespace)
