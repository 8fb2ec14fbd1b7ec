"""Commands about releases: list, render, draw, deploy."""

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from scripts.cli.app import EnvironmentName, Json, ReleaseName, app


@app.command()
def releases(json: Json = False) -> None:
    """List every release: environment, team, namespace, owner, layers."""
    from scripts.releases import show

    show(json=json)


@app.command()
def deployable(
    environment: EnvironmentName,
    team: Annotated[str, typer.Option(help="Only this team.")] = "",
) -> None:
    """Print the teams whose releases CI deploys in an environment as JSON, for the workflow."""
    from scripts.releases.listing import deployable as act

    typer.echo(act(environment, team))


@app.command()
def render(release: ReleaseName) -> None:
    """Print the manifests of a release, as `helm template` renders them."""
    from scripts.releases import find
    from scripts.releases.render import release_manifests

    typer.echo(release_manifests(find(release)))


@app.command()
def graph(
    release: ReleaseName,
    svg: Annotated[Path | None, typer.Option(help="Write a picture to this file.")] = None,
    mermaid: Annotated[bool, typer.Option(help="Print a flowchart for Markdown.")] = False,
) -> None:
    """Draw the allowed connections and the readers of each Secret, from the rendered manifests."""
    from scripts.manifests.graph import draw

    draw(release, svg=svg, mermaid=mermaid)


@app.command()
def placement(
    environment: EnvironmentName,
    values: Annotated[
        Path | None, typer.Option(help="Values of charts/admission: classes and teams.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Page to write.")] = Path("build/placement.html"),
    json: Json = False,
) -> None:
    """Draw the nodes on which pods may run: tolerations and affinities by component and class."""
    from scripts.admission.page import write

    write(environment, values=values, as_json=json, output=output)


@app.command()
def dags(
    release: ReleaseName,
    folder: Annotated[Path, typer.Argument(help="Folder with the team's Dags.")],
    dry_run: Annotated[bool, typer.Option(help="Change nothing, only list.")] = False,
    json: Json = False,
) -> None:
    """Upload a team's Dags into its folder of the environment's bucket, and delete those gone."""
    from scripts.releases.dags import publish, show

    changes = publish(release, folder, dry_run=dry_run)
    if json:
        typer.echo(jsonlib.dumps(changes.as_data(), indent=2))
    else:
        show(changes, release, dry_run=dry_run)


@app.command()
def deploy(
    release: ReleaseName,
    context: Annotated[
        str,
        typer.Option(
            help="Kubeconfig context; default: that of the environment, then the current one."
        ),
    ] = "",
    timeout: Annotated[str, typer.Option(help="Limit for the rollout, such as 15m.")] = "15m",
    as_owner: Annotated[
        str,
        typer.Option(
            help="Owner of the release; `terraform` deploys its release with the same values."
        ),
    ] = "ci",
) -> None:
    """Run `helm upgrade --install` for a release with its layers, and wait for the rollout.

    The owner (`deployedBy` in environment.yaml) must be `ci`, unless --as-owner is set.
    """
    from scripts.releases import find
    from scripts.releases.deploy import deploy as act

    act(find(release), context=context, timeout=timeout, owner=as_owner)
