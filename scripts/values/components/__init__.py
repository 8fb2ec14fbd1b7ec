"""The values of the components: one file each, with a constant COMPONENT.

A component without a file has the values of its kind: see `component_of`.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from pydantic import Field, create_model
from pydantic.alias_generators import to_pascal, to_snake

from scripts.values.blocks import Resources, resources
from scripts.values.component import Component
from scripts.values.pods import settings_of
from scripts.values.rows import ComponentRow


@cache
def stated() -> dict[str, Component]:
    """The components that have a file here, by their key in values."""
    modules = [import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__)]
    return {module.COMPONENT.key: module.COMPONENT for module in modules}


def component_of(name: str, row: ComponentRow) -> Component:
    """The component of a row: its own file, or else the values of its kind."""
    known = stated().get(row.key)
    if known:
        return known
    values = create_model(
        to_pascal(to_snake(row.key)),
        __base__=settings_of(row),
        __doc__=f"Component {name}, a {row.kind} with the values of its kind.",
        # A container without requests and a memory limit can starve its neighbours.
        resources=(
            Resources,
            Field(
                default=resources("100m", "256Mi", "1Gi"),
                description=f"Requests and limits of {name}.",
            ),
        ),
    )
    return Component(row.key, values)
