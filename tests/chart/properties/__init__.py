"""Properties of everything that the chart renders.

A property is a public function of a module of this package: it takes a case and returns what it
looked at, by name, with the reasons why that is wrong (nothing, if it is right). A new property
needs no test of its own: `test_properties.py` checks all of them.
"""

from collections.abc import Callable, Mapping
from inspect import isfunction
from types import ModuleType
from typing import Any

from tests.chart.cases import Case
from tests.chart.properties import access, objects, traffic

Property = Callable[[Case], Mapping[str, Any]]


def _properties(module: ModuleType) -> dict[str, Property]:
    return {
        name: found
        for name, found in vars(module).items()
        if isfunction(found) and found.__module__ == module.__name__ and not name.startswith("_")
    }


PROPERTIES = {
    name: found
    for module in (access, objects, traffic)
    for name, found in _properties(module).items()
}


def offenders(name: str, case: Case) -> dict[str, Any]:
    """Return what breaks a property, by name, with the reasons."""
    checked = PROPERTIES[name](case)
    assert checked, f"{name} found nothing to check"
    return {thing: why for thing, why in checked.items() if why}
