"""Checks of style, formatting and generated files."""

import shutil
import subprocess
import sys
from collections.abc import Callable

from scripts.errors import Refusal
from scripts.generate import generate
from scripts.go_programs import program
from scripts.paths import ROOT
from scripts.steps import step
from scripts.workshop.toolchain import prose
from scripts.workshop.toolchain.scan import scan


def lint(*, fix: bool = False) -> None:
    """Run every check; raise Refusal with those that failed. With `fix`, format and generate."""
    ruff = (sys.executable, "-m", "ruff")
    checks: dict[str, Callable[[], None]] = {
        "Python style": lambda: _run(*ruff, "check", *["--fix"] * fix),
        "Python formatting": lambda: _run(*ruff, "format", *[] if fix else ["--check"]),
        "Terraform formatting": lambda: _terraform_format(fix),
        "tflint": _terraform_style,
        "Generated files": lambda: generate(check=not fix),
        "Plain English": prose.check,
        "checkov": scan,
    }
    failed = []
    for name, check in checks.items():
        try:
            with step(name):
                check()
        except Refusal as refusal:
            failed.append(str(refusal))
    if failed:
        raise Refusal(" ".join(failed))


def _terraform_format(fix: bool) -> None:
    if shutil.which("terraform") is None:
        raise Refusal(
            "Terraform is not installed: install Terraform 1.11 or newer and put it on PATH."
        )
    _run("terraform", "fmt", "-recursive", *[] if fix else ["-check", "-diff"])


def _terraform_style() -> None:
    tflint, config = str(program("tflint")), f"--config={ROOT / '.tflint.hcl'}"
    for folder in ("environments", "examples", "terraform"):
        _run(tflint, f"--chdir={folder}", "--recursive", "--format=compact", config)


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.stderr.buffer.write(done.stdout)
        tried = " ".join(command).replace(f"{sys.executable} -m ", "")
        raise Refusal(f"`{tried}` failed (output above); `make format` fixes most issues.")
