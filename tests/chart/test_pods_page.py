"""The examples of docs/operations/pods.md are values that the chart accepts."""

import re

import pytest
import yaml

from scripts.paths import ROOT
from tests.conftest import Render

PAGE = (ROOT / "docs" / "operations" / "pods.md").read_text()
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_page_has_examples():
    assert len(EXAMPLES) > 1


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split(":")[0])
def test_an_example_reaches_the_pods(render: Render, defaults, example: str):
    assert render(yaml.safe_load(example)).text != defaults.text
