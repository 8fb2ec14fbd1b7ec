"""Plans that are kept: what is refused before Terraform starts."""

import pytest

from scripts import terraform
from scripts.errors import Refusal
from scripts.terraform import plans


@pytest.fixture
def place(monkeypatch, tmp_path):
    """Where the plan of prod is kept in this test."""
    monkeypatch.setattr(terraform, "CACHE", tmp_path)
    return plans.saved_plan("prod")


def test_without_a_plan_there_is_nothing_to_apply(place):
    with pytest.raises(Refusal, match="no saved plan for prod: `make plan ENV=prod` makes one"):
        plans.apply("prod")


def test_a_plan_of_other_files_is_not_applied(place):
    place.touch()
    place.with_suffix(".digest").write_text("of other files")
    with pytest.raises(Refusal, match="The files have changed since prod was planned"):
        plans.apply("prod")


def test_a_plan_that_was_killed_half_way_is_no_plan(place):
    place.touch()
    with pytest.raises(Refusal, match="no saved plan for prod"):
        plans.apply("prod")


@pytest.mark.parametrize("actions", [["delete"], ["delete", "create"], ["create", "delete"]])
def test_a_release_is_lost_when_its_team_is_still_there(actions):
    address = 'module.environment.module.release["{}"].helm_release.this[0]'
    changes = [
        {"type": "helm_release", "address": address.format(team), "change": {"actions": actions}}
        for team in ("payments", "left")
    ]
    assert [team for team, _ in plans.lost_releases("prod", changes)] == ["payments"]
