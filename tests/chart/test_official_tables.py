"""The tables of the official chart's values and of their new names agree with the model."""

from scripts.values import AirflowValues
from scripts.values.differences import differences, reasons, refused
from scripts.values.official import KeyPath, entries, keys, missing
from scripts.values.official_tables import ITEM, OPEN, official_values, rename_rows, renames

LISTED = [path for entry in entries() for path in entry.values]


def is_listed(path: KeyPath) -> bool:
    """Return whether official.yaml has an entry for a value, or for a part of it."""
    return any(path[: len(one)] == one or one[: len(path)] == path for one in LISTED)


def test_every_official_value_has_a_place_in_this_chart():
    without = [
        ".".join(path)
        for path in official_values()
        if not {ITEM, OPEN} & {*path}
        and missing(path, AirflowValues)
        and not is_listed(path)
        and path not in renames()
    ]
    assert without == []


def test_every_old_name_is_an_official_value():
    known = {path[:length] for path in official_values() for length in range(1, len(path) + 1)}
    options = {path for path in renames() if path[0] == "config"}
    inside = {path for path in renames() if path[:-1] in known}
    assert [path for path in renames() if path not in known | options | inside] == []


def test_every_new_name_is_a_value_of_one_of_the_charts():
    known = {path[:length] for path in official_values() for length in range(1, len(path) + 1)}
    unknown = [
        rename.new
        for rename in renames().values()
        if rename.new
        and rename.new[0] != "config"
        and (ITEM not in rename.new)
        and missing(rename.new, AirflowValues)
        and rename.new not in known
    ]
    assert unknown == []


def test_names_in_both_tables_are_the_same():
    both = [
        (".".join(renames()[path].new or ()).replace(".[]", "[]"), entry.use)
        for entry in entries()
        for path in entry.values
        if entry.use and path in renames()
    ]
    assert both
    assert [(new, use) for new, use in both if new and not new.startswith(use)] == []


def test_rows_are_sorted_and_occur_once():
    names = [old for old, _, _ in rename_rows()]
    assert names == sorted(set(names))


def test_every_default_that_differs_has_a_reason():
    assert [".".join(one.path) for one in differences(AirflowValues) if not one.reason] == []


def test_conditions_are_values_of_the_official_chart():
    conditions = [one for reason in reasons() for one in reason.keep or ()]
    conditions += [key for rule in refused() for key in (*rule.keys, *rule.unless)]
    assert [one for one in conditions if keys(one.partition("=")[0]) not in official_values()] == []


def test_every_reason_is_needed():
    # A value that the chart does not have yet, or that a release depends on, may be as there.
    used = {one.reason for one in differences(AirflowValues)}
    left_over = [
        reason.keys
        for reason in reasons()
        if reason not in used
        and reason.keep is None
        and not all(missing(keys(key), AirflowValues) for key in reason.keys)
    ]
    assert left_over == []
