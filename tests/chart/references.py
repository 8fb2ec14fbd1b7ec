"""References to objects by name, and whether the objects exist."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.manifests import identity
from tests.chart.cases import Case
from tests.rendered import Container, Pod


@dataclass(frozen=True, order=True)
class Reference:
    """A reference to an object; `key` is one of its data, or empty."""

    by: str
    namespace: str
    kind: str
    name: str
    key: str = ""

    def __str__(self) -> str:
        key = f"[{self.key}]" if self.key else ""
        return f"{self.by} -> {self.namespace}/{self.kind}/{self.name}{key}"


def references(case: Case) -> Iterator[Reference]:
    """Give the references of pods, bindings, Ingresses, HTTPRoutes and StatefulSets."""
    for pod in case.manifests.pods():
        where = case.namespace_of(pod)
        yield Reference(str(pod), where, "ServiceAccount", pod.service_account)
        for kind, name, key in _of_pod(pod):
            yield Reference(str(pod), where, kind, name, key)
    for manifest in case.manifests.objects:
        where, by = manifest["metadata"].get("namespace", ""), identity(manifest)
        if manifest["kind"] == "RoleBinding":
            role = manifest["roleRef"]
            # Roles whose names begin with `system:` are those of the cluster.
            if not role["name"].startswith("system:"):
                yield Reference(by, where, role["kind"], role["name"])
            for subject in manifest["subjects"]:
                yield Reference(by, subject["namespace"], subject["kind"], subject["name"])
        if manifest["kind"] == "StatefulSet":
            yield Reference(by, where, "Service", manifest["spec"]["serviceName"])
        if manifest["kind"] == "HTTPRoute":
            for rule in manifest["spec"]["rules"]:
                for service in rule["backendRefs"]:
                    yield Reference(by, where, "Service", service["name"])
        if manifest["kind"] == "Ingress":
            for service in _backends(manifest["spec"]):
                yield Reference(by, where, "Service", service["name"], service["port"]["name"])


def _of_pod(pod: Pod) -> Iterator[tuple[str, str, str]]:
    for container in pod.containers:
        yield from _of_container(container)
    for volume in pod.volumes.values():
        for source in [volume, *(volume.get("projected") or {}).get("sources", [])]:
            if found := source.get("configMap"):
                yield from _files(container_mounts(pod, volume), "ConfigMap", found["name"], found)
            if found := source.get("secret"):
                name = found.get("secretName") or found["name"]
                yield from _files(container_mounts(pod, volume), "Secret", name, found)
            if found := source.get("persistentVolumeClaim"):
                yield "PersistentVolumeClaim", found["claimName"], ""
    for secret in pod.spec.get("imagePullSecrets") or []:
        yield "Secret", secret["name"], ""


def container_mounts(pod: Pod, volume: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The mounts of a volume in every container of a pod."""
    return [
        mount
        for container in pod.containers
        for mount in container.mounts.values()
        if mount["name"] == volume["name"]
    ]


def _files(
    mounts: list[Mapping[str, Any]], kind: str, name: str, source: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """The keys that are mounted as files: those that items or subPaths name."""
    yield kind, name, ""
    for key in [item["key"] for item in source.get("items") or []]:
        yield kind, name, key
    for mount in mounts:
        if "subPath" in mount:
            yield kind, name, mount["subPath"]


def _of_container(container: Container) -> Iterator[tuple[str, str, str]]:
    for name, key in container.secret_keys:
        yield "Secret", name, "" if key == "*" else key
    for source in container.env.values():
        if isinstance(source, Mapping) and (found := source.get("configMapKeyRef")):
            yield "ConfigMap", found["name"], found["key"]


def _backends(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for rule in spec["rules"]:
        for path in rule["http"]["paths"]:
            yield path["backend"]["service"]


def existing(case: Case) -> set[tuple[str, str, str, str]]:
    """Namespace, kind, name and key of objects that are rendered, or made by the Job."""
    # Kubernetes puts this one into every namespace.
    found = {
        (where, "ConfigMap", "kube-root-ca.crt", key)
        for where in (case.namespace, case.tasks)
        for key in ("", "ca.crt")
    }
    for manifest in case.manifests.objects:
        spot = (
            manifest["metadata"].get("namespace", ""),
            manifest["kind"],
            manifest["metadata"]["name"],
        )
        keys = {*(manifest.get("data") or {}), *(manifest.get("stringData") or {})}
        if manifest["kind"] == "ExternalSecret":
            keys = {one["secretKey"] for one in manifest["spec"]["data"]}
            spot = (spot[0], "Secret", manifest["spec"]["target"]["name"])
        if manifest["kind"] == "Service":
            keys = {port["name"] for port in manifest["spec"]["ports"]}
        found |= {(*spot, key) for key in {"", *keys}}
    for secret in created(case):
        found |= {(case.namespace, "Secret", secret["name"], key) for key in {"", *secret["data"]}}
    return found


def created(case: Case) -> list[dict[str, Any]]:
    """The Secrets that the Job creates when they are missing."""
    if "create-secrets" not in case.pods:
        return []
    return json.loads(case.pods["create-secrets"].main.spec["args"][0])


def dangling_references(case: Case, named: set[str]) -> dict[str, bool]:
    """Return every reference, and whether it is to an object that neither exists nor is named."""
    there = existing(case)
    return {
        str(one): (one.namespace, one.kind, one.name, one.key) not in there
        and one.name not in named
        for one in sorted(set(references(case)))
    }


def names_in(values: object) -> set[str]:
    """Every text of values, keys too: an object that the installer names is made by others."""
    if isinstance(values, Mapping):
        return {text for pair in values.items() for part in pair for text in names_in(part)}
    if isinstance(values, list):
        return {text for item in values for text in names_in(item)}
    return {values} if isinstance(values, str) else set()
