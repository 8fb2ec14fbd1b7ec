"""Values of a wrong shape render, or are refused in sentences."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.outcomes import outcome

VALUES = yaml.safe_load(Path(__file__).with_name("wrong_shapes.yaml").read_text())


@pytest.mark.parametrize("values", VALUES, ids=str)
def test_a_wrong_shape_is_no_stack_of_templates(values: dict[str, Any]):
    assert outcome(values).fault == ""
