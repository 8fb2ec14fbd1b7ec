"""Values with their units, as people read them, and round numbers for axes."""

import math
from dataclasses import dataclass

TIMES = ((1e-3, "ms"), (1, "s"), (60, "min"), (3600, "h"))
BYTES = ((1, "B"), (2**10, "KiB"), (2**20, "MiB"), (2**30, "GiB"), (2**40, "TiB"))
COUNTS = ((1, ""), (1e3, "k"), (1e6, "M"))
# Up to so many of a larger unit, the smaller one is easier to read: 90 s, 2500 tasks.
SMALL = {TIMES: 2, COUNTS: 10}
# Units of Datadog in units of a scale.
SCALES = {
    "byte": (1.0, BYTES),
    "core": (1.0, ((1, "cores"),)),
    "millisecond": (1e-3, TIMES),
    "nanocore": (1e-9, ((1, "cores"),)),
    "percent": (1.0, ((1, "%"),)),
    "second": (1.0, TIMES),
}


@dataclass(frozen=True)
class Scale:
    """A unit that values are shown in: how much of it a value is, and its symbol."""

    factor: float
    symbol: str

    def shown(self, value: float) -> str:
        number = value * self.factor
        digits = 0 if abs(number) >= 100 or number == round(number) else 2 - (abs(number) >= 10)
        text = f"{number:.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        if self.symbol in {"", "k", "M", "%"}:
            return text + self.symbol
        return f"{text} {self.symbol}"


def scale(unit: str, top: float) -> Scale:
    """Return the unit in which values up to `top` are easy to read."""
    base, steps = SCALES.get(unit, (1.0, COUNTS))
    size, symbol = steps[0]
    for wider, name in steps[1:]:
        least = SMALL.get(steps, 1) if wider > 1 else 1
        if abs(top) * base >= wider * least:
            size, symbol = wider, name
    return Scale(base / size, symbol)


def ticks(top: float, unit: str, wanted: int = 4) -> list[float]:
    """Return values of an axis from 0 to at least `top`, round in the unit that is shown."""
    factor = scale(unit, top).factor
    shown = top * factor
    if shown <= 0:
        return [0, 1 / factor]
    rough = shown / wanted
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= rough)
    # Things are counted in whole numbers.
    if unit not in SCALES and factor == 1:
        step = math.ceil(step)
    return [number * step / factor for number in range(math.ceil(shown / step - 1e-9) + 1)]
