"""OpenShift: the binding that lets the pods of a release run with their own user IDs."""

from tests.conftest import Render
from tests.rendered import Manifests

NAME = "airflow-scc-nonroot-rolebinding"
ON = {"rbac": {"createSCCRoleBinding": True}}


def bound(manifests: Manifests) -> set[tuple[str, str]]:
    """Namespaces and ServiceAccounts that have the SCC."""
    bindings = [one for one in manifests.of("RoleBinding") if one["metadata"]["name"] == NAME]
    for one in bindings:
        assert one["roleRef"]["kind"] == "ClusterRole"
        assert one["roleRef"]["name"] == "system:openshift:scc:nonroot-v2"
        assert {s["namespace"] for s in one["subjects"]} == {one["metadata"]["namespace"]}
    return {(s["namespace"], s["name"]) for one in bindings for s in one["subjects"]}


def made(manifests: Manifests) -> set[tuple[str, str]]:
    """Namespaces and names of the ServiceAccounts of a release."""
    accounts = [one["metadata"] for one in manifests.of("ServiceAccount")]
    return {(one["namespace"], one["name"]) for one in accounts}


def test_by_default_there_is_no_binding(render: Render):
    assert bound(render()) == set()


def test_all_accounts_of_the_release_have_the_scc(render: Render):
    values = ON | {"createUserJob": {"enabled": True}}
    manifests = render(values)
    assert bound(manifests) == made(manifests)


def test_accounts_in_the_namespace_of_tasks_have_the_scc_there(render: Render):
    manifests = render(ON | {"tasks": {"namespace": "flows"}, "allowPodLaunching": True})
    assert bound(manifests) == made(manifests)
    assert {("flows", "airflow-worker"), ("flows", "airflow-pod-launcher")} <= bound(manifests)


def test_an_existing_account_has_the_scc(render: Render):
    account = {"create": False, "name": "mine"}
    manifests = render(ON | {"scheduler": {"serviceAccount": account}})
    assert ("airflow", "mine") in bound(manifests)
    assert ("airflow", "airflow-scheduler") not in bound(manifests)
