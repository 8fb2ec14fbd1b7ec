"""Benchmarks: the figures of docs/performance.md."""

import json as jsonlib
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from scripts.console import console
from scripts.errors import Refusal
from scripts.steps import step
from scripts.workshop.bench import report
from scripts.workshop.bench.catalogue import figures, find
from scripts.workshop.bench.figures import Figure
from scripts.workshop.bench.machine import machine


def bench(
    only: str = "", output: Path | None = None, *, json: bool = False, document: bool = False
) -> None:
    """Measure one figure or all and show them; raise Refusal if one misses its limit."""
    chosen = (find(only),) if only else figures()
    here = machine()
    results = _measure(chosen)
    if json:
        print(jsonlib.dumps(report.as_data(results, here), indent=2))
    else:
        Console().print(report.table(results, here))
        for result in results:
            if result.problem:
                console.print(f"[red]✗[/] {result.figure.name}: {escape(result.problem)}")
    if output:
        report.write(output, results, here)
    if document:
        report.document(results, here)
    missed = [result.figure.name for result in results if not result.is_reached]
    if missed:
        raise Refusal(
            f"{len(missed)} of {len(results)} figures miss their limit: {', '.join(missed)}."
        )


def _measure(chosen: tuple[Figure, ...]) -> list[report.Result]:
    """Measure the figures that need the release of `make up` paused first, in one pause."""
    alone = [figure for figure in chosen if figure.alone]
    others = [figure for figure in chosen if not figure.alone]
    return [*(_measure_alone(alone) if alone else []), *(_result(figure) for figure in others)]


def _measure_alone(chosen: list[Figure]) -> list[report.Result]:
    from scripts.workshop.bench.measured_cluster import MeasuredCluster, standing_release
    from scripts.workshop.cluster.up import alone

    with step("Figures without other releases") as this:
        try:
            cluster = MeasuredCluster()
        except Refusal as refusal:
            return [report.Result(figure, problem=str(refusal)) for figure in chosen]
        # `make up` would start the paused release.
        with alone(), cluster.paused(standing_release(), this):
            return [_result(figure) for figure in chosen]


def _result(figure: Figure) -> report.Result:
    """Measure a figure; a problem becomes part of its result."""
    with step(f"Figure {figure.name}") as this:
        try:
            return report.Result(figure, figure.measure(this))
        except Refusal as refusal:
            return report.Result(figure, problem=str(refusal))
