"""The values layers of a release, in the order of environments/layers.yaml.

Terraform reads the same list (terraform/modules/layers). The last layer on EKS is not a file: it
holds the names of what Terraform has created. `deploy` and the module `release` append it.
"""

from functools import cache
from pathlib import Path

from scripts.paths import ENVIRONMENTS
from scripts.yaml_files import read

LAYERS = ENVIRONMENTS / "layers.yaml"
TEAM = "{team}"


def layers(folder: Path, team: str) -> tuple[Path, ...]:
    """Return the layers of a team's release in an environment's folder; later ones win."""
    return tuple(folder / pattern.replace(TEAM, team) for pattern in _patterns())


def team_files(folder: Path) -> list[Path]:
    """Return the files of an environment's teams: each one is a release."""
    return sorted(folder.glob(team_pattern().replace(TEAM, "*")))


def team_pattern() -> str:
    """The layer that each team writes."""
    return next(pattern for pattern in _patterns() if TEAM in pattern)


@cache
def _patterns() -> tuple[str, ...]:
    return tuple(read(LAYERS).data["layers"])
