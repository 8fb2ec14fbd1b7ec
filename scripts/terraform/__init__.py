"""Terraform in an environment, with the providers that are available on this machine."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scripts.console import console
from scripts.errors import Refusal
from scripts.go_programs import program
from scripts.paths import CACHE, ENVIRONMENTS, ROOT, digest
from scripts.releases import releases
from scripts.releases.discovery import folders
from scripts.terraform.local_target import (
    LocalTarget,
    find_local_target,
    free_stuck_releases,
    unready_pods,
)
from scripts.terraform.workspace import Ready, Workspace, prepare, terraform

# Commands that read no configuration.
PLAIN = ("", "fmt", "login", "logout", "version")
# Commands that connect to the cluster.
REACHING = ("apply", "destroy", "import", "plan", "refresh")
# Commands that read the files of teams; others must work although a file is wrong.
READING = ("apply", "plan")
# An interrupted apply holds the lock until it has written the state.
LOCK_SECONDS = 60


def run(environment: str, args: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Run `terraform ARGS` in an environment and return its exit status.

    `env` adds variables such as TF_VAR_team. Raises Refusal for an unknown environment, and when
    Terraform or its providers are missing.
    """
    folder = folder_of(environment)
    merged = {**os.environ, **(env or {})}
    act = next((arg for arg in args if not arg.startswith("-")), "")
    if act in READING:
        # Terraform refuses the same files; here the error has the line, as in every command.
        releases()
    if act in PLAIN or environment != "local":
        return _run_elsewhere(environment, folder, act, args, merged)
    return _run_local(find_local_target(merged), folder, act, args, merged)


def output(environment: str, args: Sequence[str]) -> str:
    """Return the output of `terraform ARGS`, which must only read; raise Refusal when it fails."""
    folder, env = folder_of(environment), dict(os.environ)
    if environment == "local":
        target = find_local_target(env)
        workspace, env = _local(folder, target), {**env, **target.variables(env)}
    else:
        workspace = _elsewhere(environment, folder)
    ready = prepare(workspace, env)
    done = subprocess.run(ready.command(*args), env=dict(ready.env), capture_output=True, text=True)
    if done.returncode != 0:
        raise Refusal(f"`terraform {args[0]}` failed in {environment}: {done.stderr.strip()}")
    return done.stdout


def _run_local(
    target: LocalTarget, folder: Path, act: str, args: Sequence[str], env: Mapping[str, str]
) -> int:
    if act in REACHING:
        target.check()
    target.make_folder()
    variables = target.variables(env)
    ready = _prepared(_local(folder, target), act, args, {**env, **variables})
    if act == "init":
        return 0
    if act == "apply":
        target.remember(variables)
    started = time.time()
    status = _terraform(ready, act, args)
    if act == "apply" and status == 1:
        return _after_failure(target, started, lambda: _terraform(ready, act, args))
    return status


def _after_failure(target: LocalTarget, started: float, again: Callable[[], int]) -> int:
    """Apply again if an interrupted Helm blocked a release, otherwise list unready pods."""
    from urllib3.exceptions import HTTPError

    try:
        if freed := free_stuck_releases(target, started):
            console.print(
                f"An interrupted helm had locked {', '.join(freed)}: unlocked, applying again."
            )
            return again()
        for phrase in unready_pods(target):
            console.print(f"Not ready in {phrase}", markup=False)
    except HTTPError:
        # Without the cluster's API, Terraform's own error has to be enough.
        pass
    return 1


def _run_elsewhere(
    environment: str, folder: Path, act: str, args: Sequence[str], env: Mapping[str, str]
) -> int:
    if act in PLAIN:
        # Terraform warns about a missing TF_CLI_CONFIG_FILE, even when it formats a file.
        plain = {k: v for k, v in env.items() if k != "TF_CLI_CONFIG_FILE" or Path(v).is_file()}
        return _wait(_start([terraform(), f"-chdir={folder}", *args], plain))
    ready = _prepared(_elsewhere(environment, folder), act, args, env)
    return 0 if act == "init" else _terraform(ready, act, args)


def _local(folder: Path, target: LocalTarget) -> Workspace:
    backend = {"path": str(target.state)}
    return Workspace("local", folder, cache_of(target.name), backend)


def _elsewhere(environment: str, folder: Path) -> Workspace:
    return Workspace(environment, folder, cache_of(environment))


def cache_of(name: str) -> Path:
    """Return the cache folder of this checkout for an environment, or for a cluster of `local`."""
    return CACHE / "terraform" / name / digest([], str(ROOT))[:8]


def folder_of(environment: str) -> Path:
    """Return the folder of an environment; raise Refusal when it is unknown or has no Terraform."""
    known = {folder.name: folder for folder in folders(ENVIRONMENTS)}
    if environment not in known:
        raise Refusal(f"unknown environment {environment!r}; known: {', '.join(known)}.")
    folder = known[environment]
    if not any(folder.glob("*.tf")):
        raise Refusal(
            f"{folder.relative_to(ROOT)} has no Terraform configuration; deploy it with"
            f" `python -m scripts deploy {environment}/TEAM`."
        )
    return folder


def _prepared(workspace: Workspace, act: str, args: Sequence[str], env: Mapping[str, str]) -> Ready:
    initial = act == "init"
    more = [arg for arg in args if arg != "init"] if initial else []
    ready = prepare(workspace, env, *more, again=initial)
    if initial:
        console.print(f"Providers of {workspace.environment} come from {ready.source.name}.")
    if ready.source.fallback:
        console.print(
            f"[yellow]{ready.source.name.capitalize()}[/] serve "
            f"{', '.join(sorted(ready.source.fallback))}, because no provider registry answers. "
            "They run the real helm and the real Kubernetes API."
        )
        if "hashicorp/helm" in ready.source.fallback and act in REACHING:
            program("helm")
    return ready


def _terraform(ready: Ready, act: str, args: Sequence[str]) -> int:
    words = list(args)
    if act in REACHING:
        words.insert(words.index(act) + 1, f"-lock-timeout={LOCK_SECONDS}s")
    env = dict(ready.env)
    if not sys.stdin.isatty():
        env.setdefault("TF_INPUT", "0")
    return _wait(_start(ready.command(*words), env))


def _start(command: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen:
    """Start Terraform in its own session: it gets Ctrl-C from this process only, and only once."""
    return subprocess.Popen(
        command, env=dict(env), start_new_session=True, preexec_fn=end_with_parent
    )


def _wait(process: subprocess.Popen) -> int:
    """Wait until Terraform ends, also after Ctrl-C, so that it can write its state."""
    interrupted = False
    while True:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            interrupted = True
            console.print("Waiting until Terraform has written its state …")
            # A second one makes Terraform exit immediately.
            process.send_signal(signal.SIGINT)
        else:
            if interrupted:
                raise KeyboardInterrupt
            return status


def end_with_parent() -> None:
    """Let Linux interrupt Terraform when this process is killed."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGINT)
