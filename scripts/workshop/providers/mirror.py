"""A plugin folder for Terraform, with the stand-ins as its programs."""

import platform
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

from scripts.paths import ROOT
from scripts.terraform.provider_sources import HOST
from scripts.workshop.providers.schema import Provider, providers

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def write(folder: Path, addresses: Iterable[str]) -> None:
    """Write a program for each provider in the layout of a filesystem mirror, unless it is current.

    Terraform's lock file contains the hash of each program, which depends only on the paths of
    this repository and of Python.
    """
    for address in sorted(addresses):
        provider = providers()[address]
        file = folder / _path(provider)
        text = _program(address)
        if file.exists() and file.read_text() == text:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)


def _path(provider: Provider) -> Path:
    machine = platform.machine()
    target = f"{platform.system().lower()}_{ARCHITECTURES.get(machine, machine)}"
    name = f"terraform-provider-{provider.name}_v{provider.version}"
    return Path(HOST, provider.address, provider.version, target, name)


def _program(address: str) -> str:
    python, root = shlex.quote(sys.executable), shlex.quote(str(ROOT))
    return (
        "#!/bin/sh\n"
        f"# Stands in for {address}, for `local` and tests only.\n"
        f"PYTHONPATH={root} exec {python} -P -m scripts.workshop.providers {address}\n"
    )
