"""git-sync copies a repository of Dags into the pods that read them."""

from typing import Any

import pytest

from scripts.manifests.network_policies import Network, address, pod_end
from tests.chart.components import RESTRICTED
from tests.conftest import Render
from tests.rendered import Container, Manifests, Pod

READERS = {"dag-processor", "triggerer", "worker"}
REPO = {"enabled": True, "repo": "https://github.com/example/flows.git"}
SSH = {**REPO, "repo": "git@github.com:example/flows.git", "sshKeySecret": "mine"}


@pytest.fixture
def synced(render: Render):
    """The manifests with git-sync."""

    def act(glob: dict[str, Any] | None = None, /, **settings: Any) -> Manifests:
        more = {"dags": {"gitSync": {**REPO, **settings}}}
        return render({**more, **(glob or {})})

    return act


def names(pod: Pod, *, init: bool) -> list[str]:
    return [one.name for one in pod.containers if one.is_init is init and "git-sync" in one.name]


def variables(container: Container) -> dict[str, Any]:
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container.spec["env"]}


def test_pods_that_read_dags_have_it(synced):
    pods = synced().pods()
    assert {one.component for one in pods if names(one, init=True)} == READERS
    assert {one.component for one in pods if names(one, init=False)} == READERS - {"worker"}


@pytest.mark.parametrize("executor", ["KubernetesExecutor", "CeleryExecutor", "LocalExecutor"])
def test_each_pod_that_has_it_reaches_git(synced, executor: str):
    closed_internet = {"internet": {"enabled": False}}
    manifests = synced({"executor": executor, "networkPolicies": closed_internet})
    cloning = [pod for pod in manifests.pods() if "git-sync" in str(pod.spec)]
    network = Network(manifests)
    closed = [
        pod.component
        for pod in cloning
        if not network.allows(pod_end(pod, "airflow"), address("8.8.8.8"), 22)
    ]
    assert cloning
    assert closed == []


def test_no_pod_has_it_by_default(defaults: Manifests):
    assert [pod for pod in defaults.pods() if "git-sync" in str(pod.spec)] == []


def test_its_container_has_the_given_name(synced):
    pod = synced(containerName="copier").pod("triggerer")
    assert pod.container("copier-init").is_init
    assert not pod.container("copier").is_init


def test_it_copies_after_the_wait_and_before_the_init_containers_of_values(synced):
    fetch = {"fetch": {"image": "registry.example.com/fetch:1"}}
    pod = synced({"triggerer": {"extraInitContainers": fetch}}).pod("triggerer")
    found = [one.name for one in pod.containers if one.is_init]
    assert found == ["wait-for-airflow-migrations", "git-sync-init", "fetch"]


def test_the_sidecar_follows_the_main_container(synced):
    pod = synced({"triggerer": {"logGroomerSidecar": {"enabled": True}}}).pod("triggerer")
    found = [one.name for one in pod.containers if not one.is_init]
    assert found == ["triggerer", "git-sync", "triggerer-log-groomer"]


def test_a_native_sidecar_is_an_init_container_that_keeps_running(synced):
    pod = synced(nativeSidecar=True).pod("triggerer")
    assert names(pod, init=True) == ["git-sync-init", "git-sync"]
    assert names(pod, init=False) == []
    assert pod.container("git-sync").spec["restartPolicy"] == "Always"


def test_airflow_reads_the_folder_of_the_link(synced):
    folder = synced(subPath="flows").configuration["core"]["dags_folder"]
    assert folder == "/opt/airflow/dags/repo/flows"
    assert synced(subPath="").configuration["core"]["dags_folder"] == "/opt/airflow/dags/repo"


@pytest.mark.parametrize("component", sorted(READERS))
def test_airflow_cannot_write_to_the_copy(synced, component: str):
    pod = synced(emptyDirConfig={"sizeLimit": "1Gi"}).pod(component)
    assert pod.volumes["dags"]["emptyDir"] == {"sizeLimit": "1Gi"}
    assert pod.main.mounts["/opt/airflow/dags"]["readOnly"] is True
    assert pod.container("git-sync-init").mounts["/git"] == {"name": "dags", "mountPath": "/git"}


def test_the_copy_is_mounted_at_the_path_of_dags(render: Render):
    dags = {"mountPath": "/srv/dags", "gitSync": {**REPO, "subPath": "flows"}}
    manifests = render({"dags": dags})
    assert manifests.configuration["core"]["dags_folder"] == "/srv/dags/repo/flows"
    assert "/srv/dags" in manifests.pod("worker").main.mounts


def test_a_stated_folder_leaves_the_mount_where_it_is(synced):
    config = {"core": {"dags_folder": "/opt/airflow/dags/repo/other"}}
    manifests = synced({"config": config})
    assert manifests.pod("worker").main.mounts["/opt/airflow/dags"]["name"] == "dags"


