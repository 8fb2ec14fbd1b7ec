"""Plans that are kept: what is refused before Terraform starts."""

import pytest

from scripts.errors import Refusal
from scripts.terraform import plans


@pytest.fixture
def place(monkeypatch, tmp_path):
    """Where the plan of prod is kept in this test."""
    monkeypatch.setattr(plans, "CACHE", tmp_path)
    return plans._place("prod")


def test_without_a_plan_there_is_nothing_to_apply(place):
    with pytest.raises(Refusal, match="no saved plan for prod: `make plan ENV=prod` makes one"):
        plans.apply("prod")


def test_a_plan_of_other_files_is_not_applied(place):
    place.touch()
    place.with_suffix(".digest").write_text("of other files")
    with pytest.raises(Refusal, match="The files have changed since prod was planned"):
        plans.apply("prod")


def test_a_release_is_lost_when_its_team_is_still_there():
    gone = {"actions": ["delete"]}
    address = 'module.environment.module.release["{}"].helm_release.this[0]'
    changes = [
        {"type": "helm_release", "address": address.format(team), "change": gone}
        for team in ("payments", "left")
    ]
    assert [team for team, _ in plans._lost_releases("prod", changes)] == ["payments"]
