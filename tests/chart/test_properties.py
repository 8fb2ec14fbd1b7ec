"""Properties of everything that is rendered: defaults, everything on, every shipped release."""

import pytest
import yaml

from scripts.releases.render import helm_template
from tests.chart.cases import Case
from tests.chart.properties import PROPERTIES, offenders
from tests.conftest import EVERYTHING_ON
from tests.rendered import Manifests
from tests.schemas import SUPPORTED


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_render_has_the_property(case: Case, name: str):
    assert offenders(name, case) == {}


def test_the_same_input_makes_the_same_bytes(everything_on: Manifests):
    values = yaml.safe_load(EVERYTHING_ON.read_text())
    assert helm_template(values=values) == everything_on.text


def test_nothing_rendered_depends_on_the_version_of_kubernetes(everything_on: Manifests):
    values = yaml.safe_load(EVERYTHING_ON.read_text())
    assert helm_template(values=values, kube_version=f"{SUPPORTED[0]}.0") == everything_on.text
