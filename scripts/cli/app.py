"""The command line `python -m scripts`: its application object, and how errors end a command.

Each command imports its code when it runs, so that `--help` is quick.
"""

import sys
from collections.abc import Callable
from typing import Annotated

import typer
from rich.markup import escape

from scripts.console import console
from scripts.errors import Refusal

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Airflow on Kubernetes: values, releases, Terraform, the local cluster.",
)

ReleaseName = Annotated[
    str, typer.Argument(metavar="ENVIRONMENT/TEAM", help="Release, such as local/payments.")
]
EnvironmentName = Annotated[
    str, typer.Argument(metavar="ENVIRONMENT", help="Environment, such as prod.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def main(join: Callable[[], None]) -> None:
    """Run a command; a Refusal becomes one sentence and exit status 1.

    `join` adds commands. It may import the values model, which refuses wrong rows of the chart.
    """
    try:
        join()
        app()
    except Refusal as refusal:
        console.print(f"[bold red]✗[/] {escape(str(refusal))}")
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("[bold red]✗[/] Interrupted; run the same command again to continue.")
        sys.exit(130)
