"""Plans that are saved for review, and their apply."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.console import console
from scripts.errors import Refusal
from scripts.paths import CHART, ENVIRONMENTS, ROOT, digest
from scripts.releases import releases
from scripts.releases.layers import LAYERS
from scripts.terraform import cache_of, folder_of, output, run

# Resources that cannot be made again: type -> the word for it.
IRREPLACEABLE = {
    "aws_db_instance": "database",
    "aws_s3_bucket": "bucket",
    "aws_secretsmanager_secret": "Fernet key",
    "kubernetes_namespace_v1": "namespace",
}
# Other secrets can be generated again, or are filled by people.
FERNET_KEY = '.aws_secretsmanager_secret.this["fernet-key"]'
# Addresses of an action in a comment, and characters of the plan: a comment has at most 65536.
LISTED = 50
LONGEST = 35_000
TEAM = re.compile(r'^module\.environment\.module\.\w+\["([^"]+)"\]')
RETIRING = re.compile(r'^module\.environment\.terraform_data\.retiring\["([^"]+)"\]$')


def plan(environment: str) -> int:
    """Save a plan for `apply` and return Terraform's exit status.

    Raises Refusal when the plan would uninstall a release whose team still has its file, or delete
    what cannot be made again, of a team that is not retiring.
    """
    saved = saved_plan(environment)
    _forget(saved)
    status = run(environment, ["plan", f"-out={saved}"])
    if status != 0:
        return status
    shown = json.loads(output(environment, ["show", "-json", str(saved)]))
    changes = shown.get("resource_changes", [])
    if lost := sorted(lost_releases(environment, changes)):
        _forget(saved)
        raise Refusal(_uninstalls(environment, lost))
    if gone := sorted(deleted_for_good(shown)):
        _forget(saved)
        raise Refusal(_deletes(environment, gone))
    saved.with_suffix(".digest").write_text(_digest(environment))
    todo = sum(change["change"]["actions"] not in (["no-op"], ["read"]) for change in changes)
    console.print(
        f"[green]✓[/] {todo} changes planned; run `make apply ENV={environment}` to apply them."
    )
    return 0


def apply(environment: str) -> int:
    """Apply the saved plan once; raise Refusal when it is missing, or the files have changed."""
    folder_of(environment)
    saved = _existing_plan(environment)
    if saved.with_suffix(".digest").read_text() != _digest(environment):
        again = f"run `make plan ENV={environment}` again"
        raise Refusal(f"Files have changed since {environment} was planned: {again}.")
    try:
        return run(environment, ["apply", str(saved)])
    finally:
        # An interrupted apply has changed the state, so it needs a new plan, too.
        _forget(saved)


def as_markdown(environment: str) -> str:
    """Return the saved plan for a comment: a list of changes by action, and the whole plan.

    Raises Refusal when no plan is saved.
    """
    saved = _existing_plan(environment)
    changes = json.loads(output(environment, ["show", "-json", str(saved)]))["resource_changes"]
    whole = output(environment, ["show", "-no-color", str(saved)])
    return markdown(environment, changes, whole)


def markdown(environment: str, changes: list[dict[str, Any]], whole: str) -> str:
    """Return changes of a plan, and its text as far as a comment can have it, as Markdown."""
    lines = [f"### Plan of `{environment}`", ""]
    for word, mark in (("create", "+"), ("update", "~"), ("delete", "-"), ("forget", ".")):
        found = [one["address"] for one in changes if word in one["change"]["actions"]]
        if found:
            lines += [f"**{mark} {len(found)} {word}**", ""]
            lines += [f"- `{address}`" for address in found[:LISTED]]
            lines += [f"- … and {len(found) - LISTED} more"] if len(found) > LISTED else []
            lines += [""]
    if len(lines) == 2:
        return "\n".join([*lines, "Nothing changes."])
    cut = whole if len(whole) <= LONGEST else f"{whole[:LONGEST]}\n… (cut: see the job's log)"
    # A value may contain a fence.
    return (
        "\n".join([*lines, "<details><summary>All of it</summary>", "", "~~~~~~~~", cut])
        + "\n~~~~~~~~\n\n</details>"
    )


def saved_plan(environment: str) -> Path:
    """Return the path of an environment's saved plan."""
    folder = cache_of(environment)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "saved.plan"


def _existing_plan(environment: str) -> Path:
    """Return the saved plan; its digest is written last, so without it the plan is none."""
    saved = saved_plan(environment)
    if not (saved.exists() and saved.with_suffix(".digest").exists()):
        raise Refusal(f"{environment} has no saved plan: run `make plan ENV={environment}` first.")
    return saved


def _forget(saved: Path) -> None:
    for file in (saved, saved.with_suffix(".digest")):
        file.unlink(missing_ok=True)


def _digest(environment: str) -> str:
    folders = (ROOT / "terraform", CHART, ENVIRONMENTS / environment)
    files = [LAYERS, *(path for folder in folders for path in folder.rglob("*"))]
    return digest(
        sorted(path for path in files if path.is_file() and ".terraform" not in path.parts)
    )


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
        f" {commands}. After a failed installation, keep the"
        f" release with `python -m scripts terraform {environment} untaint ADDRESS`."
    )


def deleted_for_good(plan: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield team, kind and address of what a plan deletes or replaces, and cannot be made again.

    `plan` is the output of `terraform show -json`. Teams that an earlier apply has marked as
    retiring may go. The team is empty for a resource of the environment.
    """
    retiring = {
        found.group(1)
        for address in _addresses(
            plan.get("prior_state", {}).get("values", {}).get("root_module", {})
        )
        if (found := RETIRING.match(address))
    }
    for change in plan.get("resource_changes", []):
        address, kind = change["address"], change["type"]
        if kind not in IRREPLACEABLE or "delete" not in change["change"]["actions"]:
            continue
        if not address.startswith("module.environment."):
            # The local environment can be made again.
            continue
        if kind == "aws_secretsmanager_secret" and not address.endswith(FERNET_KEY):
            continue
        found = TEAM.match(address)
        team = found.group(1) if found else ""
        if team not in retiring:
            yield team, IRREPLACEABLE[kind], address


def _addresses(module: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses of a module of a state and of those in it."""
    yield from (one["address"] for one in module.get("resources", []))
    for child in module.get("child_modules", []):
        yield from _addresses(child)


def _deletes(environment: str, gone: list[tuple[str, str, str]]) -> str:
    what = ", ".join(f"the {kind} {address}" for _, kind, address in gone)
    teams = ", ".join(sorted({team for team, _, _ in gone} - {""}))
    place = f"`retiring: [{teams}]` in terraform of environments/{environment}/environment.yaml"
    retire = (
        f" To remove {teams}, first apply with its file and {place}, then remove the file."
        if teams
        else ""
    )
    return (
        f"This plan would delete {what}, which cannot be made again. Bring back the file or the"
        f" name that has changed.{retire}"
    )
