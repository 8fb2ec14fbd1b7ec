"""Queries of dashboards are evaluated as they are written: scope, groups, aggregation, formula."""

import pytest

from scripts.datadog.queries import Query
from scripts.datadog.series import Series, Source, formula
from scripts.datadog.widgets import Line

VARIABLES = {"env": "prod", "team": "*"}
SERIES = (
    Series("a", {"env": "prod", "team": "x", "state": "failed"}, [1, None, 3]),
    Series("a", {"env": "prod", "team": "x", "state": "success"}, [5, 5, None]),
    Series("a", {"env": "prod", "team": "y", "state": "success"}, [2, 2, 2]),
    Series("a", {"env": "local", "team": "y", "state": "success"}, [90, 90, 90]),
    Series("b", {"env": "prod", "team": "y"}, [None, 4, 0]),
)
SOURCE = Source("captured", 10, 3, SERIES, {})


def line(text: str, *queries: Query) -> Line:
    return Line("label", queries, text)


def query(name: str, *scope: str, aggregator: str = "sum", by: tuple[str, ...] = ()) -> Query:
    return Query(aggregator, name, ("$env", *scope), by)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (query("a"), {(): [8, 7, 5]}),
        (query("a", "$team"), {(): [8, 7, 5]}),
        (query("a", "state:failed"), {(): [1, None, 3]}),
        (
            query("a", "team:x*", by=("state",)),
            {("failed",): [1, None, 3], ("success",): [5, 5, None]},
        ),
        (query("a", aggregator="max", by=("team",)), {("x",): [5, 5, 3], ("y",): [2, 2, 2]}),
        (query("a", aggregator="min"), {(): [1, 2, 2]}),
        (query("a", "state:skipped"), {}),
    ],
)
def test_a_query_selects_groups_and_aggregates(asked: Query, expected: dict):
    assert SOURCE.query(asked, VARIABLES) == expected


def test_a_variable_with_a_value_selects_series():
    assert SOURCE.query(query("a", "$team"), {**VARIABLES, "team": "y"}) == {(): [2, 2, 2]}


def test_a_group_that_one_query_lacks_has_no_value_there():
    asked = line("100 * a / b", query("a", by=("team",)), query("b", by=("team",)))
    assert SOURCE.line(asked, VARIABLES) == {
        ("x",): [None, None, None],
        # A division by zero has no value.
        ("y",): [None, 50, None],
    }


def test_default_zero_replaces_a_missing_value():
    asked = line("default_zero(a) + default_zero(b)", query("b"), query("a", "state:failed"))
    assert SOURCE.line(asked, VARIABLES) == {(): [1, 4, 3]}


def test_a_number_aggregates_queries_over_time_before_the_formula():
    asked = line("100 * a / (a + b)", query("a", "state:failed"), query("a", "state:success"))
    assert SOURCE.number(asked, VARIABLES, "sum") == {(): 100 * 4 / (4 + 16)}


def test_an_unknown_function_is_refused():
    with pytest.raises(ValueError, match="not a part of a formula"):
        formula("moving_rollup(a)", [1])
