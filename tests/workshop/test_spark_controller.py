"""The stand-in of the Spark operator: the spark-submit of an application, and its refusals."""

import copy
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from scripts.paths import DAGS
from scripts.workshop.cluster import spark_controller, spark_operator

APPLICATION = yaml.safe_load((DAGS / "spark" / "squares.yaml").read_text())
APPLICATION["metadata"] = {"name": "squares-1", "namespace": "tasks", "uid": "u-1"}


def options(command: list[str]) -> dict[str, str]:
    """The settings of a spark-submit."""
    pairs = [command[at + 1] for at, word in enumerate(command) if word == "--conf"]
    return dict(pair.split("=", 1) for pair in pairs)


def changed(place: str, **fields: object) -> dict:
    one = copy.deepcopy(APPLICATION)
    part = one["spec"] if place == "spec" else one["spec"][place]
    part.update(fields)
    return one


def test_the_driver_has_the_name_and_the_account_that_the_operator_gives():
    conf = options(spark_controller.command_of(APPLICATION))
    assert conf["spark.kubernetes.driver.pod.name"] == "squares-1-driver"
    account = "spark.kubernetes.authenticate.driver.serviceAccountName"
    assert conf[account] == "airflow-spark"


def test_the_main_file_and_its_arguments_come_last():
    command = spark_controller.command_of(APPLICATION)
    assert command[-4:] == [
        "local://{{ params.job }}",
        *APPLICATION["spec"]["arguments"],
    ]


def test_the_driver_belongs_to_its_application():
    conf = options(spark_controller.command_of(APPLICATION))
    driver = json.loads(Path(conf["spark.kubernetes.driver.podTemplateFile"]).read_text())
    assert driver["metadata"]["ownerReferences"][0]["uid"] == "u-1"
    assert driver["spec"]["containers"][0]["name"] == "spark-kubernetes-driver"


@pytest.mark.parametrize("place", ["spec", "driver", "executor"])
def test_a_field_that_the_stand_in_does_not_know_is_refused(place: str):
    with pytest.raises(ValueError, match=r"does not know spec.*\.gpu"):
        spark_controller.command_of(changed(place, gpu={"quantity": 1}))


def test_the_stand_in_refuses_another_cluster(monkeypatch: pytest.MonkeyPatch):
    other = SimpleNamespace(status=SimpleNamespace(addresses=[SimpleNamespace(address="10.0.0.1")]))
    api = SimpleNamespace(read_node=lambda _name: other)
    monkeypatch.setattr(spark_controller.client, "CoreV1Api", lambda: api)
    with pytest.raises(SystemExit, match="serves the local node only"):
        spark_controller.refuse_elsewhere()


def test_the_manifest_of_the_stand_in_contains_its_program():
    objects = list(yaml.safe_load_all(spark_operator.manifest("image:1")))
    (program,) = [one["data"] for one in objects if one["kind"] == "ConfigMap"]
    assert "refuse_elsewhere" in program["spark_controller.py"]
