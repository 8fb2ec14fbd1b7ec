"""Whether an environment is as its files say: what was changed by hand is found, not hidden."""

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
from scripts.releases import Release, releases
from scripts.releases.deploy import find_target, with_last_layer
from scripts.releases.render import release_manifests
from scripts.terraform import run

# What `terraform plan -detailed-exitcode` says.
NOTHING, FAILED, CHANGES = 0, 1, 2
# Nobody can change what these do after they were made; that they are there is all there is to see.
UNCHANGING = ("Job", "PersistentVolumeClaim")
# What the API server and controllers write, not people.
WRITTEN_BY_THE_SERVER = ("apiVersion", "kind", "metadata", "status")


def drift(environment: str) -> int:
    """Compare the world with the files: 0 when they agree, 2 when not, 1 when nobody can tell.

    Terraform sees what it has made itself, never what is in a Helm release: that is compared object
    by object.
    """
    status = run(environment, ["plan", "-detailed-exitcode", "-lock=false"])
    if status == FAILED:
        return FAILED
    differing = status == CHANGES
    for release in releases():
        if release.environment.name == environment and (found := difference(release)):
            console.print(f"[yellow]{release} is not as its files say:[/]")
            console.print(found, markup=False)
            differing = True
    mark, words = ("[yellow]✗[/]", "is not") if differing else ("[green]✓[/]", "is")
    console.print(f"{mark} {environment} {words} as its files say.")
    return CHANGES if differing else NOTHING


def difference(release: Release, *, context: str = "") -> str:
    """Return how the objects in the cluster differ from those of the files, empty if nowhere.

    Each object is compared with what the API server would make of the file in its place (a dry run
    of a replacement, which fills in every default): what was added counts as much as what is
    missing. Of the metadata the stated labels and annotations count. Objects beside those of the
    release are not looked at. Raises Refusal when the cluster cannot be asked.
    """
    target = find_target(release, context)
    with target.api() as api:
        with with_last_layer(release, target, api) as complete:
            manifests = Manifests(release_manifests(complete))
        cluster = DynamicClient(api)
        # A hook is not part of a release: Helm makes it at an event and may delete it afterwards.
        lasting = [one for one in manifests.objects if not hook_events(one)]
        return "".join(line for one in lasting for line in _differing(cluster, one))


def _differing(cluster: DynamicClient, stated: dict[str, Any]) -> Iterator[str]:
    """The lines of a unified diff between what is there and what the file says."""
    where = stated["metadata"].get("namespace")
    name = f"{where}/{identity(stated)}" if where else identity(stated)
    there, wanted = _there(cluster, stated, name), stated
    if there and stated["kind"] not in UNCHANGING:
        wanted = _replaced(cluster, stated, there["metadata"]["resourceVersion"], name)
    elif there:
        return
    yield from difflib.unified_diff(
        _lines(there, stated), _lines(wanted, stated), f"cluster {name}", f"files {name}"
    )


def _there(cluster: DynamicClient, stated: dict[str, Any], name: str) -> dict[str, Any]:
    metadata = stated["metadata"]
    try:
        found = _resource(cluster, stated).get(metadata["name"], metadata.get("namespace"))
    except (ApiException, ResourceNotFoundError) as error:
        if getattr(error, "status", 404) == 404:
            return {}
        raise Refusal(f"{name} cannot be read: {error.status} {error.reason}.") from None
    return found.to_dict()


def _replaced(
    cluster: DynamicClient, stated: dict[str, Any], version: str, name: str
) -> dict[str, Any]:
    namespace = stated["metadata"].get("namespace")
    body = {**stated, "metadata": {**stated["metadata"], "resourceVersion": version}}
    try:
        made = _resource(cluster, stated).replace(body, namespace=namespace, dry_run="All")
    except ApiException as error:
        raise Refusal(f"{name} cannot be compared: {error.status} {error.reason}.") from None
    return made.to_dict()


def _resource(cluster: DynamicClient, stated: dict[str, Any]):
    return cluster.resources.get(api_version=stated["apiVersion"], kind=stated["kind"])


def _lines(one: dict[str, Any], stated: dict[str, Any]) -> list[str]:
    """What counts of an object, as YAML."""
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
