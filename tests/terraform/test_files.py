"""Terraform reads and refuses the same files as Python, also in a bare `terraform apply`."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import ENVIRONMENTS, ROOT
from scripts.releases import Environment, Release, releases
from scripts.releases.checks import problems
from scripts.releases.rules import rules
from scripts.releases.team_files import team_file_problems
from scripts.values import TeamValues
from scripts.yaml_files import read

MISTAKES = ROOT / "tests" / "releases"
TEAM_FILES = yaml.safe_load((MISTAKES / "team_mistakes.yaml").read_text())
FACTS = yaml.safe_load((MISTAKES / "fact_mistakes.yaml").read_text())
MODULE = ROOT / "terraform" / "modules" / "layers"
# The environment of the mistakes, as tests/terraform/files has it.
LOWER = [
    read(ROOT / "charts" / "airflow" / "values.yaml").data,
    {"networkPolicies": {"destinations": {"warehouse": {"cidrs": ["10.0.0.0/24"]}}}},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every mistake as a file, and one file of each kind without a mistake."""
    folder = tmp_path_factory.mktemp("mistakes")
    for kind in ("teams", "facts"):
        (folder / kind).mkdir()
    for name, mistake in {**TEAM_FILES, "none": {"file": "env: {REGION: eu}"}}.items():
        (folder / "teams" / f"{name}.yaml").write_text(f"team: finance\n{mistake['file']}\n")
    for name, changes in {**FACTS, "none": {}}.items():
        (folder / "facts" / f"{name}.yaml").write_text(yaml.safe_dump(changed(changes)))
    return folder


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """The facts of an environment with some changes by path."""
    facts = yaml.safe_load((ROOT / "terraform/tests/folders/prod/environment.yaml").read_text())
    for path, value in changes.items():
        *above, key = path.split(".")
        block = facts
        for part in above:
            block = block.setdefault(part, {})
        block[key] = value
    return facts


@pytest.fixture(scope="module")
def planned(terraform: Callable, folder: Path) -> dict[str, Any]:
    """The outputs of tests/terraform/files: one plan for all files and all layers."""
    plan = folder / "plan"
    variables = [f"-var=team_files={folder / 'teams'}", f"-var=facts={folder / 'facts'}"]
    variables.append(f"-var=environments={ENVIRONMENTS}")
    done = terraform("tests/terraform/files", "plan", "-input=false", f"-out={plan}", *variables)
    assert done.returncode == 0, done.stderr
    shown = terraform("tests/terraform/files", "show", "-json", str(plan)).stdout
    outputs = json.loads(shown)["planned_values"]["outputs"]
    return {name: output["value"] for name, output in outputs.items()}


def named(sentences: list[str]) -> list[str]:
    """The keys that sentences are about."""
    return [re.search("`(.+?)`", sentence)[1] for sentence in sentences]


@pytest.mark.parametrize("mistake", TEAM_FILES)
def test_terraform_refuses_the_key_of_a_team_that_python_refuses(
    planned: dict[str, Any], folder: Path, mistake: str
):
    document = read(folder / "teams" / f"{mistake}.yaml")
    [wrong] = team_file_problems(document, "finance", LOWER)
    [key] = named(planned["team_files"][mistake])
    assert f"{wrong.name}.".startswith(f"{key}.")


@pytest.mark.parametrize("mistake", FACTS)
def test_terraform_refuses_the_fact_that_python_refuses(
    planned: dict[str, Any], folder: Path, mistake: str
):
    document = read(folder / "facts" / f"{mistake}.yaml")
    wrong = {problem.name for problem in problems(document, Environment, str)}
    assert wrong
    assert set(named(planned["facts"][mistake])) == wrong


@pytest.mark.parametrize("kind", ["team_files", "facts"])
def test_terraform_takes_a_file_without_a_mistake(planned: dict[str, Any], kind: str):
    assert planned[kind]["none"] == []


