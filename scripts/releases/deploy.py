"""The path of CI: `helm upgrade --install` a release with its layers, and watch the rollout."""

import json
import re
import subprocess
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

from scripts.console import console
from scripts.errors import Refusal
from scripts.paths import CHART, KUBECONFIG
from scripts.releases import Release
from scripts.releases.render import helm, release_manifests, sentence
from scripts.releases.rollout import unready
from scripts.steps import Step, step

LOOK_EVERY_SECONDS = 2
KEPT_REVISIONS = 10
# While it waits, a phrase a pod is enough; a failure tells all.
NOTE_WIDTH = 90


@dataclass(frozen=True)
class Target:
    """A cluster as kubeconfig names it; without a file, the usual places are searched."""

    context: str
    kubeconfig: Path | None = None

    def arguments(self) -> list[str]:
        """What Helm must be told to go there."""
        file = [f"--kubeconfig={self.kubeconfig}"] if self.kubeconfig else []
        return [*file, f"--kube-context={self.context}"]

    def api(self) -> client.ApiClient:
        file = str(self.kubeconfig) if self.kubeconfig else None
        return config.new_client_from_config(config_file=file, context=self.context)


@dataclass(frozen=True)
class Revision:
    """One entry of a release's history in the cluster."""

    number: int
    status: str


def deploy(release: Release, *, context: str, timeout: str, owner: str = "ci") -> None:
    """Bring a release up to date and wait until its pods are ready; refuse what is not ours."""
    _check_owner(release, owner)
    _check_timeout(timeout)
    target = find_target(release, context)
    api = target.api()
    _check_namespaces(release, target, api)
    with with_last_layer(release, target, api) as release:
        wanted = _migration(release_manifests(release))
        before = _history(release, target)
        _check_idle(release, target, before)
        safe = _safe_revision(release, target, before, wanted)
        with step(f"Deploy {release} to {target.context}") as this:
            command = _upgrade(release, target, timeout)
            if problem := _watch(command, api, release, this):
                if "deadline exceeded" in problem or "timed out" in problem:
                    problem = f"it was not ready after {timeout}"
                raise Refusal(_failure(release, target, api, problem, safe, timeout))
    latest = _history(release, target)[-1]
    console.print(f"[green]✓[/] {release} is at revision {latest.number}; all of it is ready.")


def find_target(release: Release, context: str) -> Target:
    """Return the cluster for a release: the context that was asked for, or its environment's."""
    own = release.environment.name == "local" and not context and KUBECONFIG.exists()
    file = KUBECONFIG if own else None
    try:
        contexts, active = config.list_kube_config_contexts(str(file) if file else None)
    except config.ConfigException:
        raise Refusal(
            "There is no kubeconfig: set KUBECONFIG, or start a cluster by `make up`."
        ) from None
    names = sorted(entry["name"] for entry in contexts)
    wanted = context or release.environment.kubernetes.context or (active or {}).get("name", "")
    if wanted not in names:
        raise Refusal(f"The kubeconfig has no context {wanted!r}; it has {', '.join(names)}.")
    return Target(context=wanted, kubeconfig=file)


def _check_owner(release: Release, owner: str) -> None:
    if release.deployed_by == owner:
        return
    hint = (
        "apply its Terraform instead, or say `--as-owner terraform` to do its work with its values"
        if release.deployed_by == "terraform"
        else "leave out --as-owner"
    )
    name = release.environment.name
    raise Refusal(
        f"{release} is deployed by {release.deployed_by}, not by {owner}, says"
        f" environments/{name}/environment.yaml: {hint}."
    )


def _check_timeout(timeout: str) -> None:
    if not re.fullmatch(r"(\d+[hms])+", timeout):
        raise Refusal(f"--timeout is a duration such as 15m or 1h30m, not {timeout!r}.")


def _check_namespaces(release: Release, target: Target, api: client.ApiClient) -> None:
    """Refuse when the platform has not made the namespaces, which carry quotas and Pod Security."""
    for name in (release.namespace, release.tasks_namespace):
        try:
            client.CoreV1Api(api).read_namespace(name)
        except ApiException as error:
            if error.status == 404:
                raise Refusal(
                    f"{target.context} has no namespace {name}: Terraform makes it"
                    f" (`make apply ENV={release.environment.name}`)."
                ) from None
            # Who may deploy need not be allowed to read namespaces; Helm will tell.
            if error.status != 403:
                raise Refusal(f"{target.context} answers {error.status} {error.reason}.") from None
        except Exception as error:
            reason = str(getattr(error, "reason", error))
            raise Refusal(
                f"The API server of {target.context} does not answer: {reason}."
            ) from None


@contextmanager
def with_last_layer(release: Release, target: Target, api: client.ApiClient) -> Iterator[Release]:
    """Add the layer that Terraform left in the release's namespace: names that it has made up."""
    name = f"{release.name}-terraform"
    try:
        found = client.CoreV1Api(api).read_namespaced_config_map(name, release.namespace)
    except ApiException as error:
        raise Refusal(
            f"The ConfigMap {name} of {release.namespace} in {target.context} cannot be read"
            f" ({error.status} {error.reason}): it holds the values that Terraform makes"
            f" (`make apply ENV={release.environment.name}`)."
        ) from None
    with tempfile.TemporaryDirectory() as folder:
        layer = Path(folder) / "terraform.yaml"
        layer.write_text(found.data["values.yaml"])
        yield replace(release, layers=(*release.layers, layer))


