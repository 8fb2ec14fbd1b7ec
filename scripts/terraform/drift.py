"""Drift: differences between an environment and its files."""

import difflib
from collections.abc import Iterator
from typing import Any

import yaml
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic import DynamicClient
from kubernetes.dynamic.exceptions import ResourceNotFoundError

from scripts.console import console
from scripts.errors import Refusal
from scripts.manifests import Manifests, hook_events, identity
from scripts.releases import Release, events
from scripts.releases.discovery import of_environment
from scripts.releases.render import release_manifests
from scripts.releases.target import find_target, with_last_layer
from scripts.terraform import run

# Exit codes of `terraform plan -detailed-exitcode`.
NOTHING, FAILED, CHANGES = 0, 1, 2
# Immutable after their creation, so only their existence is compared.
UNCHANGING = ("Job", "PersistentVolumeClaim")
# Compared with the files as they are. A dry run would need the rights of a Role; and of a policy,
# the right to change it, which no other policy could limit.
COMPARED_AS_THEY_ARE = (
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
)
# Values that the API server writes into these where files say nothing.
DEFAULTS = ({}, [], "", "*", "Equivalent")
# Written by the API server and by controllers.
WRITTEN_BY_THE_SERVER = ("apiVersion", "kind", "metadata", "status")


def drift(environment: str, *, notify: bool = False) -> int:
    """Detect drift of an environment. Return 0: in sync, 2: drifted, 1: check failed.

    Terraform compares its own resources; the objects of Helm releases are compared one by one.
    `notify` tells the environment's recipient of warnings, by an event in Datadog.
    """
    status = run(environment, ["plan", "-detailed-exitcode", "-lock=false"])
    if status == FAILED:
        return FAILED
    differing = ["resources of Terraform"] if status == CHANGES else []
    here = of_environment(environment)
    for release in here:
        if found := difference(release):
            console.print(f"[yellow]{release} differs from its files:[/]")
            console.print(found, markup=False)
            differing.append(str(release))
    mark, words = ("[yellow]✗[/]", "differs from") if differing else ("[green]✓[/]", "matches")
    console.print(f"{mark} {environment} {words} its files.")
    if notify and differing:
        events.drifted(here[0].environment, differing)
    return CHANGES if differing else NOTHING


def difference(release: Release, *, context: str = "") -> str:
    """Return a diff between a release's objects in the cluster and in its files; empty if none.

    Each object is compared with the result of a dry run that replaces it, in which the API server
    fills in every default; rights and policies are compared without one. Additions count as well as
    removals. Of the metadata, only the labels and annotations in the files are compared. Other
    objects in the namespaces are ignored. Raises Refusal when the cluster cannot be read.
    """
    target = find_target(release, context)
    with target.api() as api:
        with with_last_layer(release, target, api) as complete:
            manifests = Manifests(release_manifests(complete))
        cluster = DynamicClient(api)
        # A hook is not part of a release: Helm creates it at an event and may delete it afterwards.
        lasting = [one for one in manifests.objects if not hook_events(one)]
        return "".join(line for one in lasting for line in _differing(cluster, one))


def _differing(cluster: DynamicClient, stated: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a unified diff between the live object and the one in the files."""
    where = stated["metadata"].get("namespace")
    name = f"{where}/{identity(stated)}" if where else identity(stated)
    there, wanted = _there(cluster, stated, name), stated
    if there and stated["kind"] in COMPARED_AS_THEY_ARE:
        there = {**_without_defaults(there, stated), "metadata": there["metadata"]}
    elif there and stated["kind"] not in UNCHANGING:
        wanted = _replaced(cluster, stated, there["metadata"]["resourceVersion"], name)
    elif there:
        return
    yield from difflib.unified_diff(
        _lines(there, stated), _lines(wanted, stated), f"cluster {name}", f"files {name}"
    )


def _without_defaults(there: Any, stated: Any) -> Any:
    """Return a live value without defaults of the API server that the files do not state."""
    if isinstance(there, dict) and isinstance(stated, dict):
        return {
            key: _without_defaults(value, stated.get(key))
            for key, value in there.items()
            if key in stated or (value is not None and value not in DEFAULTS)
        }
    if isinstance(there, list) and isinstance(stated, list) and len(there) == len(stated):
        return [_without_defaults(*pair) for pair in zip(there, stated, strict=True)]
    return there


def _there(cluster: DynamicClient, stated: dict[str, Any], name: str) -> dict[str, Any]:
    metadata = stated["metadata"]
    try:
        found = _resource(cluster, stated).get(metadata["name"], metadata.get("namespace"))
    except (ApiException, ResourceNotFoundError) as error:
        if getattr(error, "status", 404) == 404:
            return {}
        raise Refusal(f"Cannot read {name}: {error.status} {error.reason}.") from None
    return found.to_dict()


def _replaced(
    cluster: DynamicClient, stated: dict[str, Any], version: str, name: str
) -> dict[str, Any]:
    namespace = stated["metadata"].get("namespace")
    body = {**stated, "metadata": {**stated["metadata"], "resourceVersion": version}}
    try:
        made = _resource(cluster, stated).replace(body, namespace=namespace, dry_run="All")
    except ApiException as error:
        raise Refusal(f"Cannot compare {name}: {error.status} {error.reason}.") from None
    return made.to_dict()


def _resource(cluster: DynamicClient, stated: dict[str, Any]):
    return cluster.resources.get(api_version=stated["apiVersion"], kind=stated["kind"])


def _lines(one: dict[str, Any], stated: dict[str, Any]) -> list[str]:
    """Return the compared fields of an object, as lines of YAML."""
    if not one:
        return []
    metadata = {
        kind: {key: one["metadata"].get(kind, {}).get(key) for key in stated["metadata"][kind]}
        for kind in ("annotations", "labels")
        if kind in stated["metadata"]
    }
    rest = {key: value for key, value in one.items() if key not in WRITTEN_BY_THE_SERVER}
    text = yaml.dump({"metadata": metadata, **rest}, Dumper=yaml.CSafeDumper)
    return text.splitlines(keepends=True)
