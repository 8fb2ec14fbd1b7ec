"""Go programs: compiled once from the Go modules in tools/, cached by content."""

import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scripts.errors import Refusal
from scripts.locks import locked
from scripts.paths import CACHE, TOOLS, digest
from scripts.steps import Step, step

# Programs whose package path does not end in their usual name.
RENAMED = {"server": "etcd", "daemon": "cilium-agent"}
# Their version is set by the linker; otherwise kubelet reports v0.0.0, and Helm assumes
# Kubernetes 1.20.
VERSIONED = (
    "k8s.io/component-base/version.git",
    "helm.sh/helm/v3/pkg/chartutil.k8sVersion",
    "helm.sh/helm/v3/pkg/lint/rules.k8sVersion",
)


@dataclass(frozen=True)
class Module:
    """A Go module in tools/ and the programs in its `tool` lines."""

    name: str
    packages: Mapping[str, str]
    flags: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Folder of the built programs, named by the content of go.mod and go.sum."""
        source = TOOLS / self.name
        key = digest([source / "go.mod", source / "go.sum"], *self.flags, platform.machine())
        return CACHE / "programs" / f"{self.name}-{key}"

    def missing(self) -> list[str]:
        """Return the programs that are not built yet."""
        return [name for name in self.packages if not (self.folder / name).exists()]


@cache
def modules() -> Mapping[str, Module]:
    """Return every module in tools/, by name."""
    return {path.parent.name: _module(path) for path in sorted(TOOLS.glob("*/go.mod"))}


def program(name: str) -> Path:
    """Return the path of a program, built if needed; raise Refusal for an unknown program."""
    for module in modules().values():
        if name in module.packages:
            build(module, [name])
            return module.folder / name
    known = sorted(name for module in modules().values() for name in module.packages)
    raise Refusal(
        f"unknown program {name!r}: no Go module in tools/ builds it; known: {', '.join(known)}."
    )


def build(module: Module, names: Iterable[str]) -> None:
    """Compile those of the programs that are not built yet; raise Refusal when that fails."""
    wanted = [name for name in names if not (module.folder / name).exists()]
    if not wanted:
        return
    require_go(f"to build {', '.join(wanted)}")
    with locked(module.folder):
        missing = [name for name in wanted if not (module.folder / name).exists()]
        if missing:
            with step(f"Compile {_listed(module, missing)}") as this:
                _compile(module, missing, this)


def require_go(purpose: str) -> None:
    """Raise Refusal when Go is not installed."""
    if shutil.which("go") is None:
        raise Refusal(f"Go is needed {purpose}: install Go 1.26 or newer and put `go` on PATH.")


def module_folder(module: str, package: str) -> Path:
    """Return the folder with the source of a package that a module in tools/ requires."""
    require_go(f"to read the source of {package}")
    _go(module, "mod", "download", package)
    return Path(_go(module, "list", "-m", "-f", "{{.Dir}}", package).strip())


def _module(path: Path) -> Module:
    """Read the `tool` lines of a go.mod."""
    text = path.read_text()
    block = "\n".join(re.findall(r"^tool \(\n(.*?)^\)", text, re.DOTALL | re.MULTILINE))
    packages = re.findall(r"^tool ([^\s(]\S*)", text, re.MULTILINE) + block.split()
    folder = path.parent.name
    named = {_program_name(package, folder): package for package in packages}
    return Module(folder, dict(sorted(named.items())), _flags(folder, text))


def _program_name(package: str, folder: str) -> str:
    """Return the name of a program; another version of one has the name of its folder."""
    last = [part for part in package.split("/") if not re.fullmatch(r"v\d+", part)][-1]
    return folder if folder.startswith(f"{last}-") else RENAMED.get(last, last)


def _flags(module: str, text: str) -> tuple[str, ...]:
    linker = ["-s", "-w"]
    if version := re.search(r"^\s*k8s\.io/kubernetes v((\d+)\.(\d+)\.\S+)", text, re.MULTILINE):
        full, major, minor = version.groups()
        linker += [f"-X {prefix}Major={major} -X {prefix}Minor={minor}" for prefix in VERSIONED]
        linker += [f"-X {VERSIONED[0]}Version=v{full}", f"-X {VERSIONED[0]}TreeState=clean"]
    flags = ["-trimpath", "-ldflags", " ".join(linker)]
    if module == "containerd":
        # Leave out snapshotters that need C libraries or uncommon kernels.
        flags += ["-tags", "no_btrfs,no_devmapper,no_zfs,no_aufs"]
    return tuple(flags)


def _compile(module: Module, names: list[str], this: Step) -> None:
    """Compile into a temporary folder and move each program: a partial one is never found."""
    for left in module.folder.glob(".building-*"):
        shutil.rmtree(left, ignore_errors=True)
    # A unique name: a compiler of an earlier, killed `make` may still write into its folder.
    aside = Path(tempfile.mkdtemp(prefix=".building-", dir=module.folder))
    packages = [module.packages[name] for name in names]
    command = ["go", "build", "-v", *module.flags, "-o", f"{aside}/", *packages]
    process = subprocess.Popen(
        command,
        cwd=TOOLS / module.name,
        env=_environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    last: deque[str] = deque(maxlen=20)
    assert process.stderr is not None
    for count, line in enumerate(process.stderr, start=1):
        last.append(line.rstrip())
        this.note(f"{count} packages, {last[-1]}")
    if process.wait() != 0:
        raise Refusal(f"Go could not build {', '.join(names)} in tools/{module.name}: {_why(last)}")
    for built in aside.iterdir():
        built.replace(module.folder / _program_name(built.name, module.name))
    aside.rmdir()


def _listed(module: Module, names: list[str]) -> str:
    """Return up to three names, or the number of programs."""
    if len(names) > 3:
        return f"{len(names)} programs of tools/{module.name}"
    return ", ".join(names)


def _why(lines: Iterable[str]) -> str:
    """Return Go's last error messages; lines without spaces are import paths, shown as progress."""
    told = [line for line in lines if " " in line.strip()]
    return "; ".join(told[-4:]) or "no message"


def _go(module: str, *arguments: str) -> str:
    done = subprocess.run(
        ["go", *arguments],
        cwd=TOOLS / module,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        told = done.stderr.strip().splitlines()
        raise Refusal(f"`go {' '.join(arguments)}` failed in tools/{module}: {_why(told)}")
    return done.stdout


def _environment() -> dict[str, str]:
    """Return the environment, without settings that change the result of a build."""
    return {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "-mod=readonly"}
