"""A Terraform configuration made ready to run: its providers found, `terraform init` done once."""

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

# A registry that does not answer is given up after this long.
REGISTRY_SECONDS = "10"


@dataclass(frozen=True)
class Workspace:
    """A configuration of an environment, and the folder in the cache where its runs keep theirs."""

    environment: str
    folder: Path
    cache: Path
    backend: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def fallback(self) -> Fallback | None:
        """The providers that may serve here when no registry answers."""
        return provider_sources.fallback(self.environment)

    @property
    def root(self) -> Path:
        """Where Terraform runs.

        It writes its lock file beside the configuration. Where a fallback may have been used
        this must never be the work tree, so there it is a folder of links to it.
        """
        if self.fallback is None:
            return self.folder
        return self.cache / "root" / self.folder.relative_to(ROOT)

    @property
    def data(self) -> Path:
        return self.cache / "data"

    @property
    def stamp(self) -> Path:
        """What the last `init` was done for, and which source it found."""
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
    """The path of Terraform."""
    found = shutil.which("terraform")
    if found is None:
        raise Refusal("There is no Terraform on this machine: install Terraform 1.11 or newer.")
    return found


def prepare(workspace: Workspace, env: Mapping[str, str], *more: str, again: bool = False) -> Ready:
    """Find the providers and run `terraform init`, unless that was done for the same before."""
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
        wanted = _wanted(workspace, ways)
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
    """Take the first source with which `terraform init` works."""
    settings = [f"-backend-config={key}={value}" for key, value in workspace.backend.items()]
    words = ""
    for source in ways:
        ready = Ready(workspace, source, _environment(workspace, source, env))
        if workspace.fallback is not None:
            # Its hashes are those of the last source.
            (workspace.root / ".terraform.lock.hcl").unlink(missing_ok=True)
        result = subprocess.run(
            ready.command("init", "-input=false", "-no-color", "-reconfigure", *settings, *more),
            env=ready.env,
            capture_output=True,
            text=True,
        )
        if result.returncode == 0:
            return ready
        words = result.stderr.strip() or result.stdout.strip()
    raise Refusal(f"`terraform init` failed in {workspace.folder.relative_to(ROOT)}: {words}")


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
    """Make the folder of links: the configuration sees the repository around it as it is."""
    source, target = ROOT, workspace.cache / "root"
    for part in (*workspace.folder.relative_to(ROOT).parts, None):
        target.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in source.iterdir()} - {part, ".git", ".terraform"}
        for path in target.iterdir():
            if path.is_symlink() and path.name not in names:
                path.unlink()
        for name in names:
            link = target / name
            if not link.is_symlink():
                link.symlink_to(source / name)
        if part is not None:
            source, target = source / part, target / part


def _wanted(workspace: Workspace, ways: tuple[Source, ...]) -> str:
    """What `init` depends on: configuration, versions, backend, sources, Terraform itself."""
    folders = {workspace.folder, *(ROOT / "terraform").rglob("*/")}
    files = sorted(file for folder in folders for file in folder.glob("*.tf"))
    program = Path(terraform())
    return digest(
        files,
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