@pytest.mark.parametrize("kind", ["a field of the pod", "configuration of Airflow"])
def test_a_key_of_the_platform_is_answered_with_whom_to_ask(planned: dict[str, Any], kind: str):
    assert "ask the platform team" in planned["team_files"][kind][0]


def test_the_layers_of_every_release_are_the_same_in_terraform(planned: dict[str, Any]):
    wanted: dict[str, dict[str, list[str]]] = {}
    for release in releases():
        texts = [layer.read_text() for layer in release.layers]
        wanted.setdefault(release.environment.name, {})[release.team] = texts
    assert planned["layers"] == wanted


@pytest.mark.parametrize("root", sorted(ROOT.glob("environments/*/main.tf")), ids=str)
def test_a_release_gets_its_layers_from_the_module_that_checks_them(root: Path):
    text = root.read_text()
    if "../../terraform/modules/release" not in text:
        assert 'source = "../../terraform"' in text
        text = (ROOT / "terraform" / "main.tf").read_text()
    stated = re.findall(r"^ *layers += (.+)$", text, re.MULTILINE)
    assert stated == ["module.layers.layers[each.key]"]


def test_a_local_release_is_planned_from_its_layers(terraform: Callable, tmp_path: Path):
    plan = tmp_path / "plan"
    done = terraform("environments/local", "plan", "-input=false", f"-out={plan}")
    assert done.returncode == 0, done.stderr
    shown = json.loads(terraform("environments/local", "show", "-json", str(plan)).stdout)
    found = dict(helm_values(shown["planned_values"]["root_module"]))
    wanted = {one.team: texts(one) for one in releases() if one.environment.name == "local"}
    assert {team: values[: len(wanted[team])] for team, values in found.items()} == wanted


def texts(release: Release) -> list[str]:
    return [layer.read_text() for layer in release.layers]


def helm_values(module: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """(team, values) of each helm_release of a planned module and of those within."""
    for resource in module.get("resources", []):
        if resource["type"] == "helm_release":
            yield re.search(r'\["(.+?)"\]', resource["address"])[1], resource["values"]["values"]
    for inner in module.get("child_modules", []):
        yield from helm_values(inner)


@pytest.mark.parametrize("model", [TeamValues, Environment])
def test_terraform_reads_as_many_levels_as_the_deepest_rule_has(model: type):
    levels = (MODULE / "document" / "main.tf").read_text().count('source = "./level"')
    assert max(path.count(".") + 1 for path in rules(model)) <= levels


@pytest.mark.parametrize(
    ("folder", "variable", "section"),
    [
        ("terraform", "facts", "terraform."),
        ("terraform", "task_logs", "taskLogs."),
        ("terraform/modules/release", "task_logs", "taskLogs."),
    ],
)
def test_the_model_of_facts_has_the_keys_of_their_variable(folder, variable, section):
    """Terraform drops a key that its type does not have: a fact would be stated for nothing."""
    text = (ROOT / folder / "variables.tf").read_text()
    pattern = rf'variable "{variable}" \{{.*?type = (object\(\{{.*?^  \}}\))'
    typed = re.search(pattern, text, re.S | re.M)
    modelled = {
        path.removeprefix(section)
        for path in rules(Environment)
        if path.startswith(section) and not path.endswith("*")
    }
    assert set(keys_of(typed[1])) == modelled


def keys_of(type_: str) -> Iterator[str]:
    """The dotted keys of an object type of HCL; `*` stands for keys of maps and for items."""
    path: list[str] = []
    token = re.compile(r"#.*|(\w+) *= *(?:optional\()?(?:(map|list)\()?(object\(\{)?|\}\)")
    for match in token.finditer(type_.partition("{")[2].replace(", {}", "")):
        key, container, opens = match.groups()
        if key:
            yield ".".join([*path, key])
            if opens:
                path.append(f"{key}.*" if container else key)
        elif match[0] == "})" and path:
            path.pop()
