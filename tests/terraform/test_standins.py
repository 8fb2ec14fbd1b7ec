"""Stand-in providers: a subset of the real interfaces, only for `local` and tests."""

import subprocess
from pathlib import Path

import pytest
import yaml

from scripts.paths import ROOT
from scripts.workshop.providers import allowed_environments
from scripts.workshop.providers.resource import Failure
from scripts.workshop.providers.schema import FLAGS, Attribute, Block, providers
from tests.terraform.conftest import ready

REAL = yaml.safe_load((Path(__file__).parent / "interfaces.yaml").read_text())
SHAPES = [
    (address, name, block)
    for address, provider in providers().items()
    for name, block in {
        "provider": provider.block,
        **{name: resource.block for name, resource in provider.resources.items()},
    }.items()
]


@pytest.mark.parametrize(("address", "name", "block"), SHAPES, ids=[shape[1] for shape in SHAPES])
def test_a_stand_in_names_and_types_everything_as_the_real_provider(address, name, block):
    assert _differences(block, REAL[address][name]) == []


def test_a_stand_in_supports_every_required_argument():
    """Otherwise a configuration could be valid here and refused by the real provider."""
    missing = [
        f"{name}.{key}"
        for address, name, block in SHAPES
        for key, words in REAL[address][name].items()
        if isinstance(words, str) and "required" in words and key not in block.attributes
    ]
    assert missing == []


@pytest.mark.parametrize("environment", ["nonprod", "prod", ""])
def test_a_stand_in_refuses_other_environments(environment):
    with pytest.raises(Failure, match="does not serve"):
        allowed_environments.check(
            "hashicorp/helm", {allowed_environments.VARIABLE: environment}, Path("/")
        )


def test_a_stand_in_refuses_the_folder_of_another_environment_despite_the_variable():
    with pytest.raises(Failure, match="does not serve prod"):
        allowed_environments.check(
            "hashicorp/helm",
            {allowed_environments.VARIABLE: "local"},
            Path("/src/environments/prod"),
        )


def test_the_stand_in_for_datadog_serves_tests_only():
    with pytest.raises(Failure, match="does not serve local"):
        allowed_environments.check(
            "datadog/datadog", {allowed_environments.VARIABLE: "local"}, Path("/")
        )


@pytest.mark.parametrize("environment", ["local", "tests"])
def test_a_stand_in_serves_local_and_tests(environment):
    allowed_environments.check(
        "hashicorp/helm",
        {allowed_environments.VARIABLE: environment},
        Path("/src/environments/local"),
    )


def test_terraform_shows_the_refusal_of_a_stand_in():
    """From the folder where Terraform finds plugins, started by Terraform."""
    prepared = ready("environments/local")
    assert prepared.source.name == "stand-ins" or pytest.skip("the real providers are here")
    done = subprocess.run(
        prepared.command("plan", "-no-color", "-state=/nowhere"),
        env={**prepared.env, allowed_environments.VARIABLE: "prod"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "The stand-in for hashicorp/helm does not serve prod" in done.stderr


def test_a_stand_in_is_started_by_terraform_only():
    program = next((ready("environments/local").workspace.cache / "mirror").rglob("*helm_v*"))
    done = subprocess.run([program], capture_output=True, text=True)
    assert done.stderr.strip().endswith("it is started by Terraform only.")


def test_the_work_tree_gets_no_lock_file():
    ready("environments/local")
    assert not (ROOT / "environments" / "local" / ".terraform.lock.hcl").exists()


def _differences(block: Block | Attribute, real: dict) -> list[str]:
    found = []
    for name, attribute in block.attributes.items():
        if name not in real:
            found.append(f"{name} is not there")
        elif attribute.nesting:
            if real[name]["is"] != _words(attribute):
                found.append(f"{name} is {_words(attribute)}, not {real[name]['is']}")
            found += [f"{name}.{text}" for text in _differences(attribute, real[name])]
        elif real[name] != _words(attribute):
            found.append(f"{name} is {_words(attribute)}, not {real[name]}")
    for name, nested in getattr(block, "blocks", {}).items():
        limits = [f"{word} {n}" for word, n in (("min", nested.min), ("max", nested.max)) if n]
        if (said := " ".join([nested.nesting, "block", *limits])) != real[name]["is"]:
            found.append(f"{name} is {said}, not {real[name]['is']}")
        found += [f"{name}.{text}" for text in _differences(nested, real[name])]
    return found


def _words(attribute: Attribute) -> str:
    kind = attribute.nesting or (
        attribute.type if isinstance(attribute.type, str) else "{}({})".format(*attribute.type)
    )
    told = (*FLAGS, "write-only")
    said = [word for word in told if word in attribute.words]
    return " ".join([kind, *said])
