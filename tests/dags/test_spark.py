"""The Dags of dags/spark as source code, and the SparkApplication among them."""

import ast
from typing import Any

import pytest
import yaml
from kubeflow_spark_api.models.spark_v1beta2_spark_application import (
    SparkV1beta2SparkApplication,
)

from scripts.paths import DAGS
from tests.dags.test_dags import functions

FOLDER = DAGS / "spark"
SHARED = FOLDER / "spark_pods.py"
APPLICATION = yaml.safe_load((FOLDER / "squares.yaml").read_text())


@pytest.mark.parametrize(
    "file", sorted(set(FOLDER.glob("*.py")) - {SHARED}), ids=lambda file: file.stem
)
def test_a_file_has_one_dag_of_its_name_without_a_schedule(file):
    (function,) = functions(file)
    (decorator,) = function.decorator_list
    assert isinstance(decorator, ast.Call)
    said = {word.arg: ast.unparse(word.value) for word in decorator.keywords}
    assert (function.name, said["schedule"], said["doc_md"]) == (file.stem, "None", "__doc__")


def unknown(given: Any, known: Any, path: str = "") -> list[str]:
    """Fields of a map that a model does not keep."""
    if not isinstance(given, dict):
        return []
    lost = [f"{path}.{key}" for key in given if key not in known]
    kept = [key for key in given if key in known]
    return lost + [one for key in kept for one in unknown(given[key], known[key], f"{path}.{key}")]


def test_the_spark_application_has_only_fields_of_its_model():
    model = SparkV1beta2SparkApplication.from_dict(APPLICATION)
    assert model is not None
    assert unknown(APPLICATION, model.to_dict()) == []


def test_the_spark_application_has_the_fields_that_the_operator_requires():
    spec = APPLICATION["spec"]
    assert APPLICATION["apiVersion"] == "sparkoperator.k8s.io/v1beta2"
    assert {"driver", "executor", "sparkVersion", "type"} <= spec.keys()
    assert (spec["type"], spec["mode"]) == ("Python", "cluster")


@pytest.mark.parametrize("role", ["driver", "executor"])
def test_the_pods_of_the_spark_application_satisfy_pod_security(role: str):
    pod = APPLICATION["spec"][role]
    assert pod["podSecurityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert pod["securityContext"]["allowPrivilegeEscalation"] is False
