"""Fixtures of the chart's own tests: one component after the other, and all of them at once."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from scripts.manifests import Manifests
from scripts.paths import CHART
from scripts.releases import find
from scripts.releases.render import release_manifests
from tests.chart.cases import Case, addresses, policies
from tests.chart.components import ALL_ON, COMPONENTS, Component
from tests.conftest import EVERYTHING_ON, RELEASES, Render


@pytest.fixture(params=COMPONENTS, ids=str)
def component(request: pytest.FixtureRequest) -> Component:
    """Each component, one after the other."""
    return request.param


@pytest.fixture(scope="session")
def defaults(render: Render) -> Manifests:
    """What the chart makes when nobody says anything."""
    return render()


@pytest.fixture(scope="session")
def all_on(render: Render) -> Manifests:
    """Every component with its defaults."""
    return render(dict(ALL_ON))


@pytest.fixture(scope="session")
def tables() -> Mapping[str, Any]:
    """The two tables of the chart: who calls whom, who reads what."""
    return yaml.safe_load((CHART / "files" / "tables.yaml").read_text())


@pytest.fixture(scope="session", params=["defaults", "all_on", "everything_on", *RELEASES])
def case(request: pytest.FixtureRequest, tables: Mapping[str, Any]) -> Case:
    """The defaults, all components, everything, and every release that is shipped."""
    if "/" not in request.param:
        manifests = request.getfixturevalue(request.param)
        said = yaml.safe_load(EVERYTHING_ON.read_text()) if "everything" in request.param else {}
        return Case(manifests, tables, "airflow", "10.0.0.1", "", said, policies([said]))
    release = find(request.param)
    manifests = Manifests(release_manifests(release))
    said = {str(layer): yaml.safe_load(layer.read_text()) for layer in release.layers}
    networks = policies(said.values())
    return Case(manifests, tables, release.namespace, *addresses(networks), said, networks)
