"""Settings that every component has reach its pod."""

from typing import Any

import pytest

from tests.chart.components import (
    AIRFLOW,
    COMPONENTS,
    CONFIGURED,
    RESTRICTED,
    WORKER,
    Component,
    everywhere,
)
from tests.chart.pod_security import violations
from tests.conftest import Render

TOLERATIONS = [{"key": "dedicated", "operator": "Exists"}]
OTHERS = [{"key": "spot", "operator": "Exists"}]
RESTRICTED_POD = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
# Placement of the component and the global one, which it overrides.
PLACEMENT = {
    "nodeSelector": ({"disk": "ssd"}, {"disk": "any"}),
    "tolerations": (TOLERATIONS, OTHERS),
    "affinity": ({"podAffinity": {}}, {"nodeAffinity": {}}),
    "topologySpreadConstraints": ([{"maxSkew": 1}], [{"maxSkew": 2}]),
    "priorityClassName": ("high", "low"),
    "schedulerName": ("mine", "theirs"),
    "runtimeClassName": ("gvisor", "kata"),
    "hostAliases": ([{"ip": "10.0.0.1"}], [{"ip": "10.0.0.2"}]),
}
MINE = {key: mine for key, (mine, _) in PLACEMENT.items()}
THEIRS = {key: theirs for key, (_, theirs) in PLACEMENT.items()}
EMPTY = {
    "nodeSelector": {},
    "tolerations": [],
    "affinity": {},
    "topologySpreadConstraints": [],
    "priorityClassName": "",
    "hostAliases": [],
}


def test_resources_reach_the_main_container(main):
    resources = {"requests": {"cpu": "7m", "memory": "7Mi"}, "limits": {"memory": "77Mi"}}
    assert main({"resources": resources}).spec["resources"] == resources


def test_the_wait_has_the_resources_of_its_component(pod):
    resources = {"requests": {"cpu": "7m", "memory": "7Mi"}, "limits": {"memory": "77Mi"}}
    waits = [c for c in pod({"resources": resources}).containers if c.name.startswith("wait-for")]
    assert [wait.spec["resources"] for wait in waits] == [resources] * len(waits)


@pytest.mark.parametrize("key", PLACEMENT)
def test_placement_of_the_component_overrides_the_global_one(pod, key: str):
    assert pod(MINE, THEIRS).spec[key] == MINE[key]


@pytest.mark.parametrize("key", PLACEMENT)
def test_the_global_placement_is_the_default(pod, key: str):
    assert pod({}, THEIRS).spec[key] == THEIRS[key]


@pytest.mark.parametrize("key", EMPTY)
def test_an_empty_setting_leaves_the_global_one(pod, key: str):
    # The official values.yaml is full of empty ones, and installers copy it.
    assert pod(EMPTY, THEIRS).spec[key] == THEIRS[key]


def test_components_have_a_priority_of_their_own(render: Render):
    classes = {"componentPriorityClassName": "components", "priorityClassName": "all"}
    pods = {pod.component: pod for pod in render({**everywhere({}), **classes}).pods()}
    found = {name: pods[name].spec["priorityClassName"] for name in map(str, COMPONENTS)}
    assert found == {name: "all" if name == "worker" else "components" for name in found}


def test_task_pods_have_no_priority_class_of_components(render: Render):
    pod = render({"componentPriorityClassName": "components"}).pod("worker")
    assert "priorityClassName" not in pod.spec


def test_a_context_of_pods_replaces_the_default_whose_restrictions_are_on_containers(pod):
    context = {"runAsUser": 1234, "fsGroup": 5}
    found = pod({"securityContexts": {"pod": context}})
    assert found.spec["securityContext"] == context
    assert violations(found.spec) == []


def test_a_context_of_pods_without_a_user_keeps_the_user_of_the_chart(pod):
    found = pod({"securityContexts": {"pod": {"fsGroup": 5}}}).spec["securityContext"]
    assert found == {"fsGroup": 5, "runAsUser": pod({}).spec["securityContext"]["runAsUser"]}


def test_a_context_of_pods_that_states_root_runs_as_root(main):
    security = main({"securityContexts": {"pod": {"runAsUser": 0}}}).security
    assert "runAsNonRoot" not in security


def test_container_contexts_are_merged_over_the_restricted_default(main):
    security = main({"securityContexts": {"container": {"runAsGroup": 4321}}}).security
    assert security == {**RESTRICTED, "runAsGroup": 4321}


def test_a_part_of_the_restricted_default_can_be_replaced(main):
    security = main({"securityContexts": {"container": {"readOnlyRootFilesystem": False}}}).security
    assert security == {**RESTRICTED, "readOnlyRootFilesystem": False}


@pytest.mark.parametrize("component", AIRFLOW, ids=str)
def test_the_global_contexts_reach_every_container_of_airflow(pod):
    glob = {"securityContexts": {"pod": {"runAsUser": 1234}, "containers": {"runAsGroup": 4321}}}
    found = pod({}, glob)
    assert found.spec["securityContext"]["runAsUser"] == 1234
    assert {c.security["runAsGroup"] for c in found.containers} == {4321}


@pytest.mark.parametrize("component", AIRFLOW, ids=str)
def test_a_cluster_may_choose_the_user(render: Render, component: Component):
    # As on OpenShift; --set is how a null takes a default away.
    manifests = render(everywhere({}), sets=("uid=null", "gid=null"))
    assert (
        manifests.pod(component.label)
        .spec["securityContext"]
        .keys()
        .isdisjoint({"runAsUser", "runAsGroup", "fsGroup"})
    )


@pytest.mark.parametrize("component", AIRFLOW, ids=str)
def test_a_large_user_id_keeps_its_digits(pod):
    assert pod({}, {"uid": 1000650000}).spec["securityContext"]["runAsUser"] == 1000650000


