"""Fixtures of the cluster ring: the release that `make up` put on the local node.

`--kubeconfig FILE` takes another cluster's; a failure says what the cluster says.
"""

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
        "--screenshot", type=Path, help="Where the browser test puts its picture of the grid."
    )


@pytest.fixture(scope="module")
def kube_config(pytestconfig: pytest.Config) -> str:
    """The kubeconfig of pytest-helm-charts: by default that of the local cluster."""
    return _kubeconfig(pytestconfig)


@pytest.fixture(scope="session", autouse=True)
def _kubectl() -> Iterator[None]:
    """Let `kube_cluster.kubectl` find our kubectl, not some dispatcher of another version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(program("kubectl").parent), prepend=":")
        yield


@pytest.fixture(scope="session")
def kubernetes(pytestconfig: pytest.Config) -> client.ApiClient:
    """The API of the cluster, where a list and an exec need more than `kube_cluster` offers."""
    file = _kubeconfig(pytestconfig)
    if not Path(file).exists():
        pytest.exit(f"There is no cluster at {file}: start it by `make up`.", returncode=1)
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
def examples(airflow: Airflow) -> Examples:
    """The example Dags, run together once."""
    return run_examples(airflow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    if outcome.failed and (api := item.config.stash.get(API, None)):
        outcome.sections.append(("What the cluster says", report(api)))
    return outcome


def _kubeconfig(pytestconfig: pytest.Config) -> str:
    return pytestconfig.getoption("kubeconfig") or str(KUBECONFIG)
