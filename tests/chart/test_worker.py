"""The pod of a task, as KubernetesExecutor makes it: no secret, no token, no hurry."""

import json
from typing import Any

import pytest
import yaml

from tests.conftest import Render
from tests.rendered import Manifests, Pod

# Airflow's default of [scheduler] task_instance_heartbeat_timeout.
HEARTBEAT_TIMEOUT_SECONDS = 300
APART = {"tasks": {"namespace": "{{ .Release.Namespace }}-tasks"}}


@pytest.fixture
def task(render: Render):
    """The pod of a task for `workers`, `workers.kubernetes` and any further values."""

    def act(
        workers: dict[str, Any] | None = None,
        kubernetes: dict[str, Any] | None = None,
        **values: Any,
    ) -> Pod:
        block = {**(workers or {}), "kubernetes": kubernetes or {}}
        return render({"workers": block, **values}).pod("worker")

    return act


def test_the_executor_can_read_the_template(defaults: Manifests):
    template = defaults.pod_template_manifest
    assert (template["apiVersion"], template["kind"]) == ("v1", "Pod")


def test_the_container_of_the_executor_is_called_base(task):
    main = task().main
    assert main.name == "base"
    assert main.arguments == []


def test_a_task_is_never_run_twice_by_the_kubelet(task):
    assert task().spec["restartPolicy"] == "Never"


def test_nothing_waits_in_it_for_a_database(task):
    assert [c.name for c in task().containers] == ["base"]


def test_the_public_image_does_not_look_for_a_database(task):
    assert task().main.env["CONNECTION_CHECK_MAX_COUNT"] == "0"


def test_only_its_supervisor_gets_the_signal_to_stop(task):
    assert task().main.env["DUMB_INIT_SETSID"] == "0"


def test_a_running_task_has_time_to_end(task):
    assert task().spec["terminationGracePeriodSeconds"] >= 600


def test_autoscalers_leave_a_running_task_alone(task):
    annotations = task().annotations
    assert annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"] == "false"
    assert annotations["karpenter.sh/do-not-disrupt"] == "true"


def test_eviction_of_tasks_can_be_allowed(task):
    annotations = task({"safeToEvict": True}).annotations
    assert annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"] == "true"
    assert "karpenter.sh/do-not-disrupt" not in annotations


def test_a_request_of_a_task_is_repeated_for_minutes(defaults: Manifests):
    """Longer than any component's restart, but less than the scheduler waits for a heartbeat."""
    workers = defaults.configuration["workers"]
    longest = workers.getint("execution_api_retry_wait_max")
    # Airflow waits between 1 s and twice the time of the previous pause: on average half of both.
    repeats = range(workers.getint("execution_api_retries") - 1)
    pauses = [(1 + min(2**number, longest)) / 2 for number in repeats]
    assert 180 <= sum(pauses) <= HEARTBEAT_TIMEOUT_SECONDS


def test_tasks_of_a_lost_scheduler_are_adopted_within_a_minute(defaults: Manifests):
    assert defaults.configuration["scheduler"].getint("orphaned_tasks_check_interval") <= 30


def test_it_reads_the_configuration_of_its_namespace(render: Render):
    manifests = render(APART)
    texts = {
        one["metadata"]["namespace"]: one["data"]["airflow.cfg"]
        for one in manifests.of("ConfigMap")
        if one["metadata"]["name"] == "airflow-config"
    }
    assert texts["airflow"] == texts["airflow-tasks"]
    assert manifests.pod("worker").volumes["config"]["configMap"]["name"] == "airflow-config"


def test_only_what_tasks_need_is_in_their_namespace(render: Render):
    manifests = render(APART)
    found = [one for one in manifests.objects if one["metadata"].get("namespace") != "airflow"]
    assert {one["kind"] for one in found} == {
        *("ConfigMap", "NetworkPolicy", "Role", "RoleBinding", "ServiceAccount")
    }


def test_the_configuration_of_tasks_does_not_hold_their_template(render: Render):
    data = [
        one["data"]
        for one in render(APART).of("ConfigMap")
        if one["metadata"]["namespace"] == "airflow-tasks"
    ]
    assert [set(keys) for keys in data] == [{".airflowignore", "airflow.cfg"}]


