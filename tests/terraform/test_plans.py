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


KEPT = {
    "namespace": ("kubernetes_namespace_v1", '.kubernetes_namespace_v1.this["tasks"]', "release"),
    "Fernet key": (
        "aws_secretsmanager_secret",
        '.aws_secretsmanager_secret.this["fernet-key"]',
        "secrets",
    ),
    "database": ("aws_db_instance", ".aws_db_instance.this", "database"),
}
MARK = {"address": 'module.environment.terraform_data.retiring["search"]'}


def planned(kind: str, actions: list[str], team: str = "search", marks: tuple = ()) -> dict:
    """A plan that changes one resource of a team, in a state with marks of retiring teams."""
    kept, suffix, module = KEPT[kind]
    address = f'module.environment.module.{module}["{team}"]{suffix}'
    environment = {"resources": list(marks)}
    return {
        "prior_state": {"values": {"root_module": {"child_modules": [environment]}}},
        "resource_changes": [{"type": kept, "address": address, "change": {"actions": actions}}],
    }


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize("actions", [["delete"], ["delete", "create"], ["create", "delete"]])
def test_what_cannot_be_made_again_is_not_deleted(kind, actions):
    found = list(plans.deleted_for_good(planned(kind, actions)))
    assert [(team, name) for team, name, _ in found] == [("search", kind)]


@pytest.mark.parametrize("kind", KEPT)
def test_a_team_that_an_apply_has_marked_as_retiring_may_go(kind):
    assert list(plans.deleted_for_good(planned(kind, ["delete"], marks=(MARK,)))) == []
    assert list(plans.deleted_for_good(planned(kind, ["delete"], "finance", (MARK,))))


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize("actions", [["create"], ["update"], ["no-op"], ["read"]])
def test_what_stays_is_not_refused(kind, actions):
    assert list(plans.deleted_for_good(planned(kind, actions))) == []


def test_a_secret_that_can_be_generated_again_may_be_deleted():
    plan = planned("Fernet key", ["delete"])
    for suffix in ('fernet["1"]', 'lookups["connections/lake"]', 'this["metadata"]'):
        address = f'module.environment.module.secrets["search"].aws_secretsmanager_secret.{suffix}'
        plan["resource_changes"][0]["address"] = address
        assert list(plans.deleted_for_good(plan)) == []


def test_a_bucket_of_the_environment_is_not_deleted():
    change = {
        "type": "aws_s3_bucket",
        "address": 'module.environment.module.storage.aws_s3_bucket.this["logs"]',
        "change": {"actions": ["delete", "create"]},
    }
    [(team, kind, _)] = plans.deleted_for_good({"resource_changes": [change]})
    assert (team, kind) == ("", "bucket")


def test_a_comment_lists_the_changes_by_action():
    changes = [
        {"address": "aws_s3_bucket.a", "change": {"actions": ["create"]}},
        {"address": "aws_s3_bucket.b", "change": {"actions": ["delete", "create"]}},
        {"address": "aws_s3_bucket.c", "change": {"actions": ["no-op"]}},
    ]
    said = plans.markdown("prod", changes, "the plan")
    assert "**+ 2 create**" in said and "**- 1 delete**" in said
    assert "aws_s3_bucket.c" not in said
    assert said.count("~~~~~~~~") == 2


def test_a_comment_about_no_change_says_so():
    said = plans.markdown("prod", [{"address": "a", "change": {"actions": ["no-op"]}}], "the plan")
    assert said.endswith("Nothing changes.")


def test_a_comment_fits_the_limit_of_github():
    address = 'module.environment.module.identity["a-team-with-a-long-name"].aws_iam_role.this'
    changes = [
        {"address": f"{address}[{number}]", "change": {"actions": [action]}}
        for action in ("create", "update", "delete", "forget")
        for number in range(1000)
    ]
    assert len(plans.markdown("prod", changes, "x" * 10**6)) < 65_536
    assert "… and 950 more" in plans.markdown("prod", changes, "")


def test_a_plan_that_is_not_saved_cannot_be_shown(place):
    with pytest.raises(Refusal, match="prod has no saved plan: run `make plan ENV=prod` first"):
        plans.as_markdown("prod")
