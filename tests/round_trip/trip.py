"""An environment of the repository in an account of tests: its runs of Terraform."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from scripts.paths import ENVIRONMENTS
from scripts.terraform import _follow
from scripts.terraform.workspace import Ready, Workspace, prepare
from tests.round_trip.account import Account

PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Run:
    """A command of Terraform that has ended; `events` are what it says of itself with -json."""

    status: int
    said: str

    @property
    def events(self) -> list[dict]:
        return [json.loads(line) for line in self.said.splitlines() if line.startswith("{")]

    def when(self, kind: str) -> dict[str, int]:
        """The order in which resources came to an event, by their addresses."""
        return {
            event["hook"]["resource"]["addr"]: number
            for number, event in enumerate(self.events)
            if event["type"] == kind
        }


@dataclass
class Trip:
    """One environment, from nothing to nothing; it keeps every word that Terraform said."""

    ready: Ready
    env: Mapping[str, str]
    folder: Path
    runs: list[Run] = field(default_factory=list)

    def run(self, *args: str, until: Callable[[str], bool] | None = None) -> Run:
        """`run("plan")`; with `until`, Ctrl-C comes as soon as what was said is enough."""
        process = subprocess.Popen(
            self.ready.command(*args),
            env={**self.ready.env, **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=_follow,
        )
        said = ""
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if until is not None and until(said):
                process.send_signal(signal.SIGINT)
                until = None
        run = Run(process.wait(PATIENCE_SECONDS), said)
        self.runs.append(run)
        return run

    def plan(self, *more: str) -> tuple[Run, dict[str, Any]]:
        """A plan, and what it says as data."""
        file = self.folder / f"{len(self.runs)}.plan"
        run = self.run("plan", "-no-color", "-detailed-exitcode", f"-out={file}", *more)
        shown = self.run("show", "-json", str(file))
        return run, json.loads(shown.said) if shown.status == 0 else {}


def changed(plan: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a plan would do, by address."""
    return {
        change["address"]: change["change"]["actions"]
        for change in plan.get("resource_changes", [])
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }


def start(environment: str, account: Account, attached: str, folder: Path) -> Trip:
    """The environment as it is, but that Terraform makes its releases whoever owns them."""
    env = {**account.env, "TF_REATTACH_PROVIDERS": attached}
    workspace = Workspace("tests", ENVIRONMENTS / environment, folder)
    ready = prepare(workspace, {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **env})
    file = workspace.root / "environment.yaml"
    facts = yaml.safe_load(file.read_text()) | {"deployedBy": "terraform"}
    file.unlink()
    file.write_text(yaml.safe_dump(facts))
    return Trip(ready, env, folder)
