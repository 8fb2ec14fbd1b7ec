"""Fixtures of the tests of charts/admission: renders of it, and the table of the tests."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
import yaml

from scripts.admission.table import Table, read
from scripts.errors import Refusal
from scripts.paths import ADMISSION_CHART, ROOT
from scripts.releases.render import KUBE_VERSION, helm_template
from tests.admission.expressions import Rules
from tests.rendered import Manifests

VALUES: dict[str, Any] = yaml.safe_load((ROOT / "tests/admission/table.yaml").read_text())
POLICY = "ValidatingAdmissionPolicy"

Admit = Callable[..., Manifests]


@cache
def _rendered(values: str, name: str, namespace: str, kube_version: str) -> Manifests:
    text = helm_template(
        values=json.loads(values),
        name=name,
        namespace=namespace,
        kube_version=kube_version,
        chart=ADMISSION_CHART,
    )
    return Manifests(text)


def admission(
    values: Mapping[str, Any] | None = None,
    *,
    name: str = "admission",
    namespace: str = "platform",
    kube_version: str = KUBE_VERSION,
) -> Manifests:
    """Render the chart with values, by default with the table of the tests."""
    given = VALUES if values is None else values
    return _rendered(json.dumps(given, sort_keys=True), name, namespace, kube_version)


@pytest.fixture(scope="session")
def admit() -> Admit:
    """Render charts/admission: `admit({"mode": "audit"})`."""
    return admission


@pytest.fixture(scope="session")
def admission_refusal() -> Callable[..., str]:
    """Return the error with which the chart refuses values; fail if it accepts them."""

    def act(values: Mapping[str, Any], **options: Any) -> str:
        with pytest.raises(Refusal) as refused:
            admission(values, **options)
        return str(refused.value)

    return act


@pytest.fixture(scope="session")
def table() -> Table:
    return read(VALUES)


@pytest.fixture(scope="session")
def rules(admit: Admit) -> Rules:
    """The rules of the chart with the table of the tests."""
    return Rules(admit().find(POLICY, "platform.admission"))
