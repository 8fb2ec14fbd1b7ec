"""A team's file is a boundary: values of the platform, and values that cannot work, are refused."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from scripts.errors import Refusal
from scripts.paths import ENVIRONMENTS, ROOT
from scripts.releases import find, releases
from scripts.releases.layers import LAYERS
from scripts.releases.render import release_manifests
from scripts.releases.team_files import looks_like_a_secret, quantity

MISTAKES = yaml.safe_load((Path(__file__).parent / "team_mistakes.yaml").read_text())
FILE = "teams/finance.yaml"
Refused = Callable[[str, str], list[str]]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_reported_with_its_line_and_its_fix(refused: Refused, mistake: str):
    text = f"team: finance\n{MISTAKES[mistake]['file']}\n"
    assert refused(FILE, text) == [f"{FILE}:{MISTAKES[mistake]['answer']}"]


def test_all_mistakes_are_reported_at_once(refused: Refused, trial: Path):
    (trial / "teams" / "search.yaml").write_text("team: serch\nenv:\nconfig: {}\n")
    lines = refused(FILE, "team: finance\nscheduler:\n  replicas: 9\n  pod: {}\nfernetKey: x\n")
    assert [line.partition(": ")[0] for line in lines] == [
        "teams/finance.yaml:3",
        "teams/finance.yaml:4",
        "teams/finance.yaml:5",
        "teams/search.yaml:1",
        "teams/search.yaml:2",
        "teams/search.yaml:3",
    ]


def test_a_file_may_use_everything_that_a_team_may_set(trial: Path):
    resources = {
        "requests": {"cpu": "250m", "memory": "1Gi"},
        "limits": {"cpu": 2, "memory": "2Gi"},
    }
    component = {"replicas": 5, "resources": resources, "env": {"A": 1, "B": True, "C": "text"}}
    secret = {"valueFrom": {"secretKeyRef": {"name": "smtp", "key": "password"}}}
    values = {
        "team": "finance",
        "images": {"airflow": {"repository": "localhost:5000/a/b", "tag": "3.3.2-1"}},
        "executor": "KubernetesExecutor",
        "env": {"SMTP_PASSWORD": secret, "AIRFLOW__SMTP__SMTP_PASSWORD_SECRET": "airflow/smtp"},
        "allowPodLaunching": True,
        **dict.fromkeys(("apiServer", "scheduler", "dagProcessor", "triggerer"), component),
        "workers": {
            "resources": resources,
            "env": {"PROXY": {"value": "http://proxy.example.com:3128"}},
            "nodeSelector": {"example.com/pool": "big"},
            "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}],
            "labels": {"workload-class": "spark"},
            "terminationGracePeriodSeconds": 7200,
        },
        "networkPolicies": {"egress": {"worker": {"warehouse": True}, "triggerer": {"git": True}}},
    }
    (trial / FILE).write_text(yaml.safe_dump(values))
    assert find("trial/finance", trial.parent).team == "finance"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("env: &a {B: *a}", ": an alias (`*name`) stands within its own anchor."),
        ("env: {[a, b]: c}", ":1: not valid YAML: a key must be a text."),
        ("env: {{a: b}: c}", ":1: not valid YAML: a key must be a text."),
    ],
)
def test_a_file_that_helm_cannot_read_is_refused(refused: Refused, text: str, answer: str):
    assert refused(FILE, text) == [f"{FILE}{answer}"]


def test_a_single_pod_is_refused_in_prod_only(trial: Path):
    (trial / "teams" / "search.yaml").write_text("team: search\nscheduler: {replicas: 1}\n")
    assert releases(trial.parent)
    prod = trial.rename(trial.with_name("prod"))
    for file in (prod / "environment.yaml", prod / "values.yaml"):
        file.write_text(file.read_text().replace("trial", "prod"))
    with pytest.raises(Refusal, match=r"search.yaml:2: `scheduler.replicas` must be at least 2"):
        releases(prod.parent)


def test_an_infinite_amount_is_refused(refused: Refused):
    """Terraform refuses the whole file: it has no infinity in JSON."""
    [line] = refused(FILE, "team: finance\nscheduler: {resources: {limits: {cpu: .inf}}}")
    assert "must be an amount of CPU" in line


@pytest.mark.parametrize("command", [["releases"], ["render"], ["graph"], ["deploy"], ["plan"]])
def test_every_command_refuses_the_same_with_the_same_words(tmp_path: Path, command: list[str]):
    """The commands run in a copy of the repository, in which one file has two mistakes."""
    for part in ("scripts", "charts", "environments", "terraform"):
        shutil.copytree(ROOT / part, tmp_path / part, symlinks=True)
    environment = sorted(tmp_path.glob("environments/*/backend.tf"))[0].parent
    (environment / FILE).write_text("team: finance\nscheduler:\n  pod: {}\nenv:\n")
    named = {"releases": [], "plan": [environment.name]}.get(command[0], [f"{environment.name}/x"])
    done = subprocess.run(
        [sys.executable, "-m", "scripts", *command, *named],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1
    where = f"environments/{environment.name}/{FILE}"
    assert "".join(said.split()) == "".join(
        f"✗ {where}:3: `scheduler.pod` is set by the platform: remove it here and ask the platform"
        f" team. {where}:4: `env` is empty (null): give it a value, or remove the key.".split()
    )


def test_a_new_team_needs_only_its_file(tmp_path: Path):
    shutil.copytree(ENVIRONMENTS, tmp_path / "environments", ignore=shutil.ignore_patterns(".t*"))
    environment = sorted(tmp_path.glob("environments/*/backend.tf"))[0].parent
    (environment / "teams" / "analytics.yaml").write_text("team: analytics\n")
    added = set(map(str, releases(tmp_path / "environments"))) - set(map(str, releases()))
    assert added == {f"{environment.name}/analytics"}


def test_a_new_environment_needs_only_its_folder(tmp_path: Path):
    """A copy of an environment under another name is discovered, and its releases render."""
    source = sorted(ENVIRONMENTS.glob("*/backend.tf"))[0].parent
    for file in (*source.glob("*.yaml"), *source.glob("teams/*.yaml")):
        target = tmp_path / "staging" / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.read_text().replace(source.name, "staging"))
    found = releases(tmp_path)
    assert {release.environment.name for release in found} == {"staging"}
    assert "airflow-scheduler" in release_manifests(found[0])


def test_the_layers_are_files_that_every_environment_has():
    stated = yaml.safe_load(LAYERS.read_text())["layers"]
    assert [layer for layer in stated if "{team}" in layer] == stated[-1:]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SMTP_PASSWORD_FILE", "/run/secrets/smtp"),
        ("AIRFLOW__SMTP__SMTP_PASSWORD_SECRET", "airflow/smtp"),
        ("PROXY", "http://proxy.example.com:3128"),
        ("GIT_SHA", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ],
)
def test_a_text_that_is_not_a_secret_is_accepted(name: str, text: str):
    assert not looks_like_a_secret(name, text)


@pytest.mark.parametrize(
    ("less", "more"),
    [("250m", 1), ("0.5", "750m"), ("1G", "1Gi"), ("1023Mi", "1Gi"), ("1k", "1Ki")],
)
def test_amounts_are_compared_across_units(less: str, more: str):
    assert quantity(less) < quantity(more)
