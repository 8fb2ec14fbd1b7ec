"""`helm test`: the cluster enforces policies, for pods with an owner and for bare ones."""

from scripts.manifests import HOOK
from tests.cluster.airflow import Airflow


def test_helm_test_succeeds(airflow: Airflow) -> None:
    said = airflow.helm("test", airflow.release.name)
    assert said.count("Phase:          Succeeded") == 3


def test_objects_of_helm_test_are_hooks(airflow: Airflow) -> None:
    pods = airflow.tasks.core.list_namespaced_pod(airflow.tasks.name).items
    names = [pod.metadata.name for pod in pods if HOOK in (pod.metadata.annotations or {})]
    assert sorted(names) == ["airflow-test-allowed", "airflow-test-bare"]
