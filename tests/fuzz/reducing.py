"""The smallest part of values that has a fault."""

import re

from tests.chart.outcomes import outcome
from tests.fuzz.mutations import Values, dropped, paths


def kind_of(fault: str) -> str:
    """A fault without what differs from input to input, to recognise it by."""
    cause = re.split(r": executing |error calling \w+: ", fault)[-1]
    return re.sub(r"\"[^\"]*\"|'[^']*'|\d+", "…", cause[:160])


def reduced(values: Values, kind: str) -> Values:
    """Remove keys and items as long as the kind of fault stays, those at the top first."""
    smaller = True
    while smaller:
        smaller = False
        for path in sorted(paths(values), key=len):
            try:
                fewer = dropped(values, path)
            except (KeyError, IndexError):
                # It is below a path that has gone.
                continue
            if kind_of(outcome(fewer).fault) == kind:
                values, smaller = fewer, True
    return values
