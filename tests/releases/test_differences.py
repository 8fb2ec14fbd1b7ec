"""nonprod and prod are the same code with other facts; what differs is here, and nothing else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from scripts.paths import ENVIRONMENTS, ROOT

PAIR = ("nonprod", "prod")
# Names, numbers of accounts, networks and identifiers: other ones, of the same shape.
NAMED = re.compile(
    r"nonprod|prod|\d{12}|10\.\d+\.\d+\.\d+/\d+|(vpc|sg|subnet)-[0-9a-f]+|(?<=@)[a-z-]+"
)
# What prod has more, less, or bigger than nonprod, by file.
DIFFERENCES = {
    "environment.yaml": {
        "description",
        # An instance of RDS for each team, in two zones, with alarms; nonprod has a pod.
        "terraform.database",
        # Secrets and logs are kept longer.
        "terraform.secrets.recovery_window_days",
        "terraform.storage.log_retention_days",
        # Somebody is woken.
        "terraform.monitoring.notify.page",
    },
    "values.yaml": {
        # Two of everything that answers, and nodes are drained one by one.
        "apiServer",
        "dagProcessor",
        "scheduler",
        "triggerer",
        "config.core.parallelism",
        # The database is outside, and no secret is made in the cluster.
        "createSecretsJob",
        "externalSecrets.secrets.metadata",
        "networkPolicies.database",
        "postgresql",
    },
}


def parts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The leaves of a file; names are blotted out."""
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from parts(below, (*path, key))
    else:
        yield path, NAMED.sub("…", yaml.safe_dump(value))


def differing(file: str) -> set[str]:
    """Paths at which the two files differ, cut to what DIFFERENCES names, whole otherwise."""
    one, other = (
        dict(parts(yaml.safe_load((ENVIRONMENTS / environment / file).read_text())))
        for environment in PAIR
    )
    found = {".".join(path) for path in one.keys() | other if one.get(path) != other.get(path)}
    return {
        next((known for known in DIFFERENCES[file] if f"{path}.".startswith(f"{known}.")), path)
        for path in found
    }


@pytest.mark.parametrize("file", DIFFERENCES)
def test_every_difference_is_one_that_is_meant(file: str):
    assert differing(file) == DIFFERENCES[file]


@pytest.mark.parametrize("file", ["main.tf", "outputs.tf", "variables.tf", "versions.tf"])
def test_the_roots_are_the_same_code(file: str):
    one, other = ((ENVIRONMENTS / environment / file).read_text() for environment in PAIR)
    assert one == other


def test_a_root_has_no_other_code():
    files = {
        path.name for environment in PAIR for path in (ENVIRONMENTS / environment).glob("*.tf")
    }
    assert files == {"backend.tf", "main.tf", "outputs.tf", "variables.tf", "versions.tf"}


def test_no_root_makes_anything_itself():
    """checkov therefore reads terraform/ only."""
    roots = "".join(path.read_text() for path in ENVIRONMENTS.glob("*/*.tf"))
    assert re.findall(r'^(?:resource|ephemeral) "', roots, re.MULTILINE) == []


@pytest.mark.parametrize("environment", PAIR)
def test_the_state_is_where_the_bootstrap_makes_room_for_it(environment: str):
    facts = yaml.safe_load((ENVIRONMENTS / environment / "environment.yaml").read_text())
    said = (ENVIRONMENTS / environment / "backend.tf").read_text()
    stated = dict(re.findall(r'^ *(bucket|key|region) *= "(.*)"$', said, re.MULTILINE))
    terraform = facts["terraform"]
    assert stated == {
        "bucket": f"airflow-{environment}-state-{terraform['account']}",
        "key": f"airflow/{environment}.tfstate",
        "region": terraform["region"],
    }


@pytest.mark.parametrize("environment", PAIR)
def test_the_boundary_is_the_one_of_the_bootstrap(environment: str):
    facts = yaml.safe_load((ENVIRONMENTS / environment / "environment.yaml").read_text())
    terraform = facts["terraform"]
    path = f"airflow/{environment}/airflow-{environment}-boundary"
    wanted = f"arn:aws:iam::{terraform['account']}:policy/{path}"
    assert terraform["permissions_boundary"] == wanted


def test_the_providers_of_a_root_are_those_of_the_module():
    assert (ENVIRONMENTS / "prod" / "versions.tf").read_text() == (
        ROOT / "terraform" / "versions.tf"
    ).read_text()
