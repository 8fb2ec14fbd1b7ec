"""docs/attacks.yaml and the page that shows it agree; the cluster tests try every attack."""

import re

import pytest

from scripts.attacks import PAGE, TABLE, Attacks, attacks, files

ATTACKS = attacks()


def test_the_tables_of_the_page_are_fresh():
    assert files() == {PAGE: PAGE.read_text()}, "run `make generate`"


def test_the_page_has_a_table_of_every_kind():
    assert [kind for _, kind, _ in TABLE.findall(PAGE.read_text())] == [*ATTACKS]


def test_the_page_explains_exactly_the_notes_that_are_used():
    used = {
        n for one in ATTACKS.values() for notes in one.attempts.values() for n in notes.values()
    }
    explained = re.findall(r"^\((\d)\) ", PAGE.read_text(), re.MULTILINE)
    assert sorted(map(int, explained)) == sorted(used)


def test_every_place_of_an_attempt_is_a_column():
    unknown = {
        attempt: notes.keys() - one.places.keys()
        for one in ATTACKS.values()
        for attempt, notes in one.attempts.items()
    }
    assert {attempt: places for attempt, places in unknown.items() if places} == {}


MADE_UP = Attacks({"task": "from a task", "file": "from a file"}, {"read": {"file": 3}})


def test_an_attempt_is_possible_only_from_the_places_that_it_lists():
    assert MADE_UP.outcomes("task") == {"read": "refused"}
    assert MADE_UP.outcomes("file") == {"read": "possible"}


def test_an_unknown_place_is_an_error():
    with pytest.raises(KeyError):
        MADE_UP.outcomes("elsewhere")


def test_a_table_has_a_column_for_each_place():
    assert MADE_UP.table().splitlines() == [
        "| attempt | from a task | from a file |",
        "| --- | --- | --- |",
        "| read | refused | possible (3) |",
    ]