EXTRA = {
    "image": "registry.example.com/helper:1.0",
    "args": ["{{ .Release.Name }}"],
    "securityContext": {"readOnlyRootFilesystem": True},
}
SHAPES = pytest.mark.parametrize("shape", ["map", "list"])


def named(shape: str, **fields: Any) -> Any:
    """One item called `extra`, as a map or as a list."""
    return {"extra": fields} if shape == "map" else [{"name": "extra", **fields}]


@pytest.mark.parametrize("component", AIRFLOW, ids=str)
def test_an_extra_container_has_the_security_context_of_the_chart_unless_it_states_one(pod):
    own = {"image": "a:1", "securityContext": {"runAsUser": 7}}
    settings = {
        "securityContexts": {"container": {"runAsUser": 8}},
        "extraContainers": {"bare": {"image": "a:1"}, "own": own},
    }
    found = pod(settings)
    assert found.container("bare").security == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert found.container("own").security == own["securityContext"]


@SHAPES
def test_extra_containers_are_a_map_or_a_list_and_come_last(pod, shape: str):
    extra = named(shape, **EXTRA)
    found = pod({"extraContainers": extra, "extraInitContainers": extra})
    last = {c.is_init: c.spec for c in found.containers}
    wanted = {"name": "extra", **EXTRA, "args": ["airflow"]}
    assert last == {True: wanted, False: wanted}


@SHAPES
def test_extra_volumes_are_a_map_or_a_list(pod, shape: str):
    found = pod(
        {
            "extraVolumes": named(shape, emptyDir={}),
            "extraVolumeMounts": named(shape, mountPath="/extra"),
        }
    )
    assert found.volumes["extra"] == {"name": "extra", "emptyDir": {}}
    assert found.main.mounts["/extra"]["name"] == "extra"


@SHAPES
@pytest.mark.parametrize("component", CONFIGURED, ids=str)
def test_global_volumes_reach_every_pod_with_airflow(pod, shape: str):
    found = pod(
        {},
        {
            "volumes": named(shape, emptyDir={}),
            "volumeMounts": named(shape, mountPath="/extra"),
        },
    )
    # The wait, too: the certificate of the database may be there.
    assert {"/extra" in c.mounts for c in found.containers} == {True}
    assert "extra" in found.volumes


def test_an_extra_mount_replaces_that_of_the_chart_at_its_path(pod):
    found = pod(
        {
            "extraVolumes": {"fast": {"emptyDir": {"medium": "Memory"}}},
            "extraVolumeMounts": {"fast": {"mountPath": "/tmp"}},
        }
    )
    assert found.main.mounts["/tmp"]["name"] == "fast"


def test_pod_overrides_the_rendered_spec(pod):
    found = pod(
        {
            "terminationGracePeriodSeconds": 30,
            "pod": {"terminationGracePeriodSeconds": 31, "hostname": "here"},
        }
    )
    assert (found.spec["terminationGracePeriodSeconds"], found.spec["hostname"]) == (31, "here")


def test_pod_is_merged_into_the_rendered_spec(pod):
    context = pod({"pod": {"securityContext": {"fsGroup": 1000650000}}}).spec["securityContext"]
    assert {**RESTRICTED_POD, "fsGroup": 1000650000}.items() <= context.items()


def test_the_grace_may_be_zero(pod):
    assert pod({"terminationGracePeriodSeconds": 0}).spec["terminationGracePeriodSeconds"] == 0


def test_command_and_arguments_can_be_replaced_by_templates(main):
    settings = {"command": ["run-{{ .Release.Name }}"], "args": ["in {{ .Release.Namespace }}"]}
    # The exporter of StatsD keeps the arguments of its cache.
    found = [one for one in main(settings).arguments if not one.startswith("--statsd.cache")]
    assert found == ["run-airflow", "in airflow"]


def test_lifecycle_hooks_reach_the_main_container(main):
    hooks = {"preStop": {"exec": {"command": ["echo", "{{ .Release.Name }}"]}}}
    hook = main({"containerLifecycleHooks": hooks}).spec["lifecycle"]["preStop"]
    assert hook["exec"] == {"command": ["echo", "airflow"]}


@pytest.mark.parametrize("automount", [True, False])
def test_the_token_of_a_pod_is_a_setting(pod, automount: bool):
    settings = {"serviceAccount": {"automountServiceAccountToken": automount}}
    assert pod(settings).has_token is automount


def test_images_are_pulled_with_the_named_secrets(pod):
    found = pod({}, {"imagePullSecrets": ["plain", {"name": "map"}]})
    assert found.spec["imagePullSecrets"] == [{"name": "plain"}, {"name": "map"}]


@pytest.mark.parametrize("component", [one for one in AIRFLOW if one != WORKER], ids=str)
def test_a_digest_is_used_instead_of_a_tag(pod):
    image = {"repository": "example.com/airflow", "tag": "3.3.2", "digest": "sha256:" + "a" * 64}
    found = pod({}, {"images": {"airflow": image}})
    assert {c.image for c in found.containers} == {f"example.com/airflow@{image['digest']}"}


@pytest.mark.parametrize("component", AIRFLOW, ids=str)
def test_every_container_of_airflow_runs_the_same_image(pod):
    image = {"repository": "example.com/airflow", "tag": "3.1.0", "pullPolicy": "Always"}
    found = pod({}, {"images": {"airflow": image, "pod_template": {"pullPolicy": "Always"}}})
    assert {(c.image, c.spec["imagePullPolicy"]) for c in found.containers} == {
        ("example.com/airflow:3.1.0", "Always")
    }
