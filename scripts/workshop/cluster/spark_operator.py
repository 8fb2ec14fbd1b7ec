"""A stand-in for Kubeflow's Spark operator on the local node, which cannot get the real one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.console import console
from scripts.workshop.cluster import configuration, kubectl, node_api
from scripts.workshop.cluster.images import images
from scripts.workshop.cluster.layout import CONFIGURATION
from scripts.workshop.cluster.waiting import wait

HERE = Path(__file__).parent
NAMESPACE = "spark-operator"


@contextmanager
def spark_operator() -> Iterator[None]:
    """Run the stand-in on the local node, where its image must be, and remove it afterwards."""
    console.print("SparkApplications are run by a stand-in, not by Kubeflow's Spark operator.")
    text = manifest(images()["airflow-spark"].reference)
    file = configuration.write(CONFIGURATION / "spark_operator.yaml", text)
    kubectl.apply(file)
    wait(
        "The stand-in of the Spark operator did not become ready",
        lambda: node_api.ready_replicas(NAMESPACE, NAMESPACE) > 0,
        seconds=300,
        hint=f"See `kubectl --namespace {NAMESPACE} describe pod`.",
    )
    try:
        yield
    finally:
        kubectl.kubectl("delete", "--ignore-not-found", f"--filename={file}")


def manifest(image: str) -> str:
    """Return the objects of the stand-in, as YAML."""
    program = HERE / "spark_controller.py"
    controller = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "spark-controller", "namespace": NAMESPACE},
        "data": {program.name: program.read_text()},
    }
    objects = (HERE / "spark_operator.yaml").read_text().replace("IMAGE", image)
    return f"{objects}---\n{json.dumps(controller)}\n"
