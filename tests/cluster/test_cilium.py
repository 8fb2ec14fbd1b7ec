"""Policies with names: what Cilium's own kinds, as the cluster has them, take.

That is all that is shown here: the node has no names of the world outside to look up.
"""

from kubernetes import client

from scripts.manifests import Manifests
from scripts.render import release_manifests
from tests.chart.test_cilium import VALUES
from tests.cluster.airflow import Airflow


def test_the_cluster_takes_policies_with_names(airflow: Airflow) -> None:
    api = client.CustomObjectsApi(airflow.main.api)
    policies = {"networkPolicies": VALUES["networkPolicies"]}
    made = Manifests(release_manifests(airflow.release, policies)).of("CiliumNetworkPolicy")
    taken = [
        api.create_namespaced_custom_object(
            "cilium.io",
            "v2",
            one["metadata"]["namespace"],
            "ciliumnetworkpolicies",
            one,
            dry_run="All",
            field_validation="Strict",
        )["metadata"]["name"]
        for one in made
    ]
    assert taken == ["airflow-tasks-names", "airflow-worker-names"]
