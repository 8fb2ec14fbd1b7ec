"""Values in pictures have units that are easy to read, and axes have round numbers."""

import pytest

from scripts.datadog.units import scale, ticks


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("second", 0.25, "250 ms"),
        ("second", 90, "90 s"),
        ("millisecond", 300_000, "5 min"),
        ("millisecond", 12_340, "12.3 s"),
        ("second", 7200, "2 h"),
        ("byte", 1.5 * 2**30, "1.5 GiB"),
        ("byte", 0, "0 B"),
        ("nanocore", 350_000_000, "0.35 cores"),
        ("core", 4, "4 cores"),
        ("percent", 99.4, "99.4%"),
        ("task", 2080, "2080"),
        ("", 12_500, "12.5k"),
    ],
)
def test_a_value_is_shown_in_a_fitting_unit(unit: str, value: float, shown: str):
    assert scale(unit, value).shown(value) == shown


@pytest.mark.parametrize(
    ("unit", "top", "labels"),
    [
        ("second", 0.55, ["0 ms", "200 ms", "400 ms", "600 ms"]),
        ("byte", 13.9 * 2**30, ["0 GiB", "5 GiB", "10 GiB", "15 GiB"]),
        ("percent", 100, ["0%", "25%", "50%", "75%", "100%"]),
        ("", 0, ["0", "1"]),
        ("task", 1, ["0", "1"]),
        ("connection", 5, ["0", "2", "4", "6"]),
    ],
)
def test_an_axis_begins_at_zero_and_ends_above_the_highest_value(
    unit: str, top: float, labels: list[str]
):
    shown = scale(unit, top)
    axis = ticks(top, unit)
    assert [shown.shown(value) for value in axis] == labels
    assert axis[-1] >= top
