"""One environment, from an empty account to an empty account."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from scripts.paths import ENVIRONMENTS
from tests.round_trip import ground
from tests.round_trip.account import ANNOUNCEMENT, Account, account
from tests.round_trip.trip import Trip, start
from tests.terraform.conftest import attached, providing

__all__ = ["attached", "providing"]

# It has everything that an environment can have, and refuses what only it refuses.
ENVIRONMENT = "prod"


@pytest.fixture(scope="session")
def aws(pytestconfig: pytest.Config) -> Iterator[Account]:
    """An account with what the environment presumes."""
    facts = yaml.safe_load((ENVIRONMENTS / ENVIRONMENT / "environment.yaml").read_text())
    terraform = facts["terraform"]
    with account(terraform["account"], terraform["region"]) as found:
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\n{ANNOUNCEMENT}")
        ground.lay(found, ENVIRONMENTS / ENVIRONMENT)
        yield found


@pytest.fixture(scope="session")
def trip(aws: Account, attached: str, tmp_path_factory: pytest.TempPathFactory) -> Trip:
    folder: Path = tmp_path_factory.mktemp("trip")
    return start(ENVIRONMENT, aws, attached, folder)
