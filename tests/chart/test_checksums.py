"""A change restarts exactly the components that read it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import CHART
from scripts.releases.render import helm_template
from tests.chart.components import ALL_ON, COMPONENTS, CONFIGURED, DEPLOYMENTS, WORKER
from tests.chart.copies import copy_chart
from tests.chart.tables import TABLES
from tests.conftest import Render
from tests.rendered import Manifests

Rolled = Callable[[Mapping[str, Any]], set[str]]
ROWS = TABLES.secrets
# Those that are off by default.
OFF = {one.label for one in COMPONENTS if one.key in ALL_ON}
# A task's pod is made anew anyway.
READING_CONFIGURATION = {one.label for one in CONFIGURED if one != WORKER}


def templates(manifests: Manifests) -> dict[str, Any]:
    """The pod template of each component; a changed one replaces the pods."""
    found = {
        one["metadata"]["labels"]["component"]: one["spec"]
        for one in manifests.of("Deployment", "StatefulSet", "Job", "CronJob")
    }
    return {
        name: spec.get("jobTemplate", {}).get("spec", spec)["template"]
        for name, spec in found.items()
    }


def differing(before: Manifests, after: Manifests) -> set[str]:
    first, second = templates(before), templates(after)
    return {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)}


@pytest.fixture
def rolled(render: Render, all_on: Manifests) -> Rolled:
    """The components that get new pods when values come in."""

    def act(values: Mapping[str, Any]) -> set[str]:
        return differing(all_on, render({**ALL_ON, **values}))

    return act


# Those of a log store are read only when it is on: see test_log_stores.py.
@pytest.mark.parametrize("row", sorted(set(ROWS) - {"elasticsearch", "opensearch"}))
def test_a_new_revision_of_a_secret_restarts_its_readers(rolled: Rolled, row: str):
    assert rolled({"secretRevisions": {row: "2"}}) == set(ROWS[row]["readers"])


@pytest.mark.parametrize("kind", ["extraConfigMaps", "extraSecrets"])
def test_a_changed_extra_object_restarts_the_deployments(rolled: Rolled, kind: str):
    deployments = {*(one.label for one in DEPLOYMENTS), "api-server-execution"}
    assert rolled({kind: {"mine": {"data": {"a": "Yg=="}}}}) == deployments


NAMED = {
    "fernet-key": {"fernetKeySecretName": "mine"},
    "jwt-secret": {"jwtSecretName": "mine"},
    "api-secret-key": {"apiSecretKeySecretName": "mine"},
    "first-user": {
        "createUserJob": {"enabled": True, "defaultUser": {"passwordSecretName": "mine"}}
    },
}
TEXTS = {
    "fernet-key": {"fernetKey": "text"},
    "jwt-secret": {"jwtSecret": "text"},
    "api-secret-key": {"apiSecretKey": "text"},
}


@pytest.mark.parametrize("row", NAMED)
def test_another_secret_restarts_its_readers(rolled: Rolled, row: str):
    # The Job that creates secrets has one less to create.
    assert rolled(NAMED[row]) == {*ROWS[row]["readers"], "create-secrets"}


@pytest.mark.parametrize("row", TEXTS)
def test_another_text_restarts_its_readers(rolled: Rolled, row: str):
    assert rolled(TEXTS[row]) == {*ROWS[row]["readers"], "create-secrets"}


def test_a_changed_text_restarts_its_readers(render: Render):
    found = differing(render({"fernetKey": "old"}), render({"fernetKey": "new"}))
    assert found == set(ROWS["fernet-key"]["readers"]) - OFF


def test_another_configuration_restarts_those_that_read_it(rolled: Rolled):
    assert rolled({"config": {"core": {"parallelism": 7}}}) == READING_CONFIGURATION


def test_other_local_settings_restart_those_that_read_them(render: Render):
    before, after = render({"airflowLocalSettings": "A"}), render({"airflowLocalSettings": "B"})
    assert differing(before, after) == READING_CONFIGURATION - OFF


@pytest.mark.parametrize(
    "values",
    [
        {"workers": {"resources": {"limits": {"memory": "2Gi"}}}},
        {"workers": {"kubernetes": {"env": {"A": "1"}}}},
        {"images": {"pod_template": {"tag": "3.3.3"}}},
    ],
    ids=["resources", "variables", "image"],
)
def test_another_template_of_tasks_restarts_the_scheduler_which_reads_it(
    rolled: Rolled, values: dict
):
    assert rolled(values) == {"scheduler"}


def test_another_configuration_of_the_ui_restarts_the_api_server(render: Render):
    before = render({"apiServer": {"apiServerConfig": "A = 1"}})
    after = render({"apiServer": {"apiServerConfig": "A = 2"}})
    assert differing(before, after) == {"api-server"}


def test_a_value_in_a_template_of_that_configuration_restarts_it(render: Render):
    written = {"apiServer": {"apiServerConfig": "PODS = {{ .Values.quotas.pods }}"}}
    before, after = (render({**written, "quotas": {"pods": pods}}) for pods in ("1", "2"))
    assert differing(before, after) == {"api-server"}


@pytest.mark.parametrize("component", [one for one in COMPONENTS if one.switchable], ids=str)
def test_a_setting_of_a_component_restarts_it_alone(rolled: Rolled, component):
    settings = {**ALL_ON.get(component.key, {}), "env": {"A": "1"}}
    assert rolled({component.key: settings}) == {component.label}


STILL = {
    "replicas": {"scheduler": {"replicas": 3}},
    "a service": {"apiServer": {"service": {"annotations": {"a": "b"}}}},
    "an ingress": {"ingress": {"apiServer": {"enabled": True}}},
    "a disruption budget": {"scheduler": {"podDisruptionBudget": {"enabled": True}}},
    "policies": {"networkPolicies": {"enabled": False}},
    "annotations of the workload": {"scheduler": {"annotations": {"a": "b"}}},
    "an object": {"extraObjects": {"a": {"kind": "ConfigMap", "metadata": {"name": "b"}}}},
}


@pytest.mark.parametrize("what", STILL)
def test_a_value_that_no_pod_reads_restarts_none(rolled: Rolled, what: str):
    assert rolled(STILL[what]) == set()


def test_a_new_version_of_the_chart_alone_restarts_no_pod(tmp_path: Path, all_on: Manifests):
    facts = yaml.safe_load((CHART / "Chart.yaml").read_text())
    chart = copy_chart(tmp_path, {"Chart.yaml": yaml.safe_dump({**facts, "version": "99.0.0"})})
    after = Manifests(helm_template(values=ALL_ON, chart=chart))
    assert after.text != all_on.text
    assert differing(all_on, after) == set()
