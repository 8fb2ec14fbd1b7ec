"""Values that a team may set in its own file; all others belong to the platform."""

import json
from collections.abc import Callable

import pytest
import yaml
from pydantic import ValidationError

from scripts.paths import ENVIRONMENTS
from scripts.releases.team_files import looks_like_a_secret
from scripts.values import TeamValues
from tests.chart.sentinels import LEAVES, leaves


@pytest.mark.parametrize(
    "values",
    [
        {"pod": {"hostNetwork": True}},
        {"scheduler": {"pod": {}}},
        {"workers": {"securityContexts": {}}},
        {"workers": {"serviceAccount": {"name": "airflow-scheduler"}}},
        {"workers": {"extraVolumes": {}}},
        {"workers": {"kubernetes": {}}},
        {"securityContexts": {}},
        {"networkPolicies": {"enabled": False}},
        {"environment": "local"},
        {"tasks": {"namespace": "airflow-search"}},
        {"rbac": {}},
        {"data": {"metadataSecretName": "theirs"}},
        {"fernetKey": "text"},
        {"config": {}},
        {"extraObjects": {}},
        {"postgresql": {"enabled": True}},
        {"scheduler": {"replicas": 50}},
        {"executor": "LocalExecutor"},
    ],
    ids=str,
)
def test_a_team_may_not_set_what_is_the_platform_s(values: dict):
    with pytest.raises(ValidationError) as refused:
        TeamValues.model_validate({"team": "search", **values})
    assert refused.value.errors()[0]["loc"][0] == next(iter(values))


def test_what_a_team_may_set_is_a_value_of_the_chart():
    known = {path[:length] for path in LEAVES for length in range(1, len(path) + 1)}
    # Quantities and names of places are within maps, which end a path in the chart's model.
    unknown = {path for path, _ in leaves(TeamValues) if not {path, path[:2]} & known}
    assert unknown == set()


def test_a_text_that_the_chart_takes_for_a_secret_is_one_for_a_team_s_file(
    refusal: Callable[..., str],
):
    """The chart refuses them in prod only; a team's file is refused everywhere."""
    names = ["SMTP_PASSWORD", "A_PASSWD", "PASSPHRASE", "API_TOKEN", "MY_CREDENTIAL", "A_SECRET"]
    names += ["PRIVATE_KEY", "SECRET_KEY", "AWS_SECRET_ACCESS_KEY", "api_key", "jwt_secret"]
    names += ["REGION", "KEY", "TOKEN_FILE", "AIRFLOW__SMTP__SMTP_PASSWORD_SECRET"]
    env = dict.fromkeys(names, "text")
    env |= {"URL": "postgresql://a:b@c/d", "PROXY": "http://c:3128", "JSON": '{"password": "x"}'}
    prod = yaml.safe_load((ENVIRONMENTS / "prod" / "values.yaml").read_text())
    said = refusal({**prod, "env": env})
    refused = {name for name in env if f"remove env.{name} and" in said}
    assert refused == {name for name, text in env.items() if looks_like_a_secret(name, text)}


def test_a_team_file_is_known_by_its_schema():
    schema = json.loads((ENVIRONMENTS / "team.schema.json").read_text())
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["team"]