def test_only_the_dag_processor_writes_to_a_claim(render: Render):
    dags = {"gitSync": REPO, "persistence": {"enabled": True, "subPath": "flows"}}
    manifests = render({"dags": dags})
    assert {pod.component for pod in manifests.pods() if "git-sync" in str(pod.spec)} == {
        "dag-processor"
    }
    pod = manifests.pod("dag-processor")
    assert (names(pod, init=True), names(pod, init=False)) == ([], ["git-sync"])
    assert pod.container("git-sync").mounts["/git"]["subPath"] == "flows"


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({}, {"GITSYNC_REF": "HEAD"}),
        ({"ref": "main"}, {"GITSYNC_REF": "main"}),
        (
            {"branch": "main"},
            {"GITSYNC_REF": "main", "GIT_SYNC_BRANCH": "main", "GIT_SYNC_REV": "HEAD"},
        ),
        ({"rev": "v1"}, {"GITSYNC_REF": "v1", "GIT_SYNC_REV": "v1"}),
    ],
    ids=str,
)
def test_an_old_name_of_the_revision_is_set_only_when_values_state_it(
    synced, stated: dict, said: dict
):
    # git-sync 4 takes an old name before the new one.
    env = variables(synced(**stated).pod("triggerer").container("git-sync"))
    found = {name: env[name] for name in env if name.endswith(("_REF", "_BRANCH", "_REV"))}
    assert found == said


def test_both_versions_of_git_sync_know_the_repository(synced):
    pod = synced(depth=0, period="30s", wait=30, maxFailures=-1).pod("triggerer")
    env = variables(pod.container("git-sync"))
    wanted = {
        "GITSYNC_REPO": REPO["repo"],
        "GIT_SYNC_REPO": REPO["repo"],
        "GITSYNC_DEPTH": "0",
        "GIT_SYNC_DEPTH": "0",
        "GITSYNC_ROOT": "/git",
        "GIT_SYNC_ROOT": "/git",
        "GITSYNC_LINK": "repo",
        "GIT_SYNC_DEST": "repo",
        "GITSYNC_PERIOD": "30s",
        "GIT_SYNC_WAIT": "30",
        "GITSYNC_MAX_FAILURES": "-1",
        "GIT_SYNC_MAX_SYNC_FAILURES": "-1",
    }
    assert env.items() >= wanted.items()
    assert "GITSYNC_ONE_TIME" not in env
    assert variables(pod.container("git-sync-init"))["GITSYNC_ONE_TIME"] == "true"


def test_variables_of_values_replace_those_of_the_chart(synced):
    env = [{"name": "GITSYNC_DEPTH", "value": "7"}, {"name": "MINE", "value": "yours"}]
    container = synced(env=env).pod("worker").container("git-sync-init")
    found = variables(container)
    assert (found["GITSYNC_DEPTH"], found["MINE"]) == ("7", "yours")
    assert len(found) == len(container.spec["env"])


def test_credentials_come_from_a_secret(synced):
    env = variables(synced(credentialsSecret="mine").pod("worker").container("git-sync-init"))
    keys = [
        f"{prefix}_{what}"
        for prefix in ("GITSYNC", "GIT_SYNC")
        for what in ("USERNAME", "PASSWORD")
    ]
    assert {key: env[key]["secretKeyRef"] for key in keys} == {
        key: {"name": "mine", "key": key} for key in keys
    }


def test_the_ssh_key_of_a_secret_is_a_file_for_git_sync_only(synced):
    pod = synced(**SSH).pod("triggerer")
    assert pod.volumes["git-sync-ssh-key"]["secret"] == {"secretName": "mine", "defaultMode": 0o440}
    readers = [one.name for one in pod.containers if "git-sync-ssh-key" in str(one.spec)]
    assert readers == ["git-sync-init", "git-sync"]
    container = pod.container("git-sync")
    assert container.mounts["/etc/git-secret/ssh"]["subPath"] == "gitSshKey"
    assert variables(container)["GITSYNC_SSH_KEY_FILE"] == "/etc/git-secret/ssh"


@pytest.mark.parametrize("namespace", ["", "elsewhere"])
def test_an_ssh_key_as_text_is_a_secret_where_pods_read_it(render: Render, namespace: str):
    settings = {**SSH, "sshKeySecret": None, "sshKey": "key"}
    manifests = render({"dags": {"gitSync": settings}, "tasks": {"namespace": namespace}})
    found = {
        one["metadata"]["namespace"]: one["data"]
        for one in manifests.of("Secret")
        if one["metadata"]["name"] == "airflow-ssh-secret"
    }
    assert found.keys() == {"airflow", namespace or "airflow"}
    assert all(data == {"gitSshKey": "a2V5"} for data in found.values())
    volume = manifests.pod("worker").volumes["git-sync-ssh-key"]
    assert volume["secret"]["secretName"] == "airflow-ssh-secret"


