"""Properties of everything that is rendered: defaults, everything on, every shipped release."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from scripts.paths import CHART
from scripts.releases import find
from scripts.releases import render as rendering
from scripts.releases.render import helm_template, run_template
from tests.chart.cases import Case, policies
from tests.chart.copies import copy_chart
from tests.chart.properties import PROPERTIES, offenders
from tests.conftest import EVERYTHING_ON, RELEASES, SHAPES
from tests.rendered import Manifests
from tests.schemas import SUPPORTED


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_render_has_the_property(case: Case, name: str):
    assert offenders(name, case) == {}


def with_hooks(folder: Path, events: str) -> Case:
    """The defaults with hooks that break every property."""
    template = Path(__file__).with_name("breaking.yaml").read_text().replace("HOOK", events)
    chart = copy_chart(folder, {"templates/breaking.yaml": template})
    # With the address of an external database, so that there is one to reach.
    manifests = Manifests(helm_template(chart=chart))
    return Case(manifests, database="10.30.16.5", policies=policies([]))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return with_hooks(tmp_path_factory.mktemp("broken"), "pre-install,test")


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_hook_that_breaks_a_property_is_found(broken: Case, defaults: Manifests, name: str):
    whole = replace(broken, manifests=defaults)
    assert offenders(name, broken).keys() - offenders(name, whole).keys()


def test_an_object_of_helm_test_is_not_part_of_a_release(tmp_path: Path, defaults: Manifests):
    case = with_hooks(tmp_path, "test")
    assert case.manifests.objects == defaults.objects
    assert len(case.manifests.tests) > len(defaults.tests)


@pytest.mark.parametrize("name", ["defaults", EVERYTHING_ON.stem, SHAPES.stem, *RELEASES])
def test_no_render_prints_a_warning(name: str):
    files = {"defaults": [], EVERYTHING_ON.stem: [EVERYTHING_ON], SHAPES.stem: [SHAPES]}
    layers = files[name] if name in files else find(name).layers
    options = [f"--values={layer}" for layer in layers]
    done = run_template(None, name="airflow", chart=CHART, options=options)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_same_input_makes_the_same_bytes(monkeypatch: pytest.MonkeyPatch):
    # The tests keep renders: here, Helm must run twice.
    monkeypatch.setattr(rendering, "run_template", rendering.run_template.__wrapped__)
    values = yaml.safe_load(EVERYTHING_ON.read_text())
    assert helm_template(values=values) == helm_template(values=values)


def test_nothing_rendered_depends_on_the_version_of_kubernetes(everything_on: Manifests):
    values = yaml.safe_load(EVERYTHING_ON.read_text())
    assert helm_template(values=values, kube_version=f"{SUPPORTED[0]}.0") == everything_on.text
