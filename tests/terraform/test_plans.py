"""Saved plans: refusals before Terraform starts."""

import pytest

from scripts import terraform
from scripts.errors import Refusal
from scripts.terraform import plans


@pytest.fixture
def place(monkeypatch, tmp_path):
    """The path of the saved plan of prod in this test."""
    monkeypatch.setattr(terraform, "CACHE", tmp_path)
    return plans.saved_plan("prod")


def test_an_apply_needs_a_saved_plan(place):
    with pytest.raises(Refusal, match="prod has no saved plan: run `make plan ENV=prod` first"):
        plans.apply("prod")


def test_a_plan_of_changed_files_is_refused(place):
    place.touch()
    place.with_suffix(".digest").write_text("of other files")
    with pytest.raises(Refusal, match="Files have changed since prod was planned"):
        plans.apply("prod")


def test_an_interrupted_plan_is_not_applied(place):
    place.touch()
    with pytest.raises(Refusal, match="prod has no saved plan"):
        plans.apply("prod")


@pytest.mark.parametrize("actions", [["delete"], ["delete", "create"], ["create", "delete"]])
def test_a_deleted_release_is_lost_while_its_team_exists(actions):
    address = 'module.environment.module.release["{}"].helm_release.this[0]'
    changes = [
        {"type": "helm_release", "address": address.format(team), "change": {"actions": actions}}
        for team in ("payments", "left")
    ]
    assert [team for team, _ in plans.lost_releases("prod", changes)] == ["payments"]