def test_the_executor_makes_pods_in_their_namespace(render: Render):
    configuration = render(APART).configuration
    assert configuration["kubernetes_executor"]["namespace"] == "airflow-tasks"


def test_without_tasks_namespace_tasks_run_in_the_namespace_of_the_release(defaults: Manifests):
    assert defaults.configuration["kubernetes_executor"]["namespace"] == "airflow"
    assert {one["metadata"].get("namespace") for one in defaults.objects} == {"airflow"}


def test_workers_is_the_base_and_kubernetes_wins(task):
    pod = task({"priorityClassName": "low", "schedulerName": "a"}, {"priorityClassName": "high"})
    assert (pod.spec["priorityClassName"], pod.spec["schedulerName"]) == ("high", "a")


# Two values that contradict each other when they are merged.
WHOLE = {
    "nodeSelector": ({"disk": "ssd"}, {"gpu": "yes"}),
    "affinity": ({"nodeAffinity": {}}, {"podAffinity": {}}),
}


@pytest.mark.parametrize("key", WHOLE)
def test_maps_that_contradict_each_other_are_replaced_as_a_whole(task, key: str):
    below, above = WHOLE[key]
    assert task({key: below}, {key: above}).spec[key] == above


def test_resources_are_replaced_as_a_whole(task):
    above = {"limits": {"memory": "2Gi"}}
    assert task({}, {"resources": above}).main.spec["resources"] == above


def test_labels_are_replaced_as_a_whole(task):
    labels = task({"labels": {"a": "1"}}, {"labels": {"b": "2"}}).labels
    assert ("a" in labels, labels["b"]) == (False, "2")


def test_variables_of_both_maps_count_and_kubernetes_wins(task):
    env = task({"env": {"A": "low", "B": "low"}}, {"env": {"B": "high"}}).main.env
    assert (env["A"], env["B"]) == ("low", "high")


def test_a_list_of_variables_replaces_a_map(task):
    env = task({"env": {"A": "low"}}, {"env": [{"name": "B", "value": "high"}]}).main.env
    assert ("A" in env, env["B"]) == (False, "high")


def test_false_of_kubernetes_is_not_unset(task):
    pod = task({"safeToEvict": True}, {"safeToEvict": False})
    assert pod.annotations["karpenter.sh/do-not-disrupt"] == "true"


def test_the_identity_of_tasks_can_be_another(task):
    pod = task({"serviceAccount": {"create": False}}, {"serviceAccount": {"name": "theirs"}})
    assert pod.service_account == "theirs"


def test_tasks_run_the_image_of_the_release(task):
    pod = task(images={"airflow": {"repository": "example.com/a", "tag": "3.2.0"}})
    assert pod.main.image == "example.com/a:3.2.0"


def test_tasks_can_run_another_image(task):
    image = {"repository": "example.com/tasks", "tag": "3.2.0", "pullPolicy": "Always"}
    main = task(images={"pod_template": image}).main
    assert (main.image, main.spec["imagePullPolicy"]) == ("example.com/tasks:3.2.0", "Always")


def test_the_image_of_tasks_defaults_to_that_of_the_release(task):
    images = {"airflow": {"repository": "example.com/a"}, "pod_template": {"tag": "3.2.0"}}
    assert task(images=images).main.image == "example.com/a:3.2.0"


def test_the_configuration_does_not_override_the_image_of_the_template(defaults: Manifests):
    executor = defaults.configuration["kubernetes_executor"]
    assert "worker_container_repository" not in executor


def test_an_empty_setting_of_kubernetes_leaves_that_of_workers(task):
    limits = {"limits": {"memory": "2Gi"}}
    assert (
        task({"resources": limits}, {"resources": {}}).main.spec["resources"]["limits"]
        == limits["limits"]
    )


