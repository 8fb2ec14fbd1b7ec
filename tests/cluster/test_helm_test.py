"""`helm test`: the cluster enforces policies, for pods with an owner and for bare ones."""

from scripts.manifests import HOOK
from tests.cluster.airflow import Airflow


def test_the_network_is_what_the_release_says_it_is(airflow: Airflow) -> None:
    said = airflow.helm("test", airflow.release.name)
    assert said.count("Phase:          Succeeded") == 3


def test_what_it_made_belongs_to_helm(airflow: Airflow) -> None:
    pods = airflow.tasks.core.list_namespaced_pod(airflow.tasks.name).items
    names = [pod.metadata.name for pod in pods if HOOK in (pod.metadata.annotations or {})]
    assert sorted(names) == ["airflow-test-allowed", "airflow-test-bare"]
