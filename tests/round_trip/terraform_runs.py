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

from scripts.paths import ENVIRONMENTS, ROOT
from scripts.terraform import end_with_parent
from scripts.terraform.workspace import Ready, Workspace, prepare
from tests.round_trip.account import Account

PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Run:
    """A finished command of Terraform; with -json its output is a list of events."""

    status: int
    said: str

    @property
    def events(self) -> list[dict]:
        return [json.loads(line) for line in self.said.splitlines() if line.startswith('{"@')]

    @property
    def errors(self) -> list[str]:
        """Errors with their addresses."""
        return [
            " ".join(
                str(event["diagnostic"].get(key, "")) for key in ("address", "summary", "detail")
            )
            for event in self.events
            if event["type"] == "diagnostic" and event["@level"] == "error"
        ]


@dataclass
class TerraformRuns:
    """All runs of Terraform for one environment, with their output."""

    ready: Ready
    folder: Path
    runs: list[Run] = field(default_factory=list)

    def run(self, *args: str, until: Callable[[str], bool] | None = None) -> Run:
        """Run a command such as "plan"; send Ctrl-C as soon as `until` accepts the output."""
        process = subprocess.Popen(
            self.ready.command(*args),
            env=dict(self.ready.env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=end_with_parent,
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
        # The whole output, to debug a failed test.
        (self.folder / f"{len(self.runs)}-{args[0]}.log").write_text(said)
        return run

    def state_facts(self, **changes: Any) -> None:
        """Change facts of environment.yaml; None takes a fact out."""
        file = self.ready.workspace.root / "environment.yaml"
        stated = yaml.safe_load(file.read_text())
        merged = {**stated["terraform"], **changes}
        stated["terraform"] = {key: value for key, value in merged.items() if value is not None}
        file.write_text(yaml.safe_dump(stated))

    def leave_out(self, *teams: str) -> None:
        """Take away the files of these teams, and bring back those of all others."""
        own = self.ready.workspace.root / "teams"
        files = self.ready.workspace.folder / "teams"
        if own.is_symlink():
            own.unlink()
            own.mkdir()
        for file in files.iterdir():
            (own / file.name).unlink(missing_ok=True)
            if file.stem not in teams:
                (own / file.name).symlink_to(file)

    def happened(self) -> list[tuple[str, str, int]]:
        """Events of each resource in all runs so far, in their order."""
        events = [event for run in self.runs for event in run.events if "hook" in event]
        return [
            (event["type"], event["hook"]["resource"]["addr"], number)
            for number, event in enumerate(events)
        ]

    def tainted(self) -> list[str]:
        """Resources that Terraform would create again, because their creation was interrupted."""
        state = json.loads(self.run("show", "-json").said)
        modules, found = [state["values"]["root_module"]], []
        while modules:
            module = modules.pop()
            modules += module.get("child_modules", [])
            found += [one["address"] for one in module.get("resources", []) if one.get("tainted")]
        return found

    def plan(self, *more: str) -> tuple[Run, dict[str, Any]]:
        """Return a plan and its content as data."""
        file = self.folder / f"{len(self.runs)}.plan"
        run = self.run("plan", "-no-color", "-detailed-exitcode", f"-out={file}", *more)
        shown = self.run("show", "-json", str(file))
        return run, json.loads(shown.said) if shown.status == 0 else {}


def changed(plan: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the actions of a plan, by address."""
    return {
        change["address"]: change["change"]["actions"]
        for change in plan.get("resource_changes", [])
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }


def bootstrap(environment: str, account: Account, folder: Path) -> TerraformRuns:
    """The configuration that an administrator applies before the first environment."""
    return _start(ROOT / "terraform" / "bootstrap", account, folder, TF_VAR_environment=environment)


def example(name: str, account: Account, folder: Path) -> TerraformRuns:
    """A configuration of examples/, which an administrator applies before everything else."""
    return _start(ROOT / "examples" / name, account, folder)


def start(
    environment: str, account: Account, attached: str, folder: Path, **env: str
) -> TerraformRuns:
    """The environment, with Terraform as the owner of its releases."""
    env = {"TF_REATTACH_PROVIDERS": attached, **env}
    runs = _start(ENVIRONMENTS / environment, account, folder, **env)
    file = runs.ready.workspace.root / "environment.yaml"
    facts = yaml.safe_load(file.read_text()) | {"deployedBy": "terraform"}
    file.unlink()
    file.write_text(yaml.safe_dump(facts))
    return runs


def _start(configuration: Path, account: Account, folder: Path, **more: str) -> TerraformRuns:
    env = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **account.env, **more}
    return TerraformRuns(prepare(Workspace("tests", configuration, folder), env), folder)
