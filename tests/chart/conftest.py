"""Fixtures of the chart's own tests: one component after the other, and all of them at once."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from scripts.paths import CHART
from tests.chart.components import ALL_ON, COMPONENTS, Component
from tests.conftest import Render
from tests.manifests import Manifests


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
