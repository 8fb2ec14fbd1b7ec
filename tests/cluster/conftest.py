"""Fixtures of the cluster tests: the release that `make up` has installed on the local node.

`--kubeconfig FILE` uses another cluster. The report of a failure contains the cluster's state.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes import client, config

from scripts.go_programs import program
from scripts.paths import KUBECONFIG
from scripts.releases import find
from tests.cluster.airflow import Airflow
from tests.cluster.examples import Examples, run_examples
from tests.cluster.report import report

RELEASE = "local/payments"
# For the report of a failure, which has no fixtures.
API = pytest.StashKey[client.ApiClient]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("airflow-on-kubernetes")
    group.addoption(
        "--screenshot",
        type=Path,
        help="File for the picture of the grid that the browser test takes.",
    )
    group.addoption(
        "--seed",
        type=int,
        help="Number from which the moments of faults follow; a failed test prints its own.",
    )


@pytest.fixture(scope="module")
def kube_config(pytestconfig: pytest.Config) -> str:
    """The kubeconfig of pytest-helm-charts: by default that of the local cluster."""
    return _kubeconfig(pytestconfig)


@pytest.fixture(scope="session", autouse=True)
def _kubectl() -> Iterator[None]:
    """Let `kube_cluster.kubectl` find our kubectl, not one of another version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(program("kubectl").parent), prepend=":")
        yield


@pytest.fixture(scope="session")
def kubernetes(pytestconfig: pytest.Config) -> client.ApiClient:
    """A client of the cluster's API, for lists and exec, which `kube_cluster` does not offer."""
    file = _kubeconfig(pytestconfig)
    if not Path(file).exists():
        pytest.exit(f"No cluster at {file}: start it with `make up`.", returncode=1)
    api = config.new_client_from_config(file)
    pytestconfig.stash[API] = api
    return api


@pytest.fixture(scope="session")
def airflow(kubernetes: client.ApiClient) -> Airflow:
    """The release under test, up and healthy."""
    found = Airflow(kubernetes, find(RELEASE))
    found.wait_until_healthy()
    return found


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    """The number from which random moments follow: that of the option `--seed`, or a new one."""
    given = pytestconfig.getoption("seed")
    number = random.randrange(1000) if given is None else given
    print(f"--seed {number}")
    return number


@pytest.fixture(scope="session")
def examples(airflow: Airflow) -> Examples:
    """The example Dags, run together once."""
    return run_examples(airflow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    if outcome.failed and (api := item.config.stash.get(API, None)):
        outcome.sections.append(("State of the cluster", report(api)))
    return outcome


def _kubeconfig(pytestconfig: pytest.Config) -> str:
    return pytestconfig.getoption("kubeconfig") or str(KUBECONFIG)
