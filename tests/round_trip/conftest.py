"""An environment that is created in an empty account and destroyed again."""

from collections.abc import Iterator

import pytest
import yaml

from scripts.paths import ENVIRONMENTS
from tests.round_trip.account import ANNOUNCEMENT, Account, account
from tests.round_trip.prerequisites import create_prerequisites
from tests.round_trip.terraform_runs import Run, TerraformRuns, bootstrap, start
from tests.terraform.conftest import attached, providing

__all__ = ["attached", "providing"]

# The environment with all features and the most checks.
ENVIRONMENT = "prod"


@pytest.fixture(scope="session")
def aws(pytestconfig: pytest.Config) -> Iterator[Account]:
    """An account with a network and a cluster."""
    file = ENVIRONMENTS / ENVIRONMENT / "environment.yaml"
    facts = yaml.safe_load(file.read_text())["terraform"]
    with account(facts["account"], facts["region"]) as found:
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\n{ANNOUNCEMENT}")
        create_prerequisites(found, facts)
        yield found


@pytest.fixture(scope="session")
def bootstrapped(aws: Account, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The bucket of the state, and the boundary of roles."""
    runs = bootstrap(ENVIRONMENT, aws, tmp_path_factory.mktemp("bootstrap"))
    return runs.run("apply", "-no-color", "-auto-approve")


@pytest.fixture(scope="session")
def terraform(
    aws: Account, bootstrapped: Run, attached: str, tmp_path_factory: pytest.TempPathFactory
) -> TerraformRuns:
    assert bootstrapped.status == 0, bootstrapped.said
    return start(ENVIRONMENT, aws, attached, tmp_path_factory.mktemp("terraform"))
