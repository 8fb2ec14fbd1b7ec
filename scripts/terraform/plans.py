"""Plans that are saved for review, and their apply."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.console import console
from scripts.errors import Refusal
from scripts.paths import CHART, ENVIRONMENTS, ROOT, digest
from scripts.releases import releases
from scripts.releases.layers import LAYERS
from scripts.terraform import cache_of, folder_of, output, run


def plan(environment: str) -> int:
    """Save a plan for `apply` and return Terraform's exit status.

    Raises Refusal when the plan would uninstall a release whose team still has its file.
    """
    saved = saved_plan(environment)
    _forget(saved)
    status = run(environment, ["plan", f"-out={saved}"])
    if status != 0:
        return status
    changes = _changes(environment, saved)
    if lost := sorted(lost_releases(environment, changes)):
        _forget(saved)
        raise Refusal(_uninstalls(environment, lost))
    saved.with_suffix(".digest").write_text(_digest(environment))
    todo = sum(change["change"]["actions"] not in (["no-op"], ["read"]) for change in changes)
    console.print(
        f"[green]✓[/] {todo} changes planned; run `make apply ENV={environment}` to apply them."
    )
    return 0


def apply(environment: str) -> int:
    """Apply the saved plan once; raise Refusal when it is missing, or the files have changed."""
    folder_of(environment)
    saved = saved_plan(environment)
    again = f"run `make plan ENV={environment}`"
    stamp = saved.with_suffix(".digest")
    if not (saved.exists() and stamp.exists()):
        raise Refusal(f"{environment} has no saved plan: {again} first.")
    if stamp.read_text() != _digest(environment):
        raise Refusal(f"Files have changed since {environment} was planned: {again} again.")
    try:
        return run(environment, ["apply", str(saved)])
    finally:
        # An interrupted apply has changed the state, so it needs a new plan, too.
        _forget(saved)


def saved_plan(environment: str) -> Path:
    """Return the path of an environment's saved plan."""
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
    """Return the resource changes of the plan, as in `terraform show -json`."""
    shown = output(environment, ["show", "-json", str(saved)])
    return json.loads(shown).get("resource_changes", [])


def lost_releases(environment: str, changes: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield team and address of each release that would be uninstalled while its team exists."""
    teams = {one.team for one in releases() if one.environment.name == environment}
    for change in changes:
        if change["type"] == "helm_release" and "delete" in change["change"]["actions"]:
            address = change["address"]
            yield from ((team, address) for team in teams if f'["{team}"]' in address)


def _uninstalls(environment: str, lost: list[tuple[str, str]]) -> str:
    commands = "; ".join(
        f"`python -m scripts terraform {environment} state rm '{address}'`" for _, address in lost
    )
    teams = ", ".join(team for team, _ in lost)
    return (
        f"This plan would uninstall the release of {teams}, whose file is still in"
        f" environments/{environment}/teams. To hand it to CI, first remove it from the state:"
        f" {commands}. To remove the team, delete its file. After a failed installation, keep the"
        f" release with `python -m scripts terraform {environment} untaint ADDRESS`."
    )
