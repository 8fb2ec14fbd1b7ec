"""What CI does with Terraform: a plan that is kept and looked at, and its apply."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.console import console
from scripts.errors import Refusal
from scripts.paths import CHART, ENVIRONMENTS, ROOT, digest
from scripts.releases import releases
from scripts.releases.layers import LAYERS
from scripts.terraform import cache_of, output, run


def plan(environment: str) -> int:
    """Save a plan for `apply`; refuse one that takes away what nobody asked to take away."""
    saved = _place(environment)
    _forget(saved)
    status = run(environment, ["plan", f"-out={saved}"])
    if status != 0:
        return status
    changes = _changes(environment, saved)
    if lost := sorted(_lost_releases(environment, changes)):
        _forget(saved)
        raise Refusal(_handing_over(environment, lost))
    saved.with_suffix(".digest").write_text(_digest(environment))
    todo = sum(change["change"]["actions"] not in (["no-op"], ["read"]) for change in changes)
    console.print(
        f"[green]✓[/] {todo} changes are planned: `make apply ENV={environment}` makes them."
    )
    return 0


def apply(environment: str) -> int:
    """Carry out the saved plan, once, if it is of what the files say now."""
    saved = _place(environment)
    again = f"`make plan ENV={environment}` makes one"
    stamp = saved.with_suffix(".digest")
    if not (saved.exists() and stamp.exists()):
        raise Refusal(f"There is no saved plan for {environment}: {again}.")
    if stamp.read_text() != _digest(environment):
        raise Refusal(f"The files have changed since {environment} was planned: {again} of them.")
    try:
        return run(environment, ["apply", str(saved)])
    finally:
        # What was interrupted is planned again: the state has moved.
        _forget(saved)


def _place(environment: str) -> Path:
    folder = cache_of(environment)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "saved.plan"


def _forget(saved: Path) -> None:
    for file in (saved, saved.with_suffix(".digest")):
        file.unlink(missing_ok=True)


def _digest(environment: str) -> str:
    folders = (ROOT / "terraform", CHART, ENVIRONMENTS / environment)
    files = [LAYERS, *(path for folder in folders for path in folder.rglob("*"))]
    return digest(
        sorted(path for path in files if path.is_file() and ".terraform" not in path.parts)
    )


def _changes(environment: str, saved: Path) -> list[dict[str, Any]]:
    """The plan's changes of resources, as `terraform show -json` tells them."""
    shown = output(environment, ["show", "-json", str(saved)])
    return json.loads(shown).get("resource_changes", [])


def _lost_releases(environment: str, changes: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Team and address of each release that would be uninstalled although the team is there."""
    teams = {one.team for one in releases() if one.environment.name == environment}
    for change in changes:
        if change["type"] == "helm_release" and "delete" in change["change"]["actions"]:
            address = change["address"]
            yield from ((team, address) for team in teams if f'["{team}"]' in address)


def _handing_over(environment: str, lost: list[tuple[str, str]]) -> str:
    commands = "; ".join(
        f"`python -m scripts terraform {environment} state rm '{address}'`" for _, address in lost
    )
    teams = ", ".join(team for team, _ in lost)
    return (
        f"This plan would uninstall the release of {teams}, whose file is still in"
        f" environments/{environment}/teams. To hand it to CI, let Terraform forget it first:"
        f" {commands}. To end it, remove the team's file. After an installation that failed,"
        f" `python -m scripts terraform {environment} untaint ADDRESS` takes it up where it is."
    )
