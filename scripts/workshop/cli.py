"""The workshop's commands of `python -m scripts`, and its fallback for Terraform's providers."""

from pathlib import Path
from typing import Annotated

import typer

from scripts.cli.app import Json, app
from scripts.terraform import provider_sources


@app.command()
def lint(
    fix: Annotated[bool, typer.Option(help="Format and generate instead of failing.")] = False,
) -> None:
    """Check style, formatting and plain English, and that generated files are fresh."""
    from scripts.workshop.toolchain.lint import lint as act

    act(fix=fix)


@app.command()
def lock(
    upgrade: Annotated[bool, typer.Option(help="Upgrade to the newest versions.")] = False,
) -> None:
    """Resolve Python's lock files: every package with its hashes."""
    from scripts.workshop.toolchain.lock import lock as act

    act(upgrade=upgrade)


@app.command()
def options() -> None:
    """Fetch the options that each supported Airflow knows; tests compare airflow.cfg with them."""
    from scripts.workshop.toolchain.airflow_options import write as act

    act()


@app.command()
def capture(
    lines: Annotated[Path, typer.Argument(help="File with the lines of the listener.")],
    note: Annotated[str, typer.Option(help="Remark about the capture, kept in the file.")] = "",
) -> None:
    """Keep recorded metrics of Airflow as the series that pictures of dashboards show."""
    from scripts.workshop.metrics.recording import write

    write(lines, note)


@app.command()
def programs(
    names: Annotated[list[str], typer.Argument(help="Programs, such as helm or kubectl.")],
) -> None:
    """Build programs that are not cached, and print their paths."""
    from scripts.go_programs import program

    for name in names:
        typer.echo(program(name))


@app.command()
def up(
    team: Annotated[str, typer.Option(help="Team of `local` to start.")] = "payments",
    context: Annotated[
        str,
        typer.Option(
            help="Kubeconfig context of an existing cluster to use instead of a local node."
        ),
    ] = "",
    port: Annotated[int, typer.Option(help="Port of Airflow on 127.0.0.1.")] = 8080,
) -> None:
    """Start a Kubernetes node, install Airflow on it, run an example Dag."""
    from scripts.workshop.cluster.up import up as act

    act(team=team, context=context, port=port)


@app.command()
def down() -> None:
    """Stop the local cluster and remove everything that belongs to it."""
    from scripts.workshop.cluster.down import down as act

    act()


@app.command()
def bench(
    only: Annotated[str, typer.Option(help="Measure only this figure.")] = "",
    output: Annotated[
        Path | None, typer.Option(help="File to write the figures to, as JSON.")
    ] = None,
    document: Annotated[
        bool, typer.Option(help="Write the figures to the table of docs/performance.md.")
    ] = False,
    json: Json = False,
) -> None:
    """Measure the figures of docs/performance.md."""
    from scripts.workshop.bench import bench as act

    act(only=only, output=output, document=document, json=json)


def _stand_ins() -> provider_sources.Fallback:
    from scripts.workshop.providers.fallback import FALLBACK

    return FALLBACK


provider_sources.offer(_stand_ins)
