"""Every release of environments/: who it is and which layers of values make it.

Terraform, the deploy command and the tests take the layers from here, so that what was tested is
what gets deployed.
"""

import json as jsonlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from rich.console import Console
from rich.table import Table

from scripts.errors import Refusal
from scripts.paths import ENVIRONMENTS, ROOT

NAME = "airflow"
# `airflow-<team>-tasks` must fit the 63 characters of a namespace.
LONGEST_TEAM = 63 - len(f"{NAME}--tasks")


class Strict(BaseModel):
    """A misspelt key is an error, not something to ignore."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Cluster(Strict):
    """The Kubernetes cluster of an environment; it exists before we come."""

    version: Annotated[str, StringConstraints(pattern=r"^1\.\d+$")] = Field(
        description="Which Kubernetes it runs: manifests are rendered and checked for it."
    )
    context: str = Field(
        "", description="The kubeconfig context of deployments; empty means the current one."
    )


class Environment(Strict):
    """The facts of an environment, as its environment.yaml states them."""

    name: str
    description: str
    deployed_by: Literal["terraform", "ci"] = Field(
        alias="deployedBy", description="The one owner of the environment's releases."
    )
    kubernetes: Cluster


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
        """Where task pods run: apart from the platform's secrets."""
        return f"{self.namespace}-tasks"

    @property
    def deployed_by(self) -> str:
        return self.environment.deployed_by


def releases(environments: Path = ENVIRONMENTS) -> tuple[Release, ...]:
    """Return every release, in the order of environment and team; refuse what is not well said."""
    return tuple(
        release
        for folder in sorted(environments.iterdir())
        if (folder / "environment.yaml").exists()
        for release in _releases_of(folder)
    )


def find(name: str, environments: Path = ENVIRONMENTS) -> Release:
    """Return the release called `environment/team`."""
    known = {str(release): release for release in releases(environments)}
    if name in known:
        return known[name]
    environment, slash, team = name.partition("/")
    folders = {release.environment.name for release in known.values()}
    if not slash or not team:
        raise Refusal(f"A release is named environment/team, not {name!r}; known: {_list(known)}.")
    if environment not in folders:
        raise Refusal(f"There is no environment {environment!r}; known: {_list(folders)}.")
    teams = [release.team for release in known.values() if release.environment.name == environment]
    raise Refusal(f"There is no team {team!r} in {environment}; known: {_list(teams)}.")


def show(*, json: bool = False) -> None:
    """Print every release, for a person or for a program."""
    if json:
        print(jsonlib.dumps([_facts(release) for release in releases()], indent=2))
        return
    table = Table("release", "namespace (and -tasks)", "owner", "layers (later ones win)", box=None)
    for release in releases():
        folder = release.layers[0].parent
        layers = ", ".join(str(layer.relative_to(folder)) for layer in release.layers)
        table.add_row(str(release), release.namespace, release.deployed_by, layers)
    Console().print(table)


def _facts(release: Release) -> dict:
    return {
        "environment": release.environment.name,
        "team": release.team,
        "name": release.name,
        "namespace": release.namespace,
        "tasksNamespace": release.tasks_namespace,
        "deployedBy": release.deployed_by,
        "kubernetes": release.environment.kubernetes.version,
        "layers": [str(_short(layer)) for layer in release.layers],
    }


def _releases_of(folder: Path) -> list[Release]:
    environment = _environment(folder)
    common = folder / "values.yaml"
    _layer(common)
    teams = sorted((folder / "teams").glob("*.yaml"))
    if not teams:
        raise Refusal(f"{_short(folder)} has no team: write {_short(folder)}/teams/<team>.yaml.")
    return [_release(environment, common, team) for team in teams]


def _environment(folder: Path) -> Environment:
    path = folder / "environment.yaml"
    # Terraform itself checks what is said to it.
    facts = {key: value for key, value in _layer(path).items() if key != "terraform"}
    try:
        environment = Environment.model_validate(facts)
    except ValidationError as error:
        raise Refusal(f"{_short(path)}: {_problems(error)}.") from None
    if environment.name != folder.name:
        raise Refusal(
            f"{_short(path)} says `name: {environment.name}`; its folder is {folder.name}."
        )
    return environment


def _release(environment: Environment, common: Path, path: Path) -> Release:
    team = path.stem
    _check_team_name(path)
    stated = _layer(path).get("team")
    if stated != team:
        raise Refusal(f"{_short(path)} must say `team: {team}`, not {stated!r}.")
    return Release(environment=environment, team=team, layers=(common, path))


def _check_team_name(path: Path) -> None:
    team = path.stem
    if not re.fullmatch(r"[a-z]([a-z0-9-]*[a-z0-9])?", team) or "--" in team:
        reason = "a team's name is lower-case letters, digits and single dashes"
    elif team.endswith("-tasks"):
        reason = f"its namespace would be that of the tasks of team {team.removesuffix('-tasks')}"
    elif len(team) > LONGEST_TEAM:
        reason = f"a team's name has at most {LONGEST_TEAM} characters"
    else:
        return
    raise Refusal(f"{_short(path)}: {reason}.")


class _Loader(yaml.CSafeLoader):
    """Refuses what Helm reads silently: the same key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen = set()
        for key, _ in node.value:
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                line = key.start_mark.line + 1
                raise Refusal(f"the key {key.value!r} of line {line} is there twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


@cache
def _parse(text: str) -> list:
    return list(yaml.load_all(text, Loader=_Loader))


def _layer(path: Path) -> dict:
    """Read a file that must be one map.

    Helm takes the first of several documents and drops the rest without a word.
    """
    try:
        documents = _parse(path.read_text())
    except FileNotFoundError:
        raise Refusal(f"{_short(path)} is missing.") from None
    except Refusal as refusal:
        raise Refusal(f"{_short(path)}: {refusal}.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        reason = getattr(error, "problem", None) or "it cannot be read"
        raise Refusal(f"{_short(path)} is not YAML{where}: {reason}.") from None
    if len(documents) != 1:
        raise Refusal(f"{_short(path)} holds {len(documents)} YAML documents; it must hold one.")
    if not isinstance(documents[0], dict):
        raise Refusal(f"{_short(path)} must be a map of values.")
    return documents[0]


def _problems(error: ValidationError) -> str:
    return "; ".join(
        f"`{'.'.join(map(str, problem['loc']))}`: {problem['msg'][0].lower()}{problem['msg'][1:]}"
        for problem in error.errors()
    )


def _list(names) -> str:
    return ", ".join(sorted(names))


def _short(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
