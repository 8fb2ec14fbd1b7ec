"""Environments on EKS have the same code and other facts; the differences are listed here."""

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import ENVIRONMENTS, ROOT
from scripts.releases.discovery import folders

ON_EKS = [folder for folder in folders() if (folder / "backend.tf").exists()]
NAMES = "|".join(sorted((folder.name for folder in ON_EKS), key=len, reverse=True))
# Names, accounts, networks and identifiers differ, but have the same shape.
NAMED = re.compile(
    rf"{NAMES}|\d{{12}}|10\.\d+\.\d+\.\d+/\d+|(vpc|sg|subnet)-[0-9a-f]+|(?<=@)[a-z-]+"
)
# Keys at which two environments may differ, by file.
DIFFERENCES = {
    "environment.yaml": {
        "description",
        # An RDS instance for each team, in two zones; nonprod has a pod.
        "terraform.database",
        # Secrets and logs are kept longer.
        "terraform.secrets.recovery_window_days",
        "terraform.storage.log_retention_days",
        # One registry for the images of all environments.
        "terraform.registry",
        # Alerts page a person.
        "terraform.monitoring.notify.page",
    },
    "values.yaml": {
        # Two replicas of each component; nodes are drained one by one.
        "apiServer",
        "dagProcessor",
        "scheduler",
        "triggerer",
        "config.core.parallelism",
        # The database is external, and no secret is generated in the cluster.
        "createSecretsJob",
        "externalSecrets.secrets.metadata",
        "networkPolicies.database",
        "postgresql",
    },
}


def parts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Return the leaves of a file, with placeholders for names."""
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from parts(below, (*path, key))
    else:
        yield path, NAMED.sub("…", yaml.safe_dump(value))


def differing(file: str, pair: tuple[Path, Path]) -> set[str]:
    """Return the paths at which two files differ, cut to those in DIFFERENCES."""
    one, other = (dict(parts(yaml.safe_load((folder / file).read_text()))) for folder in pair)
    found = {".".join(path) for path in one.keys() | other if one.get(path) != other.get(path)}
    return {
        next((known for known in DIFFERENCES[file] if f"{path}.".startswith(f"{known}.")), path)
        for path in found
    }


@pytest.mark.parametrize("file", DIFFERENCES)
def test_environments_differ_only_at_the_listed_keys(file: str):
    found = set().union(*(differing(file, pair) for pair in combinations(ON_EKS, 2)))
    assert found == DIFFERENCES[file]


@pytest.mark.parametrize(
    "file", ["main.tf", "outputs.tf", "teams.tf", "variables.tf", "versions.tf"]
)
def test_the_roots_are_the_same_code(file: str):
    assert len({(folder / file).read_text() for folder in ON_EKS}) == 1


def test_a_root_has_no_other_code():
    files = {path.name for folder in ON_EKS for path in folder.glob("*.tf")}
    assert files == {
        "backend.tf",
        "main.tf",
        "outputs.tf",
        "teams.tf",
        "variables.tf",
        "versions.tf",
    }


def test_no_root_has_resources_of_its_own():
    """checkov therefore reads terraform/ only."""
    roots = "".join(path.read_text() for path in ENVIRONMENTS.glob("*/*.tf"))
    assert re.findall(r'^(?:resource|ephemeral) "', roots, re.MULTILINE) == []


@pytest.mark.parametrize("folder", ON_EKS, ids=lambda folder: folder.name)
def test_the_state_is_in_the_bucket_of_the_bootstrap(folder: Path):
    facts = yaml.safe_load((folder / "environment.yaml").read_text())
    said = (folder / "backend.tf").read_text()
    stated = dict(re.findall(r'^ *(bucket|key|region) *= "(.*)"$', said, re.MULTILINE))
    terraform = facts["terraform"]
    assert stated == {
        "bucket": f"airflow-{folder.name}-state-{terraform['account']}",
        "key": f"airflow/{folder.name}.tfstate",
        "region": terraform["region"],
    }


@pytest.mark.parametrize("folder", ON_EKS, ids=lambda folder: folder.name)
def test_the_boundary_is_that_of_the_bootstrap(folder: Path):
    facts = yaml.safe_load((folder / "environment.yaml").read_text())
    terraform = facts["terraform"]
    path = f"airflow/{folder.name}/airflow-{folder.name}-boundary"
    wanted = f"arn:aws:iam::{terraform['account']}:policy/{path}"
    assert terraform["permissions_boundary"] == wanted


def test_the_providers_of_a_root_are_those_of_the_module():
    assert (ON_EKS[0] / "versions.tf").read_text() == (
        ROOT / "terraform" / "versions.tf"
    ).read_text()
