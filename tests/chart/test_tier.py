"""The checks for production hold for the environment prod, and wherever `tier` says so."""

import pytest

NAMED = {"environment": "prod"}


@pytest.mark.parametrize(
    "values",
    [
        {"environment": "eu", "tier": "prod"},
        {"tier": "prod"},
        {"environment": "prod", "tier": "prod"},
        # A tier cannot turn off the checks of prod.
        {"environment": "prod", "tier": "nonprod"},
    ],
    ids=str,
)
def test_the_same_values_are_refused(values, refusal):
    assert refusal(values) == refusal(NAMED)
    assert "prod must" in refusal(NAMED)


def test_an_environment_of_another_tier_is_accepted(taken):
    assert taken({"environment": "eu", "tier": "nonprod"})


def test_an_unknown_tier_is_refused(refusal):
    assert "tier" in refusal({"tier": "production"})
