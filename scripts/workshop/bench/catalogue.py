"""All figures, which are registered when their modules are imported."""

from scripts.errors import Refusal
from scripts.workshop.bench import dags, installing, making, rendering
from scripts.workshop.bench.figures import Figure, registered

MEASURING = (dags, installing, making, rendering)


def figures() -> tuple[Figure, ...]:
    """Return all figures; those that need the release of `make up` paused come first."""
    return tuple(sorted(registered.values(), key=lambda figure: not figure.alone))


def find(name: str) -> Figure:
    """Return a figure by its name; raise Refusal for an unknown one."""
    if name in registered:
        return registered[name]
    known = ", ".join(figure.name for figure in figures())
    raise Refusal(f"unknown figure {name!r}; known: {known}.")
