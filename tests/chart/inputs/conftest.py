"""Values of a release in prod that the chart accepts."""

from typing import Any

import pytest

from tests.chart.test_refusals import TOPICS


@pytest.fixture
def prod() -> dict[str, Any]:
    """The base of the refusals of prod."""
    return TOPICS["prod"]["base"]
