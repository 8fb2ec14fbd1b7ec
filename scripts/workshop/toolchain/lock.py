"""Python's lock files: every installed package with its version and hashes."""

import subprocess
import sys
from pathlib import Path

from scripts.errors import Refusal
from scripts.paths import IMAGES, ROOT
from scripts.steps import step

# The platform of the images, independent of the machine that resolves.
IN_IMAGES = ("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28")


def lock(*, upgrade: bool = False) -> None:
    """Resolve each lock file; locked versions stay, unless `upgrade` is set."""
    _resolve(ROOT / "requirements.lock", ROOT / "pyproject.toml", "--group", "dev", upgrade=upgrade)
    checkov = ROOT / "tools" / "checkov" / "requirements.in"
    _resolve(checkov.with_suffix(".lock"), checkov, upgrade=upgrade)
    for source in sorted(IMAGES.glob("*/requirements.in")):
        _resolve(source.with_suffix(".lock"), source, *IN_IMAGES, upgrade=upgrade)


def _resolve(target: Path, source: Path, *more: str, upgrade: bool) -> None:
    # Without the header, which would contain the package index of this machine.
    options = ["--generate-hashes", "--no-header", "--no-emit-index-url", "--quiet"]
    command = [sys.executable, "-m", "uv", "pip", "compile", *options, *["--upgrade"] * upgrade]
    name = target.relative_to(ROOT)
    with step(f"Resolve {name}"):
        done = subprocess.run(
            [*command, *more, "--output-file", target, source.relative_to(ROOT)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            raise Refusal(f"uv could not resolve {name} (see above).")
