"""The smallest part of values that has a fault."""

from collections.abc import Callable

from tests.fuzz.mutations import Values, dropped, paths


def reduced(values: Values, has_fault: Callable[[Values], bool]) -> Values:
    """Remove keys and items, the largest first, as long as the fault stays."""
    left = True
    while left:
        left = False
        # The last of a list first, so that other paths stay as they are.
        for path in sorted(paths(values), key=lambda path: (len(path), str(path)), reverse=False):
            try:
                smaller = dropped(values, path)
            except (KeyError, IndexError):
                continue
            if has_fault(smaller):
                values, left = smaller, True
    return values
