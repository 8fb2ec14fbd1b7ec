"""Permissions of each account: as few as it needs, in the namespaces of tasks."""

import pytest

from scripts.manifests.network_policies import End, Network, pod_end
from tests.conftest import Render
from tests.rendered import Manifests

APART = {"tasks": {"namespace": "{{ .Release.Namespace }}-tasks"}}
LAUNCHING = {**APART, "allowPodLaunching": True}
TASKS = "airflow-tasks"


JOBS = {**LAUNCHING, "allowJobLaunching": True}


def launching(**launcher: object) -> dict:
    """Values with settings of the pod-launcher."""
    return {"allowPodLaunching": True, "tasks": {**APART["tasks"], "podLauncher": launcher}}


def may(manifests: Manifests, account: str, namespace: str = TASKS) -> dict[str, set[str]]:
    """Verbs of an account of the release in a namespace, by resource."""
    allowed: dict[str, set[str]] = {}
    for binding in manifests.of("RoleBinding"):
        names = {subject["name"] for subject in binding["subjects"]}
        if account not in names or binding["metadata"]["namespace"] != namespace:
            continue
        role = next(
            one
            for one in manifests.of("Role")
            if one["metadata"]["name"] == binding["roleRef"]["name"]
            and one["metadata"]["namespace"] == namespace
        )
        for rule in role["rules"]:
            for resource in rule["resources"]:
                allowed.setdefault(resource, set()).update(rule["verbs"])
    return allowed


def test_the_scheduler_makes_and_watches_the_pods_of_tasks(render: Render):
    verbs = {"create", "delete", "get", "list", "patch", "watch"}
    # The events of a pod say whether an autoscaler adds a node for it.
    assert may(render(APART), "airflow-scheduler") == {"pods": verbs, "events": {"list"}}


def test_the_api_server_reads_the_logs_of_running_tasks(render: Render):
    assert may(render(APART), "airflow-api-server") == {
        "pods": {"get", "list"},
        "pods/log": {"get"},
    }


def test_the_api_server_has_no_role_without_pod_log_reading(render: Render):
    manifests = render({**APART, "apiServer": {"allowPodLogReading": False}})
    assert may(manifests, "airflow-api-server") == {}
    assert manifests.pod("api-server").has_token is False


@pytest.mark.parametrize("account", ["airflow-worker", "airflow-dag-processor"])
def test_tasks_and_dag_files_have_no_permissions(render: Render, account: str):
    manifests = render(LAUNCHING)
    assert account not in str(manifests.of("RoleBinding"))


def test_the_triggerer_has_no_role_by_default(render: Render):
    assert may(render(APART), "airflow-triggerer") == {}


def test_launchers_have_the_permissions_of_the_pod_operator(render: Render):
    assert may(render(LAUNCHING), "airflow-pod-launcher") == {
        "pods": {"create", "delete", "get", "list", "patch", "watch"},
        "pods/log": {"get"},
        "pods/exec": {"create", "get"},
        "events": {"list", "watch"},
    }


def test_the_triggerer_watches_launched_pods_and_makes_none(render: Render):
    allowed = may(render(LAUNCHING), "airflow-triggerer")
    assert allowed["pods"] == {"delete", "get", "list", "patch", "watch"}


def test_launchers_create_jobs_and_the_triggerer_watches_them(render: Render):
    manifests = render(JOBS)
    allowed = may(manifests, "airflow-pod-launcher")
    assert allowed["jobs"] == {"create", "delete", "get", "list", "patch", "watch"}
    assert allowed["jobs/status"] == {"get"}
    assert may(manifests, "airflow-triggerer")["jobs"] == {"get", "list", "watch"}
    assert may(manifests, "airflow-triggerer")["jobs/status"] == {"get", "list", "watch"}


def test_launchers_create_spark_applications(render: Render):
    allowed = may(render(launching(sparkApplications=True)), "airflow-pod-launcher")
    verbs = {"create", "delete", "get", "list", "patch", "watch"}
    assert allowed["sparkapplications"] == verbs
    assert allowed["sparkapplications/status"] == {"get"}


