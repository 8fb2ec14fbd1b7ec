"""No values end in a stack of templates: they render, or are refused in sentences.

The ring of `make test-fuzz`. Each part makes other inputs from the seed, so that parts run in
parallel; the inputs of a fault are reduced to the smallest ones that have it, which are printed.
"""

import os

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.chart.outcomes import outcome
from tests.fuzz.mutations import Values, mistakes
from tests.fuzz.reducing import kind_of, reduced

SEED = int(os.environ.get("FUZZ_SEED", "1"))
INPUTS = int(os.environ.get("FUZZ_INPUTS", "2400"))
PARTS = 12
EACH = -(-INPUTS // PARTS)


@pytest.mark.parametrize("part", range(PARTS))
def test_values_render_or_are_refused_in_sentences(part: int):
    found: dict[str, Values] = {}
    tried: list[str] = []

    @seed(SEED * PARTS + part)
    @settings(
        max_examples=EACH,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(values=mistakes())
    def check(values: Values):
        fault = outcome(values).fault
        kind = kind_of(fault)
        tried.append(kind)
        if fault and (kind not in found or len(str(values)) < len(str(found[kind]))):
            found[kind] = values

    check()
    assert len(tried) >= EACH
    if found:
        pytest.fail(report(found, f"seed {SEED}, part {part}"), pytrace=False)


def report(found: dict[str, Values], origin: str) -> str:
    """The smallest values of each kind of fault, with what Helm said."""
    texts = [f"{len(found)} faults with {origin}:"]
    for kind, values in found.items():
        smallest = reduced(values, kind)
        texts.append(f"--- # {outcome(smallest).fault}\n{yaml.safe_dump(smallest)}")
    return "\n".join(texts)
