"""Figures: a name, bars, and a function that measures them, whose docstring says how."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.steps import Step


@dataclass(frozen=True)
class Bar:
    """A number of a figure: its description, its unit and its upper limit.

    Limits are always upper ones, so failures are counted instead of successes. A number without a
    limit is for information.
    """

    what: str
    unit: str = ""
    at_most: float | None = None


@dataclass(frozen=True)
class Measured:
    """The numbers in the order of the figure's bars, with details."""

    values: tuple[float, ...]
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """A figure; one that is `alone` needs the release of `make up` paused."""

    name: str
    title: str
    bars: tuple[Bar, ...]
    measure: Callable[[Step], Measured]
    alone: bool

    @property
    def how(self) -> str:
        """The method of measurement, from the docstring of the function."""
        return " ".join((inspect.getdoc(self.measure) or "").split())


# Figures by name, filled when the measuring modules are imported.
registered: dict[str, Figure] = {}


def figure(
    title: str, *bars: Bar, alone: bool = False
) -> Callable[[Callable[[Step], Measured]], Callable[[Step], Measured]]:
    """Register a function as a figure with its name; its docstring says how it measures."""

    def register(measure: Callable[[Step], Measured]) -> Callable[[Step], Measured]:
        name = measure.__name__.replace("_", "-")
        registered[name] = Figure(name, title, bars, measure, alone)
        return measure

    return register