def test_launchers_have_the_rules_of_values_in_each_namespace_of_tasks(render: Render):
    rules = [
        {"apiGroups": ["ray.io"], "resources": ["rayjobs"], "verbs": ["create", "get"]},
        {
            "apiGroups": ["kueue.x-k8s.io"],
            "resources": ["localqueues"],
            "resourceNames": ["batch"],
            "verbs": ["get"],
        },
    ]
    manifests = render({**launching(rules=rules), **SEVERAL})
    roles = {
        role["metadata"]["namespace"]: role["rules"]
        for role in manifests.of("Role")
        if role["metadata"]["name"] == "airflow-other-operators-role"
    }
    assert roles == dict.fromkeys([TASKS, "red", "blue"], rules)
    for namespace in roles:
        assert may(manifests, "airflow-pod-launcher", namespace)["rayjobs"] == {"create", "get"}
    assert may(manifests, "airflow-worker") == {}


def test_without_options_launchers_have_no_further_role(render: Render):
    allowed = may(render(LAUNCHING), "airflow-pod-launcher")
    assert allowed.keys() == {"pods", "pods/log", "pods/exec", "events"}


def test_only_create_secrets_has_a_role_in_the_namespace_of_the_release(render: Render):
    bindings = [
        binding["metadata"]["name"]
        for binding in render(LAUNCHING).of("RoleBinding")
        if binding["metadata"]["namespace"] != TASKS
    ]
    assert bindings == ["airflow-create-secrets"]


SEVERAL = {
    "multiNamespaceMode": True,
    "config": {"kubernetes_executor": {"multi_namespace_mode_namespace_list": "red, blue"}},
}


def test_each_namespace_of_tasks_has_a_role(render: Render):
    manifests = render({**LAUNCHING, **SEVERAL})
    roles = [
        r for r in manifests.of("Role") if r["metadata"]["name"] == "airflow-pod-launcher-role"
    ]
    assert {role["metadata"]["namespace"] for role in roles} == {TASKS, "red", "blue"}
    assert manifests.of("ClusterRole") == []


def test_tasks_of_each_namespace_reach_the_api_server(render: Render):
    manifests = render({**APART, **SEVERAL})
    server = pod_end(manifests.pod("api-server"), "airflow")
    labels = manifests.pod("worker").labels
    reaching = {
        where
        for where in (TASKS, "red", "blue", "green")
        if Network(manifests).allows(End(where, labels), server, 8080)
    }
    assert reaching == {TASKS, "red", "blue"}


def test_tasks_beside_the_release_and_elsewhere_reach_the_api_server(render: Render):
    """Policies of tasks in another namespace select the api-server in the release's namespace."""
    manifests = render(SEVERAL)
    server = pod_end(manifests.pod("api-server"), "airflow")
    labels = manifests.pod("worker").labels
    reaching = {
        where
        for where in ("airflow", "red", "blue", "green")
        if Network(manifests).allows(End(where, labels), server, 8080)
    }
    assert reaching == {"airflow", "red", "blue"}


def test_annotations_of_the_pod_launcher_are_templates(render: Render):
    annotations = {"example.com/role": "{{ .Release.Name }}-worker"}
    values = {**LAUNCHING, "workers": {"serviceAccount": {"annotations": annotations}}}
    account = render(values).find("ServiceAccount", "airflow-pod-launcher")
    assert account["metadata"]["annotations"] == {"example.com/role": "airflow-worker"}


def test_without_a_list_of_namespaces_roles_are_cluster_roles(render: Render):
    manifests = render({**LAUNCHING, "multiNamespaceMode": True})
    names = {role["metadata"]["name"] for role in manifests.of("ClusterRole")}
    assert "airflow-airflow-pod-launcher-role" in names
    assert {b["metadata"]["name"] for b in manifests.of("RoleBinding")} == {
        "airflow-create-secrets"
    }


@pytest.mark.parametrize(("values", "mode"), [({}, "False"), (SEVERAL, "True")])
def test_multi_namespace_mode_is_set_for_several_namespaces(
    render: Render, values: dict, mode: str
):
    said = render(values).configuration["kubernetes_executor"]["multi_namespace_mode"]
    assert said.title() == mode


def test_rbac_create_false_renders_no_roles(render: Render):
    manifests = render({**LAUNCHING, "rbac": {"create": False}})
    assert manifests.of("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding") == []


def test_a_binding_follows_the_name_of_the_account(render: Render):
    manifests = render({**APART, "scheduler": {"serviceAccount": {"name": "mine"}}})
    assert may(manifests, "mine").keys() == {"pods", "events"}
