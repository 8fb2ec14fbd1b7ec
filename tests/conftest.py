"""Fixtures of tests of renders; a render is a run of Helm, so each input is rendered once."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import configuration, settings

from scripts import workshop
from scripts.errors import Refusal
from scripts.paths import CACHE, ENVIRONMENTS
from scripts.releases import Release, find
from scripts.releases import render as rendering
from scripts.releases.render import KUBE_VERSION, helm_template, release_manifests
from tests.rendered import Manifests
from tests.renders import kept

workshop.join()

rendering.run_template = kept(rendering.run_template)

# Hypothesis writes nothing into the work tree, and tests do not fail on a busy machine.
configuration.set_hypothesis_home_dir(CACHE / "hypothesis")
settings.register_profile("tests", deadline=None, database=None)
settings.load_profile("tests")

# Listed by their files, so that a release that cannot be read fails its tests, not the collection.
RELEASES = sorted(
    f"{path.parent.parent.name}/{path.stem}" for path in ENVIRONMENTS.glob("*/teams/*.yaml")
)
EVERYTHING_ON = Path(__file__).parent / "everything_on.yaml"
SHAPES = EVERYTHING_ON.with_name("shapes.yaml")

Render = Callable[..., Manifests]


@pytest.fixture(scope="session")
def render() -> Render:
    """Render values with the chart: `render({"executor": "CeleryExecutor"}).pod("worker")`."""

    def act(
        values: Mapping[str, Any] | None = None,
        *,
        name: str = "airflow",
        namespace: str = "airflow",
        sets: tuple[str, ...] = (),
        kube_version: str = KUBE_VERSION,
    ) -> Manifests:
        # The order of keys does not affect a render, so it must not affect the cache.
        return _rendered(json.dumps(values, sort_keys=True), name, namespace, sets, kube_version)

    return act


@pytest.fixture(scope="session")
def refusal(render: Render) -> Callable[..., str]:
    """Return the error with which the chart refuses values; fail if it accepts them."""

    def act(values: Mapping[str, Any] | None = None, **options: Any) -> str:
        with pytest.raises(Refusal) as refused:
            render(values, **options)
        return str(refused.value)

    return act


@pytest.fixture(scope="session")
def taken(render: Render) -> Render:
    """Return the manifests of values that must not be refused; fail with the refusal otherwise."""

    def act(values: Mapping[str, Any] | None = None, **options: Any) -> Manifests:
        try:
            return render(values, **options)
        except Refusal as refused:
            pytest.fail(f"The chart must accept these values, but refuses them: {refused}")

    return act


@pytest.fixture(scope="session")
def everything_on(render: Render) -> Manifests:
    """The manifests of values with every feature enabled."""
    return render(yaml.safe_load(EVERYTHING_ON.read_text()))


@pytest.fixture(scope="session", params=RELEASES)
def release(request: pytest.FixtureRequest) -> Release:
    """Each release of environments/, one after the other."""
    return find(request.param)


@pytest.fixture(scope="session")
def shipped(release: Release) -> Manifests:
    """The manifests of each release of environments/, as they get deployed."""
    return _shipped(release)


@cache
def _rendered(
    values: str, name: str, namespace: str, sets: tuple[str, ...], kube_version: str
) -> Manifests:
    text = helm_template(
        values=json.loads(values),
        name=name,
        namespace=namespace,
        sets=sets,
        kube_version=kube_version,
    )
    return Manifests(text)


@cache
def _shipped(release: Release) -> Manifests:
    return Manifests(release_manifests(release))
