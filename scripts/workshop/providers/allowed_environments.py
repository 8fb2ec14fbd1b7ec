"""Environments that stand-ins serve: `local` and tests. In others they refuse to run."""

import os
from collections.abc import Mapping
from pathlib import Path

from scripts.workshop.providers.resource import Failure

# The caller sets this variable, such as scripts/terraform.
VARIABLE = "AIRFLOW_ON_KUBERNETES_ENVIRONMENT"
ALLOWED = ("local", "tests")
# There is no Datadog API on a machine.
TESTS_ONLY = frozenset({"datadog/datadog"})


def check(address: str, env: Mapping[str, str] = os.environ, folder: Path | None = None) -> None:
    """Raise Failure unless the stand-in serves the environment.

    Terraform runs a provider in the folder of the configuration, so the folder of another
    environment wins over the variable.
    """
    stated = env.get(VARIABLE, "")
    named = _environment_of(folder or Path.cwd())
    allowed = ("tests",) if address in TESTS_ONLY else ALLOWED
    for environment in (stated, named):
        if environment is not None and environment not in allowed:
            raise Failure(
                f"The stand-in for {address} does not serve {environment or 'this configuration'}",
                f"It serves {' and '.join(allowed)} only, by `python -m scripts terraform local`. "
                f"Use the real provider, from a registry or from a plugin folder.",
            )


def _environment_of(folder: Path) -> str | None:
    parts = folder.parts
    return parts[parts.index("environments") + 1] if "environments" in parts[:-1] else None
