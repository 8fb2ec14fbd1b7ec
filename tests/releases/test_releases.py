"""environments/ as data: the releases, and the errors about mistakes in files."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from scripts.errors import Refusal
from scripts.paths import ENVIRONMENTS, ROOT
from scripts.releases import Environment, Release, find, releases, show
from scripts.releases.rules import rules
from tests.conftest import RELEASES
from tests.releases.conftest import FACTS

TERRAFORM = (
    "terraform:\n  account: '111122223333'\n  region: eu-central-1\n"
    "  cluster: {name: trial, vpc_id: vpc-1, security_group_id: sg-1}\n"
)


def refusal(folder: Path) -> str:
    with pytest.raises(Refusal) as refused:
        releases(folder.parent)
    return str(refused.value)


def test_every_team_file_is_a_release():
    assert sorted(map(str, releases())) == RELEASES


def test_the_layers_are_the_environment_then_the_team(release: Release):
    folder = ENVIRONMENTS / release.environment.name
    assert release.layers == (folder / "values.yaml", folder / "teams" / f"{release.team}.yaml")


def test_a_release_is_found_by_environment_and_team(trial: Path):
    release = find("trial/search", trial.parent)
    assert (release.name, release.namespace, release.tasks_namespace) == (
        "airflow",
        "airflow-search",
        "airflow-search-tasks",
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("search", "A release is named environment/team, not 'search'; known: trial/search."),
        ("trial/", "A release is named environment/team, not 'trial/'; known: trial/search."),
        ("tril/search", "unknown environment 'tril'; known: trial."),
        ("trial/serch", "unknown team 'serch' in trial; known: search."),
    ],
)
def test_an_unknown_release_is_refused_with_the_known_ones(trial: Path, name: str, sentence: str):
    with pytest.raises(Refusal) as refused:
        find(name, trial.parent)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("team", "sentence"),
    [
        ("Search", "a team's name consists of lower-case letters, digits and single dashes"),
        ("big--search", "a team's name consists of lower-case letters, digits and single dashes"),
        ("search-", "a team's name consists of lower-case letters, digits and single dashes"),
        ("1search", "a team's name consists of lower-case letters, digits and single dashes"),
        ("search-tasks", "its namespace would be the namespace of the tasks of team search"),
        ("s" * 50, "a team's name has at most 49 characters"),
    ],
)
def test_a_team_name_without_a_valid_namespace_is_refused(trial: Path, team: str, sentence: str):
    (trial / "teams" / f"{team}.yaml").write_text(f"team: {team}\n")
    assert refusal(trial).endswith(f"teams/{team}.yaml: {sentence}: rename the file.")


def test_the_longest_team_name_fits_a_namespace(trial: Path):
    team = "s" * 49
    (trial / "teams" / f"{team}.yaml").write_text(f"team: {team}\n")
    assert len(find(f"trial/{team}", trial.parent).tasks_namespace) == 63


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        (
            "teams/search.yaml",
            "team: serch\n",
            ":1: `team` must be search, the name of the file, not 'serch'.",
        ),
        ("teams/search.yaml", "env: {}\n", ":1: `team` is missing: add it."),
        ("teams/search.yaml", "- search\n", " must be a map (`key: value` lines)."),
        ("teams/search.yaml", "", " contains 0 YAML documents; it must contain one."),
        ("values.yaml", "a: 1\n---\nb: 2\n", " contains 2 YAML documents; it must contain one."),
        ("values.yaml", "a: 1\na: 2\n", ":2: the key `a` occurs twice: remove one of them."),
        ("values.yaml", "a: [\n", ":2: not valid YAML: did not find expected node content."),
        (
            "values.yaml",
            "environment: prod\n",
            ":1: `environment` must be trial, the `name` of environment.yaml, not 'prod'.",
        ),
        (
            "environment.yaml",
            FACTS + TERRAFORM + "  databse: {}\n",
            ":9: unknown fact `terraform.databse`; did you mean `database`?",
        ),
        (
            "environment.yaml",
            FACTS + "owner: me\n",
            ":5: unknown fact `owner`; known: deployedBy, description, kubernetes, name,"
            " nightlyDrift, quotas, taskLogs, terraform.",
        ),
        (
            "environment.yaml",
            FACTS.replace("ci", "hand"),
            ':3: `deployedBy` must be terraform or ci, not "hand".',
        ),
        (
            "environment.yaml",
            FACTS.replace("trial", "prod"),
            ":1: `name` must be trial, the name of the folder, not 'prod'.",
        ),
        (
            "environment.yaml",
            FACTS.replace("'1.36'", "1.36"),
            ':4: `kubernetes.version` must be a minor version in quotes, such as "1.34", not 1.36:'
            " quote it.",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(trial: Path, file: str, text: str, sentence: str):
    (trial / file).write_text(text)
    assert f"{file}{sentence}" in refusal(trial).splitlines()[0]


@pytest.mark.parametrize("file", ["values.yaml", "teams/search.yaml"])
def test_a_missing_layer_is_named(trial: Path, file: str):
    (trial / file).unlink()
    assert "trial" in refusal(trial)


def test_the_facts_of_an_environment_name_its_owner(trial: Path):
    assert find("trial/search", trial.parent).deployed_by == "ci"


def models(model: type[BaseModel]) -> set[type[BaseModel]]:
    """Return a model and all models within it."""
    kinds = [field.annotation for field in model.model_fields.values()]
    inner = {kind for one in kinds for kind in (one, *get_args(one)) if isinstance(kind, type)}
    blocks = {kind for kind in inner if issubclass(kind, BaseModel)}
    return {model}.union(*map(models, blocks))


def test_every_fact_of_an_environment_is_described():
    fields = {
        f"{model.__name__}.{name}": field.description or ""
        for model in models(Environment)
        for name, field in model.model_fields.items()
    }
    assert len(fields) > len(Environment.model_fields)
    wrong = [name for name, text in fields.items() if not re.fullmatch(r"[A-Z`].+\.", text)]
    assert wrong == []


def test_a_path_of_a_fact_leads_to_its_rule():
    assert rules(Environment)["terraform.grants.*.conditions.*.values.*"].types == ("string",)


def test_the_list_of_releases_can_be_json(capsys: pytest.CaptureFixture[str]):
    show(json=True)
    listed = json.loads(capsys.readouterr().out)
    assert [f"{one['environment']}/{one['team']}" for one in listed] == RELEASES


def test_the_list_of_releases_is_a_table(capsys: pytest.CaptureFixture[str]):
    show()
    shown = capsys.readouterr().out
    assert all(name in shown for name in RELEASES)


def test_a_wrong_row_of_the_chart_ends_every_command_without_a_traceback(tmp_path: Path):
    for part in ("scripts", "charts"):
        shutil.copytree(ROOT / part, tmp_path / part)
    rows = tmp_path / "charts" / "airflow" / "files" / "components.yaml"
    rows.write_text(rows.read_text().replace("replicated: true", "replicatd: true", 1))
    done = subprocess.run(
        [sys.executable, "-m", "scripts", "releases"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    said = "".join((done.stdout + done.stderr).split())
    assert said.startswith(
        "✗charts/airflow/files/components.yaml:api-server.replicatd:unknownfield"
    )
