"""The list of releases, as a table or as JSON, and of environments with nightly drift checks."""

import json as jsonlib

from rich.console import Console
from rich.table import Table

from scripts.errors import Refusal
from scripts.releases.discovery import Release, environments, find, of_environment, releases
from scripts.yaml_files import short


def show(*, json: bool = False) -> None:
    """Print every release as a table or as JSON."""
    if json:
        print(jsonlib.dumps([_facts(release) for release in releases()], indent=2))
        return
    table = Table("release", "namespace (and -tasks)", "owner", "layers (later ones win)", box=None)
    for release in releases():
        folder = release.layers[0].parent
        layers = ", ".join(str(layer.relative_to(folder)) for layer in release.layers)
        table.add_row(str(release), release.namespace, release.deployed_by, layers)
    Console().print(table)


def nightly() -> str:
    """Return the environments that CI checks for drift every night, as a JSON list of names."""
    return jsonlib.dumps([one.name for one in environments() if one.nightly_drift])


def on_aws() -> str:
    """Return the environments that Terraform makes on AWS, as a JSON list of names."""
    return jsonlib.dumps([one.name for one in environments() if one.terraform is not None])


def deployable(environment: str, team: str = "") -> str:
    """Return the teams of an environment whose releases CI deploys, or one team, as a JSON list.

    Raises Refusal when the environment or the team is unknown, or Terraform deploys the releases.
    """
    found = [find(f"{environment}/{team}")] if team else of_environment(environment)
    if found[0].deployed_by != "ci":
        raise Refusal(
            f"The releases of {environment} are deployed by {found[0].deployed_by}, not by ci"
            f" (`deployedBy` in environments/{environment}/environment.yaml): run"
            f" `make apply ENV={environment}` instead."
        )
    return jsonlib.dumps([release.team for release in found])


def _facts(release: Release) -> dict:
    return {
        "environment": release.environment.name,
        "team": release.team,
        "name": release.name,
        "namespace": release.namespace,
        "tasksNamespace": release.tasks_namespace,
        "deployedBy": release.deployed_by,
        "kubernetes": release.environment.kubernetes.version,
        "layers": [str(short(layer)) for layer in release.layers],
    }
