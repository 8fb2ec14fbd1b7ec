"""Sets of dag-processors and triggerers; those of Celery workers are in test_celery.py."""

from typing import Any

import pytest

from tests.conftest import Render
from tests.rendered import Manifests

LOCAL = "airflow.dag_processing.bundles.local.LocalDagBundle"
BUNDLES = [{"name": name, "classpath": LOCAL, "kwargs": {}} for name in ("a", "b", "c")]
BUDGET = {"podDisruptionBudget": {"enabled": True}}


@pytest.fixture
def processors(render: Render):
    """A release with three bundles and sets of dag-processors."""

    def act(**values: Any) -> Manifests:
        return render({"dagProcessor": {"dagBundleConfigList": BUNDLES, **values}})

    return act


def command(manifests: Manifests, name: str) -> str:
    template = manifests.find("Deployment", name)["spec"]["template"]
    return template["spec"]["containers"][0]["args"][2]


def test_a_set_parses_its_bundles_and_the_default_set_the_others(processors):
    found = processors(sets={"payments": {"bundles": ["a", "b"]}})
    assert command(found, "airflow-dag-processor-payments") == (
        "exec airflow dag-processor --bundle-name 'a' --bundle-name 'b'"
    )
    assert command(found, "airflow-dag-processor") == "exec airflow dag-processor --bundle-name 'c'"


def test_without_sets_the_dag_processor_parses_all_bundles(processors):
    assert command(processors(), "airflow-dag-processor") == "exec airflow dag-processor"


def test_the_default_set_parses_all_bundles_that_only_a_secret_names(render: Render):
    found = render(
        {
            "secret": [
                {"envName": "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", "secretName": "mine"}
            ],
            "config": {"dag_processor": {"dag_bundle_config_list": ""}},
            "dagProcessor": {"sets": {"payments": {"bundles": ["a"]}}},
        }
    )
    assert command(found, "airflow-dag-processor") == "exec airflow dag-processor"


def test_the_default_set_can_be_off(processors):
    sets = {name: {"bundles": [name]} for name in ("a", "b", "c")}
    found = processors(enableDefault=False, sets=sets)
    names = [one["metadata"]["name"] for one in found.of("Deployment")]
    assert [name for name in names if "dag-processor" in name] == [
        f"airflow-dag-processor-{name}" for name in "abc"
    ]


def test_a_set_overrides_the_values_of_its_component(processors):
    found = processors(
        replicas=1, env={"A": "1"}, sets={"payments": {"bundles": ["a"], "replicas": 3}}
    )
    assert found.find("Deployment", "airflow-dag-processor-payments")["spec"]["replicas"] == 3
    assert found.find("Deployment", "airflow-dag-processor")["spec"]["replicas"] == 1
    container = found.find("Deployment", "airflow-dag-processor-payments")["spec"]["template"]
    assert {"name": "A", "value": "1"} in container["spec"]["containers"][0]["env"]


def test_a_set_has_the_objects_of_a_component(processors):
    found = processors(**BUDGET, sets={"payments": {"bundles": ["a"]}})
    kinds = {
        one["kind"]
        for one in found.objects
        if one["metadata"]["labels"].get("worker-set") == "payments"
    }
    assert kinds == {"Deployment", "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount"}


@pytest.mark.parametrize(
    ("key", "component"),
    [("dagProcessor", "dag-processor"), ("triggerer", "triggerer"), ("workers", "worker")],
)
def test_no_pod_has_two_disruption_budgets(render: Render, key: str, component: str):
    sets = {"sets": {"mine": {}}}
    block = {"celery": sets} if key == "workers" else sets
    found = render({"executor": "CeleryExecutor", key: {**BUDGET, **block}})
    mine = found.find("PodDisruptionBudget", f"airflow-{component}-pdb-mine")["spec"]["selector"]
    rest = found.find("PodDisruptionBudget", f"airflow-{component}-pdb")["spec"]["selector"]
    assert mine["matchLabels"]["worker-set"] == "mine"
    assert rest["matchExpressions"] == [{"key": "worker-set", "operator": "DoesNotExist"}]


def test_triggerers_take_the_triggers_of_their_queues(render: Render):
    found = render(
        {
            "config": {"triggerer": {"queues_enabled": "True"}},
            "triggerer": {"keda": {"enabled": True}, "sets": {"large": {"queues": ["x", "z"]}}},
        }
    )
    assert command(found, "airflow-triggerer-large").endswith("airflow triggerer --queues 'x,z'")
    assert command(found, "airflow-triggerer").endswith("airflow triggerer")
    queries = {
        one["metadata"]["name"]: one["spec"]["triggers"][0]["metadata"]["query"].split(" FROM ")[1]
        for one in found.of("ScaledObject")
    }
    assert queries == {
        "airflow-triggerer": "trigger WHERE queue IS NULL",
        "airflow-triggerer-large": "trigger WHERE queue IN ('x','z')",
    }
