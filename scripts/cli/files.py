"""Commands that write generated files."""

from typing import Annotated

import typer

from scripts.cli.app import app


@app.command()
def generate(
    check: Annotated[bool, typer.Option(help="Write nothing; fail if a file is stale.")] = False,
) -> None:
    """Write all generated files: values, schemas, documentation, dashboards, graphs."""
    from scripts.generate import generate as act

    act(check=check)


@app.command()
def metrics() -> None:
    """Fetch the list of metrics of the image's Airflow; tests compare the dashboards with it."""
    from scripts.datadog.airflow_metrics import write

    write()