def test_your_pod_template_replaces_that_of_the_chart(render: Render):
    text = yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": "{{ .Release.Name }}",
                "labels": {"tier": "airflow", "component": "worker", "release": "airflow"},
            },
            "spec": {"containers": [{"name": "base", "image": "mine"}]},
        }
    )
    template = render({"podTemplate": text}).pod_template_manifest
    assert (template["metadata"]["name"], len(template["spec"]["containers"])) == ("airflow", 1)


def test_tasks_see_dags_where_there_is_a_claim(render: Render):
    claim = {"enabled": True, "existingClaim": "mine", "subPath": "sub"}
    pod = render({"dags": {"persistence": claim}}).pod("worker")
    assert pod.volumes["dags"]["persistentVolumeClaim"] == {"claimName": "mine"}
    mount = pod.main.mounts["/opt/airflow/dags"]
    assert (mount["subPath"], mount["readOnly"]) == ("sub", True)


def test_the_account_that_workers_kubernetes_names_is_created(render: Render):
    manifests = render({"workers": {"kubernetes": {"serviceAccount": {"name": "mine"}}}})
    assert manifests.find("ServiceAccount", manifests.pod("worker").service_account)


def test_tasks_launch_pods_with_the_pod_launcher_account(render: Render):
    manifests = render({"allowPodLaunching": True, **APART})
    account = manifests.find("ServiceAccount", "airflow-pod-launcher")
    assert account["automountServiceAccountToken"] is True
    assert account["metadata"]["namespace"] == "airflow-tasks"
    assert manifests.pod("worker").has_token is False


EVERY = {
    "allowPodLaunching": True,
    "tasks": {**APART["tasks"], "podLauncher": {"everyTask": True}},
}
TOKENS = "/var/run/secrets/kubernetes.io/serviceaccount"


def test_every_task_can_have_the_account_of_launchers_and_its_token(render: Render):
    """The files are those that the in-cluster configuration of a Kubernetes client reads."""
    manifests = render(EVERY)
    pod = manifests.pod("worker")
    assert pod.service_account == "airflow-pod-launcher"
    assert pod.spec["automountServiceAccountToken"] is False
    assert pod.token_seconds == [3600]
    assert pod.main.mounts[TOKENS]["readOnly"] is True
    files = [
        item["path"]
        for source in pod.volumes["token"]["projected"]["sources"]
        for item in next(iter(source.values())).get("items", [{"path": "token"}])
    ]
    assert sorted(files) == ["ca.crt", "namespace", "token"]


def test_a_single_task_can_return_to_the_account_of_workers(render: Render):
    values = {**EVERY, "tasks": {**EVERY["tasks"], "admission": {"enabled": True}}}
    manifests = render(values)
    assert manifests.find("ServiceAccount", "airflow-worker")
    (policy,) = manifests.of("ValidatingAdmissionPolicy")
    accounts = next(v for v in policy["spec"]["variables"] if v["name"] == "accounts")
    assert json.loads(accounts["expression"]) == [
        *("default", "airflow-pod-launcher", "airflow-worker")
    ]


def test_workers_can_name_the_account_of_launchers_themselves(render: Render):
    account = {
        "create": False,
        "name": "airflow-pod-launcher",
        "automountServiceAccountToken": True,
    }
    manifests = render({"allowPodLaunching": True, "workers": {"serviceAccount": account}})
    pod = manifests.pod("worker")
    assert pod.service_account == "airflow-pod-launcher"
    assert pod.spec["automountServiceAccountToken"] is True
    assert "token" not in pod.volumes
    names = [one["metadata"]["name"] for one in manifests.of("ServiceAccount")]
    assert names.count("airflow-pod-launcher") == 1


def test_tasks_that_may_launch_pods_have_the_workers_role_on_a_cloud(render: Render):
    role = {"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/worker"}
    workers = {"serviceAccount": {"annotations": role}}
    manifests = render({"allowPodLaunching": True, "workers": workers, **APART})
    account = manifests.find("ServiceAccount", "airflow-pod-launcher")
    assert account["metadata"]["annotations"] == role


def test_tasks_may_not_launch_pods_by_default(defaults: Manifests):
    assert "pod-launcher" not in str([one["metadata"] for one in defaults.of("ServiceAccount")])
