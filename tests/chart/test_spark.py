"""Spark's drivers and executors: account, rights and connections in the namespaces of tasks."""

import re

import pytest
import yaml

from scripts.paths import ROOT
from tests.chart.test_rbac import LAUNCHING, may
from tests.conftest import Render
from tests.rendered import Manifests

PAGE = (ROOT / "docs" / "spark.md").read_text()
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.+?)```", PAGE, re.DOTALL)]
SPARK = {**LAUNCHING, "tasks": {**LAUNCHING["tasks"], "spark": {"enabled": True}}}


@pytest.fixture(scope="module")
def manifests(render: Render) -> Manifests:
    return render(SPARK)


def test_a_driver_manages_its_executors(manifests: Manifests):
    rights = may(manifests, "airflow-spark")
    assert {"create", "delete", "watch"} <= rights["pods"]
    assert rights.keys() == {"pods", "configmaps", "services"}


def test_a_driver_has_no_rights_in_the_namespace_of_the_release(manifests: Manifests):
    assert may(manifests, "airflow-spark", "airflow") == {}


def test_launchers_create_what_belongs_to_a_driver(manifests: Manifests, render: Render):
    assert may(manifests, "airflow-pod-launcher")["configmaps"] == {"create", "patch"}
    assert "configmaps" not in may(render(LAUNCHING), "airflow-pod-launcher")


def test_driver_and_executors_connect_to_each_other_only(manifests: Manifests):
    spec = manifests.find("NetworkPolicy", "airflow-spark-policy")["spec"]
    assert spec["ingress"] == [{"from": [{"podSelector": spec["podSelector"]}]}]
    assert spec["egress"][0] == {"to": [{"podSelector": spec["podSelector"]}]}


def test_only_drivers_connect_to_the_kubernetes_api(manifests: Manifests):
    spec = manifests.find("NetworkPolicy", "airflow-spark-driver-policy")["spec"]
    assert spec["podSelector"] == {"matchLabels": {"spark-role": "driver"}}
    assert {port["port"] for rule in spec["egress"] for port in rule["ports"]} == {443, 6443}


def test_the_admission_of_tasks_allows_the_account_of_drivers(render: Render):
    tasks = {**SPARK["tasks"], "admission": {"enabled": True}}
    (policy,) = render({**SPARK, "tasks": tasks}).of("ValidatingAdmissionPolicy")
    accounts = {one["name"]: one["expression"] for one in policy["spec"]["variables"]}["accounts"]
    assert '"airflow-spark"' in accounts


def test_there_is_no_account_of_drivers_by_default(render: Render):
    assert not render(LAUNCHING).has("ServiceAccount", "airflow-spark")


@pytest.mark.parametrize("values", EXAMPLES, ids=lambda values: ", ".join(values["tasks"]))
def test_an_example_of_the_page_renders(render: Render, values: dict):
    assert render(values).has("ServiceAccount", "airflow-spark")
