"""The commands of `python -m scripts`; each imports its room when it runs: help is quick."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from scripts.errors import Refusal

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Airflow on Kubernetes: values, releases, rendering, deploying, the local cluster.",
)
# What a program may read goes to standard output, what a person reads to standard error.
console = Console(stderr=True)

ReleaseName = Annotated[str, typer.Argument(metavar="ENVIRONMENT/TEAM", help="local/payments")]
Json = Annotated[bool, typer.Option("--json", help="Print for programs.")]


@app.command()
def generate(
    check: Annotated[bool, typer.Option(help="Change nothing; fail when stale.")] = False,
) -> None:
    """Write values.yaml, the schemas, docs/values.md and the dashboards of Datadog."""
    from scripts.generate import generate as act

    act(check=check)


@app.command()
def lint(
    fix: Annotated[bool, typer.Option(help="Format and generate instead of complaining.")] = False,
) -> None:
    """Check style, formatting and that generated files are fresh."""
    from scripts.lint import lint as act

    act(fix=fix)


@app.command()
def lock(
    upgrade: Annotated[bool, typer.Option(help="Take newer versions where there are any.")] = False,
) -> None:
    """Write the lock files of Python again: every package with its hashes."""
    from scripts.lock import lock as act

    act(upgrade=upgrade)


@app.command()
def metrics() -> None:
    """Fetch the list of metrics of the image's Airflow, which tests compare dashboards with."""
    from scripts.datadog.vendored import write

    write()


@app.command()
def releases(json: Json = False) -> None:
    """List every release: environment, team, namespace, layers."""
    from scripts.releases import show

    show(json=json)


@app.command()
def render(release: ReleaseName) -> None:
    """Print the manifests of a release, as `helm template` makes them."""
    from scripts.releases import find
    from scripts.render import release_manifests

    typer.echo(release_manifests(find(release)))


@app.command()
def graph(
    release: Annotated[str, typer.Argument(metavar="[ENVIRONMENT/TEAM]")] = "",
    svg: Annotated[Path | None, typer.Option(help="Write a picture to this file.")] = None,
    mermaid: Annotated[bool, typer.Option(help="Print a flowchart for Markdown.")] = False,
    write: Annotated[bool, typer.Option(help="Write docs/graphs for all releases.")] = False,
) -> None:
    """Draw who may talk to whom and who reads which Secret, from the rendered manifests."""
    from scripts.graph import draw, write_all

    if write:
        write_all()
    else:
        draw(release, svg=svg, mermaid=mermaid)


@app.command()
def deploy(
    release: ReleaseName,
    context: Annotated[str, typer.Option(help="The kubeconfig context to use.")] = "",
    timeout: Annotated[str, typer.Option(help="How long to wait for the rollout.")] = "15m",
    as_owner: Annotated[
        str,
        typer.Option(help="Deploy a release of this owner (terraform), with the same values."),
    ] = "ci",
) -> None:
    """`helm upgrade --install` a release with its layers and wait for the rollout.

    A release has one owner, which its environment.yaml names; this command deploys those of `ci`.
    """
    from scripts.deploy import deploy as act
    from scripts.releases import find

    act(find(release), context=context, timeout=timeout, owner=as_owner)


@app.command()
def programs(names: Annotated[list[str], typer.Argument(help="helm, kubectl, …")]) -> None:
    """Build programs that are not in the cache yet, and print where they are."""
    from scripts.programs import program

    for name in names:
        typer.echo(program(name))


@app.command()
def up(
    team: Annotated[str, typer.Option(help="The team of `local` to start.")] = "payments",
    context: Annotated[str, typer.Option(help="Use this kubeconfig context instead.")] = "",
    port: Annotated[int, typer.Option(help="Where Airflow answers on 127.0.0.1.")] = 8080,
) -> None:
    """Start a Kubernetes node and put Airflow on it; run an example Dag."""
    from scripts.local.up import up as act

    act(team=team, context=context, port=port)


@app.command()
def down() -> None:
    """Stop the local cluster and leave nothing of it."""
    from scripts.local.down import down as act

    act()


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def terraform(
    context: typer.Context,
    environment: Annotated[str, typer.Argument(help="local, nonprod or prod")],
) -> None:
    """Run Terraform in an environment with the providers this machine has."""
    from scripts.terraform import run

    sys.exit(run(environment, context.args))


EnvironmentName = Annotated[str, typer.Argument(metavar="ENVIRONMENT", help="prod")]


@app.command()
def plan(environment: EnvironmentName) -> None:
    """Plan an environment with Terraform and keep the plan for `apply`."""
    from scripts.terraform.plans import plan as act

    sys.exit(act(environment))


@app.command()
def apply(environment: EnvironmentName) -> None:
    """Carry out the plan that was saved for an environment."""
    from scripts.terraform.plans import apply as act

    sys.exit(act(environment))


@app.command()
def drift(environment: EnvironmentName) -> None:
    """Say whether an environment is as its files say: 0 yes, 2 no, 1 nobody can tell."""
    from scripts.drift import drift as act

    sys.exit(act(environment))


@app.command()
def bench(
    only: Annotated[str, typer.Option(help="Measure just this figure.")] = "",
    output: Annotated[Path | None, typer.Option(help="Write the figures here, too.")] = None,
    document: Annotated[
        bool, typer.Option(help="Put them into the table of docs/performance.md.")
    ] = False,
    json: Json = False,
) -> None:
    """Measure the figures of docs/performance.md."""
    from scripts.bench import bench as act

    act(only=only, output=output, document=document, json=json)


def main() -> None:
    """Run a command; a Refusal becomes one sentence and exit status 1."""
    try:
        app()
    except Refusal as refusal:
        console.print(f"[bold red]✗[/] {escape(str(refusal))}", highlight=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("[bold red]✗[/] Interrupted; the same command goes on where this stopped.")
        sys.exit(130)
