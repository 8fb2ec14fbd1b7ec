"""Where a stand-in may stand: in `local` and in tests. Whoever points Terraform at one elsewhere
is told to take the real provider."""

import os
from collections.abc import Mapping
from pathlib import Path

from scripts.workshop.providers.resource import Failure

# The caller names the environment; scripts/terraform.py does.
VARIABLE = "AIRFLOW_ON_KUBERNETES_ENVIRONMENT"
ALLOWED = ("local", "tests")
# There is nothing on a machine that it could act on.
TESTS_ONLY = frozenset({"datadog/datadog"})


def check(address: str, env: Mapping[str, str] = os.environ, folder: Path | None = None) -> None:
    """Fail unless the environment that is applied is one for stand-ins.

    Terraform runs a provider in the folder of the configuration: a folder of another environment
    counts more than what a variable says.
    """
    stated = env.get(VARIABLE, "")
    named = _environment_of(folder or Path.cwd())
    allowed = ("tests",) if address in TESTS_ONLY else ALLOWED
    for environment in (stated, named):
        if environment is not None and environment not in allowed:
            raise Failure(
                f"The stand-in for {address} does not serve {environment or 'this configuration'}",
                f"It serves {' and '.join(allowed)} only, by `python -m scripts terraform local`. "
                f"Give Terraform the real provider: a registry, or a plugin folder with it.",
            )


def _environment_of(folder: Path) -> str | None:
    parts = folder.parts
    return parts[parts.index("environments") + 1] if "environments" in parts[:-1] else None
