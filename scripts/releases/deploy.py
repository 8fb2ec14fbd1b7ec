"""Deployment from CI: `helm upgrade --install` with a release's layers, and its rollout.

A release that does not become ready is rolled back, unless the database may have changed.
"""

import re
import textwrap

import yaml
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from scripts.console import console
from scripts.errors import Refusal
from scripts.releases import Release, events, helm
from scripts.releases.helm import Revision
from scripts.releases.render import release_manifests
from scripts.releases.rollout import unready
from scripts.releases.target import Target, find_target, with_last_layer
from scripts.steps import step
from scripts.values.rows import component_rows

# During the wait a short phrase for each pod is enough; a failure reports all of it.
NOTE_WIDTH = 90


def deploy(release: Release, *, context: str, timeout: str, owner: str = "ci") -> None:
    """Upgrade a release with its layers and wait until its pods are ready.

    Raises Refusal when another owner deploys the release, its namespaces are missing, another
    deployment is running, or the release does not become ready within the timeout.
    """
    _check_owner(release, owner)
    _check_timeout(timeout)
    target = find_target(release, context)
    api = target.api()
    _check_namespaces(release, target, api)
    with with_last_layer(release, target, api) as release:
        manifests = release_manifests(release)
        revisions = helm.history(release, target)
        _check_idle(release, target, revisions)
        safe = _safe_revision(release, target, revisions, manifests)
        with step(f"Deploy {release} to {target.context}") as this:
            try:
                helm.upgrade(
                    release,
                    target,
                    timeout=timeout,
                    meanwhile=lambda: this.note(_progress(api, release)),
                )
            except helm.Failed as error:
                failure = _failure(api, release, str(error), timeout)
                raise Refusal(f"{failure} {_undo(release, target, safe, timeout)}") from None
    latest = helm.history(release, target)[-1]
    console.print(f"[green]✓[/] {release} is at revision {latest.number}; all pods are ready.")
    events.deployed(release, latest.number)


def _check_owner(release: Release, owner: str) -> None:
    if release.deployed_by == owner:
        return
    name = release.environment.name
    hint = (
        f"Run `make apply ENV={name}`, or pass `--as-owner terraform` to deploy it anyway, with"
        " the same values."
        if release.deployed_by == "terraform"
        else "Omit --as-owner."
    )
    raise Refusal(
        f"{release} is deployed by {release.deployed_by}, not by {owner}"
        f" (`deployedBy` in environments/{name}/environment.yaml). {hint}"
    )


def _check_timeout(timeout: str) -> None:
    if not re.fullmatch(r"(\d+[hms])+", timeout):
        raise Refusal(f"--timeout must be a duration such as 15m or 1h30m, not {timeout!r}.")


def _check_namespaces(release: Release, target: Target, api: client.ApiClient) -> None:
    """Refuse when the namespaces are missing: Terraform creates them, with their quotas."""
    for name in (release.namespace, release.tasks_namespace):
        try:
            client.CoreV1Api(api).read_namespace(name)
        except ApiException as error:
            if error.status == 404:
                raise Refusal(
                    f"{target.context} has no namespace {name}. Terraform creates it:"
                    f" run `make apply ENV={release.environment.name}`."
                ) from None
            # An account may deploy without the right to read namespaces; Helm reports the rest.
            if error.status != 403:
                raise Refusal(
                    f"Cannot read the namespace {name} of {target.context}:"
                    f" {error.status} {error.reason}."
                ) from None
        except Exception as error:
            reason = str(getattr(error, "reason", error))
            raise Refusal(
                f"The API server of {target.context} does not answer: {reason}."
            ) from None


def _check_idle(release: Release, target: Target, revisions: list[Revision]) -> None:
    """Refuse when Helm's last operation on the release has not ended."""
    if not revisions or not revisions[-1].is_pending:
        return
    deployed = _deployed(revisions)
    undo = f"rollback {release.name} {deployed}" if deployed else f"uninstall {release.name}"
    raise Refusal(
        f"{release} is {revisions[-1].status}: another deployment is running or was killed. If none"
        f" is running, unlock it with `helm {undo} --namespace {release.namespace}"
        f" --kube-context {target.context}`."
    )


def _safe_revision(
    release: Release, target: Target, revisions: list[Revision], manifests: str
) -> int | None:
    """Return the deployed revision if the new manifests run the same migrations.

    Otherwise a rollback is impossible: Airflow does not start on a database that another version
    has migrated.
    """
    deployed = _deployed(revisions)
    if deployed is None:
        return None
    try:
        before = helm.manifest(release, target, deployed)
    except helm.Failed:
        return None
    return deployed if _migration(before) == _migration(manifests) else None


def _migration(manifests: str) -> str:
    """Return the name of the Job that migrates the database; it contains a hash of its pod."""
    migrating = {name for name, row in component_rows().items() if row.migrates}
    for manifest in yaml.load_all(manifests, Loader=yaml.CSafeLoader):
        if manifest and manifest["kind"] == "Job":
            metadata = manifest["metadata"]
            if metadata.get("labels", {}).get("component") in migrating:
                return metadata["name"]
    return ""


def _deployed(revisions: list[Revision]) -> int | None:
    """Return the number of the last revision that was ready."""
    deployed = [revision.number for revision in revisions if revision.is_deployed]
    return deployed[-1] if deployed else None


def _progress(api: client.ApiClient, release: Release) -> str:
    try:
        reasons = unready(api, release.namespace, release.name)
    except Exception:
        return "the API server does not answer at the moment"
    short = [textwrap.shorten(reason, NOTE_WIDTH, placeholder=" …") for reason in reasons]
    return f"waiting for {'; '.join(short)}" if short else "waiting for Helm"


def _failure(api: client.ApiClient, release: Release, problem: str, timeout: str) -> str:
    """Return why the release was not deployed, and which of its pods are not ready."""
    if "deadline exceeded" in problem or "timed out" in problem:
        problem = f"it was not ready after {timeout}"
    reasons = unready(api, release.namespace, release.name)
    pods = f"; not ready: {'; '.join(reasons)}" if reasons else ""
    return f"{release} was not deployed: {problem.rstrip('.')}{pods}."


def _undo(release: Release, target: Target, safe: int | None, timeout: str) -> str:
    """Roll back to the safe revision, if there is one, and return what was done."""
    if safe is None:
        return (
            "Not rolled back: the database may already be migrated, or no earlier revision exists."
            " Fix the cause and redeploy."
        )
    try:
        with step(f"Roll back to revision {safe}"):
            helm.rollback(release, target, safe, timeout=timeout)
    except helm.Failed as error:
        return f"The rollback to revision {safe} failed, too: {error}"
    return f"Rolled back to revision {safe}."