def _upgrade(release: Release, target: Target, timeout: str) -> list[str]:
    """Return the command; it never reuses values, which would drop new defaults of the chart."""
    command = [str(helm()), "upgrade", release.name, str(CHART), "--install"]
    command += [f"--namespace={release.namespace}", *target.arguments()]
    command += [f"--values={layer}" for layer in release.layers]
    return [*command, f"--history-max={KEPT_REVISIONS}", *_waiting(timeout)]


def _waiting(timeout: str) -> list[str]:
    """Return the options that make Helm wait, and Helm 4 work as Helm 3 does.

    Terraform's provider is a Helm 3 inside: a release that may change hands stays client-side
    applied, and is waited for by the same rule, which does not wait for custom resources.
    """
    options = [f"--timeout={timeout}", "--wait-for-jobs"]
    return (
        [*options, "--wait"]
        if _helm_major() < 4
        else [*options, "--wait=legacy", "--server-side=false"]
    )


def _watch(command: list[str], api: client.ApiClient, release: Release, this: Step) -> str:
    """Run Helm and show meanwhile what is not ready; return Helm's complaint, empty if none."""
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        try:
            while process.poll() is None:
                this.note(_waiting_for(api, release))
                time.sleep(LOOK_EVERY_SECONDS)
        except BaseException:
            # Helm marks the release as failed when it is asked to stop, so the next try can start.
            process.terminate()
            process.wait()
            raise
        errors.seek(0)
        return sentence(errors.read()) or "helm failed" if process.returncode else ""


def _waiting_for(api: client.ApiClient, release: Release) -> str:
    try:
        reasons = unready(api, release.namespace, release.name)
    except Exception:
        return "the API server does not answer at the moment"
    short = [textwrap.shorten(reason, NOTE_WIDTH, placeholder=" …") for reason in reasons]
    return f"waiting for {'; '.join(short)}" if short else "waiting for Helm"


def _failure(
    release: Release,
    target: Target,
    api: client.ApiClient,
    problem: str,
    safe: int | None,
    timeout: str,
) -> str:
    """Say what is not ready and why, then go back to the last good revision where that is right."""
    reasons = unready(api, release.namespace, release.name)
    told = f"{release} was not deployed: {problem.rstrip('.')}"
    if reasons:
        told += f"; not ready: {'; '.join(reasons)}"
    if safe is None:
        return (
            f"{told}. Nothing was rolled back, because the database may have been migrated or"
            " there is no earlier revision: mend it and deploy again."
        )
    with step(f"Roll back to revision {safe}"):
        done = _helm(release, target, "rollback", release.name, str(safe), *_waiting(timeout))
    if done.returncode != 0:
        return f"{told}. Rolling back to revision {safe} failed, too: {sentence(done.stderr)}"
    return f"{told}. Revision {safe} is back."


def _safe_revision(
    release: Release, target: Target, history: list[Revision], migration: str
) -> int | None:
    """Return the deployed revision if Airflow's database is the same there as in what comes.

    Airflow refuses to start on a database that is not of its own revision: once a new migration
    has run, the old image cannot come back.
    """
    deployed = _deployed(history)
    if deployed is None:
        return None
    done = _helm(release, target, "get", "manifest", release.name, f"--revision={deployed}")
    same = done.returncode == 0 and _migration(done.stdout) == migration
    return deployed if same else None


def _migration(manifests: str) -> str:
    """Return the name of the migrations Job, which carries a hash of what it runs."""
    for manifest in yaml.load_all(manifests, Loader=yaml.CSafeLoader):
        if manifest and manifest["kind"] == "Job":
            name = manifest["metadata"]["name"]
            if "run-airflow-migrations" in name:
                return name
    return ""


def _check_idle(release: Release, target: Target, history: list[Revision]) -> None:
    if not history or not history[-1].status.startswith("pending-"):
        return
    deployed = _deployed(history)
    undo = f"rollback {release.name} {deployed}" if deployed else f"uninstall {release.name}"
    raise Refusal(
        f"{release} is {history[-1].status}: another deployment runs, or one was killed. If none"
        f" runs, `helm {undo} --namespace {release.namespace} --kube-context {target.context}`"
        " frees it."
    )


def _deployed(history: list[Revision]) -> int | None:
    """Return the revision that was the last to be ready."""
    deployed = [revision.number for revision in history if revision.status == "deployed"]
    return deployed[-1] if deployed else None


def _history(release: Release, target: Target) -> list[Revision]:
    done = _helm(release, target, "history", release.name, "--output=json")
    if done.returncode != 0:
        if "not found" in done.stderr:
            return []
        raise Refusal(f"Helm cannot read {target.context}: {sentence(done.stderr)}")
    return [Revision(entry["revision"], entry["status"]) for entry in json.loads(done.stdout)]


def _helm_major() -> int:
    done = subprocess.run([str(helm()), "version", "--short"], capture_output=True, text=True)
    found = re.match(r"v(\d+)\.", done.stdout)
    if not found:
        raise Refusal(f"{helm()} is not Helm: it does not tell its version.")
    return int(found[1])


def _helm(release: Release, target: Target, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(helm()), *arguments, f"--namespace={release.namespace}", *target.arguments()]
    return subprocess.run(command, capture_output=True, text=True)