def test_a_secret_that_is_missing_where_tasks_run_is_named(notes):
    text = notes({"dags": {"gitSync": SSH}, "tasks": {"namespace": "elsewhere"}})
    assert "Task pods in elsewhere need: Secret mine." in text


def test_the_host_is_verified_by_its_public_keys(synced):
    manifests = synced(**SSH, knownHosts="github.com ssh-ed25519 AAAA")
    data = manifests.find("ConfigMap", "airflow-config")["data"]
    assert data["known_hosts"] == "github.com ssh-ed25519 AAAA"
    container = manifests.pod("worker").container("git-sync-init")
    assert container.mounts["/etc/git-secret/known_hosts"]["subPath"] == "known_hosts"
    assert variables(container)["GITSYNC_SSH_KNOWN_HOSTS"] == "true"


def test_a_host_without_public_keys_is_not_verified(synced):
    container = synced(**SSH).pod("worker").container("git-sync-init")
    assert variables(container)["GITSYNC_SSH_KNOWN_HOSTS"] == "false"
    assert "/etc/git-secret/known_hosts" not in container.mounts


def test_it_runs_as_its_own_user_with_a_read_only_root(synced):
    pod = synced(securityContexts={"container": {"runAsGroup": 7}}).pod("triggerer")
    for name in ("git-sync-init", "git-sync"):
        container = pod.container(name)
        assert container.security == {**RESTRICTED, "runAsUser": 65533, "runAsGroup": 7}
        # Code of Dags shares no folder of temporary files with it.
        assert container.mounts["/tmp"]["name"] != pod.main.mounts["/tmp"]["name"]


def test_the_pod_may_choose_its_user(synced):
    assert synced(uid=None).pod("worker").container("git-sync-init").security == RESTRICTED


def test_probes_are_as_values_have_them(synced):
    probe = {"exec": {"command": ["test", "-e", "/git/repo"]}, "periodSeconds": 7}
    container = (
        synced(livenessProbe=probe, readinessProbe=probe).pod("triggerer").container("git-sync")
    )
    assert container.spec["livenessProbe"] == container.spec["readinessProbe"] == probe
    assert "startupProbe" not in container.spec


def test_it_can_answer_probes_itself(synced):
    settings = {"recommendedProbeSetting": True, "livenessProbe": {"periodSeconds": 7}}
    container = synced(**settings, httpPort=7000).pod("triggerer").container("git-sync")
    ask = {"httpGet": {"path": "/", "port": 7000}}
    assert container.spec["livenessProbe"] == {**ask, "periodSeconds": 7}
    assert container.spec["startupProbe"].items() >= ask.items()
    assert container.ports == {"git-sync": 7000}
    assert variables(container)["GITSYNC_HTTP_BIND"] == ":7000"


@pytest.mark.parametrize("name", ["startupProbe", "livenessProbe"])
def test_a_probe_of_its_own_can_be_left_out(synced, name: str):
    settings: dict[str, Any] = {"recommendedProbeSetting": True, name: {"enabled": False}}
    assert name not in synced(**settings).pod("triggerer").container("git-sync").spec


def test_its_image_resources_hooks_and_mounts_are_settings(synced):
    settings = {
        "resources": {"limits": {"memory": "7Mi"}},
        "containerLifecycleHooks": {"preStop": {"exec": {"command": ["true"]}}},
        "extraVolumeMounts": [{"name": "mine", "mountPath": "/mine"}],
        "envFrom": "- secretRef: {name: mine}",
    }
    image = {"images": {"gitSync": {"repository": "registry.example.com/git-sync", "tag": "v4"}}}
    container = synced(image, **settings).pod("triggerer").container("git-sync")
    assert container.image == "registry.example.com/git-sync:v4"
    assert container.spec["resources"]["limits"] == {"memory": "7Mi"}
    assert container.spec["lifecycle"] == settings["containerLifecycleHooks"]
    assert container.mounts["/mine"]["name"] == "mine"
    assert container.spec["envFrom"] == [{"secretRef": {"name": "mine"}}]


def test_an_init_container_has_neither_hooks_nor_probes(synced):
    hooks = {"preStop": {"exec": {"command": ["true"]}}}
    settings = {"containerLifecycleHooks": hooks, "recommendedProbeSetting": True}
    spec = synced(**settings).pod("triggerer").container("git-sync-init").spec
    assert spec.keys() & {"lifecycle", "startupProbe", "livenessProbe", "ports"} == set()
