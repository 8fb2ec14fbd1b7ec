"""What a figure is: a name, bars, and a function that measures it and says how."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.steps import Step


@dataclass(frozen=True)
class Bar:
    """One number of a figure: what it counts, in which unit, and what it may be at most.

    Every bar is an upper one, so that what must succeed is counted by its failures. A number that
    has no bar is there because people ask for it.
    """

    what: str
    unit: str = ""
    at_most: float | None = None


@dataclass(frozen=True)
class Measured:
    """The numbers in the order of the figure's bars, and what explains them."""

    values: tuple[float, ...]
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """Something that is measured; those that are alone want the standing release out of the way."""

    name: str
    title: str
    bars: tuple[Bar, ...]
    measure: Callable[[Step], Measured]
    alone: bool

    @property
    def how(self) -> str:
        """How it is measured, as its function tells."""
        return " ".join((inspect.getdoc(self.measure) or "").split())


# Every figure by its name, once the modules that measure are imported.
registered: dict[str, Figure] = {}


def figure(
    title: str, *bars: Bar, alone: bool = False
) -> Callable[[Callable[[Step], Measured]], Callable[[Step], Measured]]:
    """Make a function a figure; its name is the function's, its docstring says how it measures."""

    def register(measure: Callable[[Step], Measured]) -> Callable[[Step], Measured]:
        name = measure.__name__.replace("_", "-")
        registered[name] = Figure(name, title, bars, measure, alone)
        return measure

    return register
