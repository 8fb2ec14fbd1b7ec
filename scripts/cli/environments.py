"""Commands that run Terraform in an environment."""

import sys
from typing import Annotated

import typer

from scripts.cli.app import EnvironmentName, app


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def terraform(
    context: typer.Context,
    environment: Annotated[str, typer.Argument(help="A folder of environments/.")],
) -> None:
    """Run Terraform in an environment with the providers that are available on this machine."""
    from scripts.terraform import run

    sys.exit(run(environment, context.args))


@app.command()
def plan(environment: EnvironmentName) -> None:
    """Plan an environment with Terraform and save the plan for `apply`."""
    from scripts.terraform.plans import plan as act

    sys.exit(act(environment))


@app.command()
def show_plan(environment: EnvironmentName) -> None:
    """Print the saved plan of an environment as Markdown, for a comment on a pull request."""
    from scripts.terraform.plans import as_markdown

    typer.echo(as_markdown(environment))


@app.command()
def apply(environment: EnvironmentName) -> None:
    """Apply the saved plan of an environment."""
    from scripts.terraform.plans import apply as act

    sys.exit(act(environment))


@app.command()
def drift(
    environment: EnvironmentName,
    notify: Annotated[bool, typer.Option(help="Tell the team, by an event in Datadog.")] = False,
) -> None:
    """Detect drift of an environment from its files. Exit 0: in sync, 2: drifted, 1: error."""
    from scripts.terraform.drift import drift as act

    sys.exit(act(environment, notify=notify))


@app.command()
def nightly() -> None:
    """Print the environments with `nightlyDrift: true` as JSON; CI checks their drift."""
    from scripts.releases.listing import nightly as act

    typer.echo(act())


@app.command()
def on_aws() -> None:
    """Print the environments on AWS as JSON; CI plans them on a pull request."""
    from scripts.releases.listing import on_aws as act

    typer.echo(act())
