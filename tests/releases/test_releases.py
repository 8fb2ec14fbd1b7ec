"""environments/ as data: who the releases are, and what is refused, in which words."""

import json
from pathlib import Path

import pytest

from scripts.errors import Refusal
from scripts.paths import ENVIRONMENTS
from scripts.releases import Environment, Release, find, releases, show
from scripts.values import TeamValues
from tests.conftest import RELEASES

FACTS = "name: trial\ndescription: A trial.\ndeployedBy: ci\nkubernetes: {version: '1.36'}\n"


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """An environments folder with one environment, `trial`, of one team, `search`."""
    folder = tmp_path / "trial"
    (folder / "teams").mkdir(parents=True)
    (folder / "environment.yaml").write_text(FACTS)
    (folder / "values.yaml").write_text("environment: trial\n")
    (folder / "teams" / "search.yaml").write_text("team: search\n")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(Refusal) as refused:
        releases(folder.parent)
    return str(refused.value)


def test_every_team_file_is_a_release():
    assert sorted(map(str, releases())) == RELEASES


def test_the_layers_are_the_environment_then_the_team(release: Release):
    folder = ENVIRONMENTS / release.environment.name
    assert release.layers == (folder / "values.yaml", folder / "teams" / f"{release.team}.yaml")


def test_a_team_sets_only_what_a_team_may(release: Release):
    import yaml

    TeamValues.model_validate(yaml.safe_load(release.layers[1].read_text()))


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
        ("tril/search", "There is no environment 'tril'; known: trial."),
        ("trial/serch", "There is no team 'serch' in trial; known: search."),
    ],
)
def test_a_wrong_name_is_answered_with_the_known_ones(trial: Path, name: str, sentence: str):
    with pytest.raises(Refusal) as refused:
        find(name, trial.parent)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("team", "sentence"),
    [
        ("Search", "a team's name is lower-case letters, digits and single dashes"),
        ("big--search", "a team's name is lower-case letters, digits and single dashes"),
        ("search-", "a team's name is lower-case letters, digits and single dashes"),
        ("1search", "a team's name is lower-case letters, digits and single dashes"),
        ("search-tasks", "its namespace would be that of the tasks of team search"),
        ("s" * 50, "a team's name has at most 49 characters"),
    ],
)
def test_a_team_name_that_makes_no_namespace_is_refused(trial: Path, team: str, sentence: str):
    (trial / "teams" / f"{team}.yaml").write_text(f"team: {team}\n")
    assert refusal(trial).endswith(f"teams/{team}.yaml: {sentence}.")


def test_the_longest_team_name_fits_a_namespace(trial: Path):
    team = "s" * 49
    (trial / "teams" / f"{team}.yaml").write_text(f"team: {team}\n")
    assert len(find(f"trial/{team}", trial.parent).tasks_namespace) == 63


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("teams/search.yaml", "team: serch\n", "must say `team: search`, not 'serch'."),
        ("teams/search.yaml", "env: {}\n", "must say `team: search`, not None."),
        ("teams/search.yaml", "- search\n", "must be a map of values."),
        ("teams/search.yaml", "", "holds 0 YAML documents; it must hold one."),
        ("values.yaml", "a: 1\n---\nb: 2\n", "holds 2 YAML documents; it must hold one."),
        ("values.yaml", "a: 1\na: 2\n", "the key 'a' of line 2 is there twice."),
        ("values.yaml", "a: [\n", "is not YAML in line 2: did not find expected node content."),
        ("environment.yaml", FACTS + "owner: me\n", "`owner`: extra inputs are not permitted."),
        (
            "environment.yaml",
            FACTS.replace("ci", "hand"),
            "`deployedBy`: input should be 'terraform' or 'ci'.",
        ),
        (
            "environment.yaml",
            FACTS.replace("trial", "prod"),
            "says `name: prod`; its folder is trial.",
        ),
    ],
)
def test_a_file_that_is_not_well_said_is_refused(trial: Path, file: str, text: str, sentence: str):
    (trial / file).write_text(text)
    said = refusal(trial)
    assert file in said
    assert said.endswith(sentence)


@pytest.mark.parametrize("file", ["values.yaml", "teams/search.yaml"])
def test_a_missing_layer_is_named(trial: Path, file: str):
    (trial / file).unlink()
    assert "trial" in refusal(trial)


def test_the_facts_of_an_environment_say_who_deploys():
    owners = {release.environment.name: release.deployed_by for release in releases()}
    assert owners == {"local": "terraform", "nonprod": "ci", "prod": "ci"}


def test_every_fact_of_an_environment_is_described():
    assert all(field.annotation for field in Environment.model_fields.values())


def test_programs_can_list_the_releases(capsys: pytest.CaptureFixture[str]):
    show(json=True)
    listed = json.loads(capsys.readouterr().out)
    assert [f"{one['environment']}/{one['team']}" for one in listed] == RELEASES


def test_people_can_list_the_releases(capsys: pytest.CaptureFixture[str]):
    show()
    shown = capsys.readouterr().out
    assert all(name in shown for name in RELEASES)
