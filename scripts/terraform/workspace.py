"""A Terraform configuration that is ready to run: providers found, `terraform init` done."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from scripts.errors import Refusal
from scripts.locks import locked
from scripts.paths import ROOT, digest
from scripts.terraform import provider_sources
from scripts.terraform.provider_sources import Fallback, Source
from scripts.yaml_files import short

# Timeout for a registry that does not answer.
REGISTRY_SECONDS = "10"


@dataclass(frozen=True)
class Workspace:
    """The configuration of an environment, and its folder in the cache."""

    environment: str
    folder: Path
    cache: Path
    backend: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def fallback(self) -> Fallback | None:
        """Providers to use when no registry answers, if this environment may use them."""
        return provider_sources.fallback(self.environment)

    @property
    def root(self) -> Path:
        """Folder in which Terraform runs.

        Terraform writes its lock file there. With a fallback, the lock file would name the wrong
        providers, so Terraform then runs in a folder of links instead of the work tree.
        """
        if self.fallback is None:
            return self.folder
        return self.cache / "root" / self.folder.relative_to(ROOT)

    @property
    def lock(self) -> Path:
        """The lock file of providers."""
        return self.root / ".terraform.lock.hcl"

    @property
    def data(self) -> Path:
        return self.cache / "data"

    @property
    def stamp(self) -> Path:
        """Record of the last `init`: its inputs, and the source that it used."""
        return self.cache / "init.json"


@dataclass(frozen=True)
class Ready:
    """A workspace in which Terraform can run."""

    workspace: Workspace
    source: Source
    env: Mapping[str, str]

    def command(self, *args: str) -> list[str]:
        return [terraform(), f"-chdir={self.workspace.root}", *args]


def terraform() -> str:
    """Return the path of Terraform; raise Refusal when it is not installed."""
    found = shutil.which("terraform")
    if found is None:
        raise Refusal(
            "Terraform is not installed: install Terraform 1.11 or newer and put it on PATH."
        )
    return found


def prepare(workspace: Workspace, env: Mapping[str, str], *more: str, again: bool = False) -> Ready:
    """Find the providers and run `terraform init`, unless it has run for the same inputs.

    Raises Refusal when no source has all providers.
    """
    needed = provider_sources.needed(workspace.folder)
    mirrored = workspace.cache / "mirror"
    ways = provider_sources.sources(
        needed,
        configured=provider_sources.configured(env),
        trees=provider_sources.trees(),
        fallback=workspace.fallback,
        mirror=mirrored,
    )
    with locked(workspace.cache):
        if workspace.fallback is not None:
            _link(workspace)
            workspace.fallback.write(mirrored, needed & workspace.fallback.addresses)
        wanted = _wanted(workspace, ways, env)
        stamp = _stamp(workspace)
        if not again and stamp.get("for") == wanted:
            source = next(way for way in ways if way.name == stamp["source"])
            return Ready(workspace, source, _environment(workspace, source, env))
        ready = _init(workspace, ways, env, more)
        workspace.stamp.write_text(json.dumps({"for": wanted, "source": ready.source.name}))
        return ready


def _init(
    workspace: Workspace, ways: tuple[Source, ...], env: Mapping[str, str], more: tuple[str, ...]
) -> Ready:
    """Run `terraform init` with each source until one works."""
    settings = [f"-backend-config={key}={value}" for key, value in workspace.backend.items()]
    if _is_locked(workspace, env):
        settings.append("-lockfile=readonly")
    words = ""
    for source in ways:
        ready = Ready(workspace, source, _environment(workspace, source, env))
        if workspace.fallback is not None:
            # It contains the hashes of the previous source.
            workspace.lock.unlink(missing_ok=True)
        result = subprocess.run(
            ready.command("init", "-input=false", "-no-color", "-reconfigure", *settings, *more),
            env=ready.env,
            capture_output=True,
            text=True,
        )
        if result.returncode == 0:
            return ready
        # The first source is the one that the user means.
        words = words or result.stderr.strip() or result.stdout.strip()
    raise Refusal(f"`terraform init` failed in {short(workspace.folder)}: {words}")


def _is_locked(workspace: Workspace, env: Mapping[str, str]) -> bool:
    """Return whether CI must use the committed versions of providers, and no others."""
    return bool(env.get("CI")) and workspace.fallback is None and workspace.lock.is_file()


def _environment(workspace: Workspace, source: Source, env: Mapping[str, str]) -> dict[str, str]:
    file = source.file or workspace.cache / "cli.tfrc"
    if source.file is None:
        file.write_text(source.text)
    told = {workspace.fallback.variable: workspace.environment} if workspace.fallback else {}
    return {
        "TF_REGISTRY_CLIENT_TIMEOUT": REGISTRY_SECONDS,
        "CHECKPOINT_DISABLE": "1",
        **env,
        "TF_CLI_CONFIG_FILE": str(file),
        "TF_DATA_DIR": str(workspace.data),
        "TF_IN_AUTOMATION": "1",
        **told,
    }


def _link(workspace: Workspace) -> None:
    """Create the folder of links, in which the configuration finds the repository around it."""
    source, target = ROOT, workspace.cache / "root"
    for part in (*workspace.folder.relative_to(ROOT).parts, None):
        target.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in source.iterdir()} - {part, ".git", ".terraform"}
        # A state in the work tree belongs to its user.
        names = {name for name in names if not name.startswith("terraform.tfstate")}
        for path in target.iterdir():
            if path.is_symlink() and path.name not in names:
                path.unlink()
        for name in names:
            link = target / name
            if not link.is_symlink():
                link.symlink_to(source / name)
        if part is not None:
            source, target = source / part, target / part


def _wanted(workspace: Workspace, ways: tuple[Source, ...], env: Mapping[str, str]) -> str:
    """Return a digest of the inputs of `init`: configuration, backend, sources, Terraform."""
    locks = [workspace.lock] if _is_locked(workspace, env) else []
    folders = {workspace.folder, *(ROOT / "terraform").rglob("*/")}
    files = sorted(file for folder in folders for file in folder.glob("*.tf"))
    program = Path(terraform())
    return digest(
        files + locks,
        json.dumps(dict(workspace.backend), sort_keys=True),
        str(program.stat().st_mtime_ns),
        os.fspath(ROOT),
        *(f"{way.name} {way.file} {way.text}" for way in ways),
        *(file.read_text() for file in sorted((workspace.cache / "mirror").rglob("*_v*"))),
    )


def _stamp(workspace: Workspace) -> dict:
    try:
        return json.loads(workspace.stamp.read_text())
    except (FileNotFoundError, ValueError):
        return {}
