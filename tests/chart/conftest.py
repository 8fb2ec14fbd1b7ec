"""Fixtures of the chart's own tests: one component after the other, and all of them at once."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import CHART
from scripts.releases import find
from scripts.releases.render import helm_template, release_manifests
from tests.chart.cases import Case, addresses, policies
from tests.chart.components import ALL_ON, COMPONENTS, Component, everywhere
from tests.chart.tables import Tables
from tests.conftest import EVERYTHING_ON, RELEASES, Render
from tests.rendered import Container, Manifests, Pod

WRAPPER = """
apiVersion: v1
kind: ConfigMap
metadata: {name: notes}
data: {notes: {{ include "notes" . | quote }}}
"""


@pytest.fixture(params=COMPONENTS, ids=str)
def component(request: pytest.FixtureRequest) -> Component:
    """Each component, one after the other."""
    return request.param


@pytest.fixture
def pod(render: Render, component: Component):
    """The pod of the component when all of them have the same settings."""

    def act(settings: dict[str, Any], glob: dict[str, Any] | None = None) -> Pod:
        return render({**everywhere(settings), **(glob or {})}).pod(component.label)

    return act


@pytest.fixture
def main(pod):
    """The main container of that pod."""

    def act(settings: dict[str, Any], glob: dict[str, Any] | None = None) -> Container:
        return pod(settings, glob).main

    return act


@pytest.fixture(scope="session")
def defaults(render: Render) -> Manifests:
    """The manifests of the default values."""
    return render()


@pytest.fixture(scope="session")
def all_on(render: Render) -> Manifests:
    """Every component with its defaults."""
    return render(dict(ALL_ON))


# Values of the other executors.
EXECUTORS: dict[str, dict[str, Any]] = {
    "CeleryExecutor": {
        "flower": {"enabled": True, "username": "a", "password": "b"},
        "data": {"brokerUrlSecretName": "broker"},
        "workers": {"hpa": {"enabled": True}},
        "ingress": {"flower": {"enabled": True}, "statsd": {"enabled": True}},
        "statsd": {"enabled": True},
    },
    "LocalExecutor": {"allowPodLaunching": True},
}


@pytest.fixture(
    scope="session", params=["defaults", "all_on", "everything_on", *EXECUTORS, *RELEASES]
)
def case(request: pytest.FixtureRequest) -> Case:
    """The defaults, all components, everything, other executors, and every shipped release."""
    if request.param in EXECUTORS:
        values = {"executor": request.param, **EXECUTORS[request.param]}
        manifests = request.getfixturevalue("render")(values)
        tables = Tables.read(executor=request.param)
        return Case(manifests, values=values, policies=policies([values]), tables=tables)
    if "/" not in request.param:
        manifests = request.getfixturevalue(request.param)
        values = yaml.safe_load(EVERYTHING_ON.read_text()) if "everything" in request.param else {}
        return Case(manifests, values=values, policies=policies([values]))
    release = find(request.param)
    manifests = Manifests(release_manifests(release))
    values = {str(layer): yaml.safe_load(layer.read_text()) for layer in release.layers}
    networks = policies(values.values())
    return Case(manifests, release.namespace, *addresses(networks), values, networks)


@pytest.fixture(scope="session")
def chart_with_notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chart with its notes as an object, since `helm template` shows none."""
    chart = tmp_path_factory.mktemp("notes") / "airflow"
    shutil.copytree(CHART, chart)
    notes = chart / "templates" / "NOTES.txt"
    (chart / "templates" / "_notes.tpl").write_text(
        f'{{{{ define "notes" }}}}{notes.read_text()}{{{{ end }}}}'
    )
    (chart / "templates" / "notes.yaml").write_text(WRAPPER)
    notes.unlink()
    return chart


@pytest.fixture(scope="session")
def notes(chart_with_notes: Path):
    """The notes for values."""

    def act(values: dict[str, Any] | None = None) -> str:
        manifests = Manifests(helm_template(values=values, chart=chart_with_notes))
        return manifests.find("ConfigMap", "notes")["data"]["notes"]

    return act
