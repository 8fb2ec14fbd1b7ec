"""No values end in a stack of templates: they render, or are refused in sentences.

The ring of `make test-fuzz`. Each part makes other inputs of the same seed, so that parts run in
parallel; a fault is reduced to the smallest values that have it, which are printed.
"""

import os

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.chart.outcomes import outcome
from tests.fuzz.mutations import Values, mistakes
from tests.fuzz.reducing import kind_of, reduced

SEED = int(os.environ.get("SEED", "20"))
INPUTS = int(os.environ.get("INPUTS", "2400"))
PARTS = 12
TEMPLATES = not os.environ.get("PLAIN")


@pytest.mark.parametrize("part", range(PARTS))
def test_values_render_or_are_refused_in_sentences(part: int):
    found: dict[str, tuple[Values, str]] = {}
    tried: list[Values] = []

    @seed(SEED + part)
    @settings(
        max_examples=INPUTS // PARTS,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(values=mistakes(templates=TEMPLATES))
    def check(values: Values):
        tried.append(values)
        said = outcome(values).fault
        kind = kind_of(said)
        if said and (kind not in found or len(str(values)) < len(str(found[kind][0]))):
            found[kind] = (values, said)

    check()
    assert len(tried) >= INPUTS // PARTS
    for kind, (values, said) in found.items():
        smallest = reduced(values, kind)
        print(f"# {said.strip()}\n{yaml.safe_dump(smallest)}---")
    assert not found, f"{len(found)} faults with seed {SEED}, part {part}; see the values above"
