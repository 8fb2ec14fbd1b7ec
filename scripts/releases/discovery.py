"""The releases: every team of every environment, assembled and checked in one place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scripts.errors import Refusal
from scripts.paths import CHART, ENVIRONMENTS
from scripts.releases.checks import listed
from scripts.releases.environment import Environment, environment_of
from scripts.releases.layers import layers, team_files, team_pattern
from scripts.releases.team_files import team_file_problems
from scripts.yaml_files import read, short

NAME = "airflow"
# `airflow-<team>-tasks` must fit the 63 characters of a namespace.
LONGEST_TEAM = 63 - len(f"{NAME}--tasks")


@dataclass(frozen=True)
class Release:
    """One Airflow: of a team, in an environment."""

    environment: Environment
    team: str
    layers: tuple[Path, ...]

    name = NAME

    def __str__(self) -> str:
        return f"{self.environment.name}/{self.team}"

    @property
    def namespace(self) -> str:
        return f"{self.name}-{self.team}"

    @property
    def tasks_namespace(self) -> str:
        """The namespace of task pods, without Secrets of the platform."""
        return f"{self.namespace}-tasks"

    @property
    def deployed_by(self) -> str:
        return self.environment.deployed_by


def folders(environments: Path = ENVIRONMENTS) -> list[Path]:
    """Return the folders of all environments: those with an environment.yaml."""
    return sorted(path.parent for path in environments.glob("*/environment.yaml"))


def environments(environments: Path = ENVIRONMENTS) -> list[Environment]:
    """Return the facts of every environment, sorted by name."""
    return [environment_of(read(folder / "environment.yaml")) for folder in folders(environments)]


def releases(environments: Path = ENVIRONMENTS) -> tuple[Release, ...]:
    """Return every release, sorted by environment and team.

    Raises one Refusal with every problem of every file. All commands call this function, so that
    they refuse the same files.
    """
    found: list[Release] = []
    refused: list[str] = []
    for folder in folders(environments):
        try:
            found += _releases_of(folder)
        except Refusal as refusal:
            refused.append(str(refusal))
    if refused:
        raise Refusal("\n".join(refused))
    return tuple(found)


def of_environment(name: str, environments: Path = ENVIRONMENTS) -> tuple[Release, ...]:
    """Return the releases of an environment, of which there is at least one."""
    known = releases(environments)
    found = tuple(release for release in known if release.environment.name == name)
    if not found:
        names = {release.environment.name for release in known}
        raise Refusal(f"unknown environment {name!r}; known: {_list(names)}.")
    return found


def find(name: str, environments: Path = ENVIRONMENTS) -> Release:
    """Return the release with the name `environment/team`."""
    known = {str(release): release for release in releases(environments)}
    if name in known:
        return known[name]
    environment, slash, team = name.partition("/")
    if not slash or not team:
        raise Refusal(f"A release is named environment/team, not {name!r}; known: {_list(known)}.")
    teams = [release.team for release in of_environment(environment, environments)]
    raise Refusal(f"unknown team {team!r} in {environment}; known: {_list(teams)}.")


def _releases_of(folder: Path) -> list[Release]:
    environment = environment_of(read(folder / "environment.yaml"))
    files = team_files(folder)
    if not files:
        raise Refusal(f"{short(folder)} has no team: write {short(folder)}/{team_pattern()}.")
    refused = list(_problems_of(environment, folder, files))
    if refused:
        raise Refusal("\n".join(refused))
    return [Release(environment, file.stem, layers(folder, file.stem)) for file in files]


def _problems_of(environment: Environment, folder: Path, files: list[Path]) -> Iterator[str]:
    for file in files:
        if reason := _wrong_name(file.stem):
            yield f"{short(file)}: {reason}."
            continue
        try:
            *lower, own = (read(layer) for layer in layers(folder, file.stem))
        except Refusal as refusal:
            yield str(refusal)
            continue
        stated = lower[0].data.get("environment")
        if stated != environment.name and file == files[0]:
            yield (
                f"{lower[0].at(('environment',))}: `environment` must be {environment.name}, the"
                f" `name` of environment.yaml, not {stated!r}."
            )
        below = [_chart_values(), *(layer.data for layer in lower), _tier(environment)]
        yield from listed(own, team_file_problems(own, file.stem, below))


def _tier(environment: Environment) -> dict[str, str]:
    """Return the value that Terraform sets in its layer, which is above those of files."""
    tier = environment.terraform.tier if environment.terraform else None
    return {"tier": tier} if tier else {}


def _wrong_name(team: str) -> str:
    """Return the reason why a name is not valid for a team; empty if it is valid."""
    if not re.fullmatch(r"[a-z]([a-z0-9-]*[a-z0-9])?", team) or "--" in team:
        return (
            "a team's name consists of lower-case letters, digits and single dashes:"
            " rename the file"
        )
    if team.endswith("-tasks"):
        of = team.removesuffix("-tasks")
        return f"its namespace would be the namespace of the tasks of team {of}: rename the file"
    if len(team) > LONGEST_TEAM:
        return f"a team's name has at most {LONGEST_TEAM} characters: rename the file"
    return ""


@cache
def _chart_values() -> Mapping[str, Any]:
    """Return the chart's defaults, the lowest layer."""
    return read(CHART / "values.yaml").data


def _list(names) -> str:
    return ", ".join(sorted(names))
