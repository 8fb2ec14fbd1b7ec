"""Commands that write files: generated ones, and values of the official chart as this one's."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from scripts.cli.app import Json, app


@app.command()
def generate(
    check: Annotated[bool, typer.Option(help="Write nothing; fail if a file is stale.")] = False,
) -> None:
    """Write all generated files: values, schemas, documentation, dashboards, graphs."""
    from scripts.generate import generate as act

    act(check=check)


@app.command()
def dashboards(
    page: Annotated[str, typer.Option(help="Only this page, such as overview.")] = "",
    environment: Annotated[str, typer.Option(help="Environment, such as prod.")] = "prod",
    json: Annotated[
        bool, typer.Option("--json", help="Write files that Datadog imports, one per page.")
    ] = False,
    output: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("build/dashboards"),
) -> None:
    """Draw the dashboards of an environment with series, as a page to open in a browser."""
    from scripts.datadog.preview import write

    write(environment=environment, page=page, as_json=json, output=output)


@app.command()
def metrics() -> None:
    """Fetch the list of metrics of the image's Airflow; tests compare the dashboards with it."""
    from scripts.datadog.airflow_metrics import write

    write()


@app.command()
def migrate_values(
    file: Annotated[Path, typer.Argument(help="Values file of the official chart, 1.15 to 1.22.")],
    output: Annotated[Path | None, typer.Option(help="Write the values to this file.")] = None,
    json: Json = False,
    render: Annotated[bool, typer.Option(help="Render the result with Helm to check it.")] = True,
) -> None:
    """Translate a values file of the official chart into values of this one, with a report.

    Without --output, the values are on standard output and the report on standard error. Exit 0:
    nothing is left to do, 1: values need a decision, or the file cannot be read.
    """
    from scripts.migrate.report import show

    sys.exit(show(file, output=output, json=json, render=render))
