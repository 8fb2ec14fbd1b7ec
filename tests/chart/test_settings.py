"""Settings that every component has reach its pod, whoever makes it."""

from pathlib import Path
from typing import Any

import pytest

from scripts.releases.render import helm_template
from tests.chart.components import (
    AIRFLOW,
    COMPONENTS,
    CONFIGURED,
    JOBS,
    RESTRICTED,
    WORKER,
    Component,
    everywhere,
)
from tests.conftest import Render
from tests.rendered import Container, Manifests, Pod

TOLERATIONS = [{"key": "dedicated", "operator": "Exists"}]
OTHERS = [{"key": "spot", "operator": "Exists"}]
RESTRICTED_POD = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
# What a component gives its pod when both it and the globals say where pods may run.
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


@pytest.fixture
def pod(render: Render, component: Component):
    """The pod of the component when all of them have the same settings."""

    def act(settings: dict[str, Any], glob: dict[str, Any] | None = None) -> Pod:
        return render({**everywhere(settings), **(glob or {})}).pod(component.label)

    return act


@pytest.fixture
def main(pod):
    """The main container of that pod."""

    def act(settings: dict[str, Any], glob: dict[str, Any] | None = None) -> Container:
        return pod(settings, glob).main

    return act


def test_resources_reach_the_main_container(main):
    resources = {"requests": {"cpu": "7m", "memory": "7Mi"}, "limits": {"memory": "77Mi"}}
    assert main({"resources": resources}).spec["resources"] == resources


def test_the_wait_has_the_resources_of_its_component(pod):
    resources = {"requests": {"cpu": "7m", "memory": "7Mi"}, "limits": {"memory": "77Mi"}}
    waits = [c for c in pod({"resources": resources}).containers if c.name.startswith("wait-for")]
    assert [wait.spec["resources"] for wait in waits] == [resources] * len(waits)


@pytest.mark.parametrize(
    "env",
    [
        {"GREETING": "hello", "COUNT": 12345678, "ON": True, "SHARE": 0.5},
        [
            {"name": "GREETING", "value": "hello"},
            {"name": "COUNT", "value": "12345678"},
            {"name": "ON", "value": "true"},
            {"name": "SHARE", "value": "0.5"},
        ],
    ],
    ids=["map", "list"],
)
def test_variables_are_a_map_or_a_list(main, env: Any):
    wanted = {"GREETING": "hello", "COUNT": "12345678", "ON": "true", "SHARE": "0.5"}
    assert wanted.items() <= main({"env": env}).env.items()


def test_a_variable_of_the_map_may_come_from_elsewhere(main):
    source = {"secretKeyRef": {"name": "outside", "key": "token"}}
    assert main({"env": {"TOKEN": {"valueFrom": source}}}).env["TOKEN"] == source


def test_a_list_of_variables_keeps_its_order(main):
    # $(FIRST) is known to SECOND only when it comes before.
    env = [{"name": "Z_FIRST", "value": "1"}, {"name": "A_SECOND", "value": "$(Z_FIRST)2"}]
    names = [name for name in main({"env": env}).env if name in ("Z_FIRST", "A_SECOND")]
    assert names == ["Z_FIRST", "A_SECOND"]


@pytest.mark.parametrize("component", CONFIGURED, ids=str)
def test_the_component_wins_over_the_global_variable(main):
    assert main({"env": {"WHO": "component"}}, {"env": {"WHO": "global"}}).env["WHO"] == "component"


@pytest.mark.parametrize("component", CONFIGURED, ids=str)
def test_every_way_to_give_a_global_variable_reaches_the_pod(main):
    container = main(
        {},
        {
            "env": {"PLAIN": "1"},
            "secret": [{"envName": "SECRET", "secretName": "outside", "secretKey": "key"}],
            "extraEnv": "- {name: TEMPLATED, value: '{{ .Release.Name }}'}",
            "extraEnvFrom": "- secretRef: {name: '{{ .Release.Name }}-whole'}",
        },
    )
    assert (container.env["PLAIN"], container.env["TEMPLATED"]) == ("1", "airflow")
    assert container.secret_keys >= {("outside", "key"), ("airflow-whole", "*")}


def test_a_secret_variable_has_the_key_value_by_default(render: Render):
    manifests = render({"secret": [{"envName": "SECRET", "secretName": "outside"}]})
    assert ("outside", "value") in manifests.pod("scheduler").secret_keys


def test_a_variable_is_never_there_twice(render: Render):
    manifests = render(
        {
            "env": {"AIRFLOW_HOME": "/a", "TWICE": "1"},
            "extraEnv": "- {name: TWICE, value: '2'}",
            "scheduler": {"env": [{"name": "TWICE", "value": "3"}]},
        }
    )
    names = [entry["name"] for entry in manifests.pod("scheduler").main.spec["env"]]
    assert names.count("TWICE") == names.count("AIRFLOW_HOME") == 1
    assert manifests.pod("scheduler").main.env["TWICE"] == "3"


@pytest.mark.parametrize("key", PLACEMENT)
def test_where_pods_may_run_is_said_by_the_component(pod, key: str):
    assert pod(MINE, THEIRS).spec[key] == MINE[key]


@pytest.mark.parametrize("key", PLACEMENT)
def test_the_global_placement_holds_where_the_component_says_nothing(pod, key: str):
    assert pod({}, THEIRS).spec[key] == THEIRS[key]


@pytest.mark.parametrize("key", EMPTY)
def test_an_empty_setting_leaves_the_global_one(pod, key: str):
    # The official values.yaml is full of empty ones, and people copy it.
    assert pod(EMPTY, THEIRS).spec[key] == THEIRS[key]


def test_security_contexts_are_laid_over_the_restricted_default(pod):
    contexts = {"pod": {"runAsUser": 1234}, "container": {"runAsGroup": 4321}}
    context = pod({"securityContexts": contexts}).spec["securityContext"]
    assert {**RESTRICTED_POD, "runAsUser": 1234}.items() <= context.items()


def test_container_contexts_are_laid_over_the_restricted_default(main):
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
    """One thing called `extra`, as a map or as a list."""
    return {"extra": fields} if shape == "map" else [{"name": "extra", **fields}]


@pytest.mark.parametrize("component", AIRFLOW, ids=str)
def test_an_extra_container_has_the_security_context_of_the_chart_unless_it_states_one(pod):
    own = {"image": "a:1", "securityContext": {"runAsUser": 7}}
    found = pod({"extraContainers": {"bare": {"image": "a:1"}, "own": own}})
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


def test_what_is_mounted_at_a_path_replaces_what_the_chart_mounts_there(pod):
    found = pod(
        {
            "extraVolumes": {"fast": {"emptyDir": {"medium": "Memory"}}},
            "extraVolumeMounts": {"fast": {"mountPath": "/tmp"}},
        }
    )
    assert found.main.mounts["/tmp"]["name"] == "fast"


def test_the_escape_hatch_comes_last(pod):
    found = pod(
        {
            "terminationGracePeriodSeconds": 30,
            "pod": {"terminationGracePeriodSeconds": 31, "hostname": "here"},
        }
    )
    assert (found.spec["terminationGracePeriodSeconds"], found.spec["hostname"]) == (31, "here")


def test_the_escape_hatch_merges_into_what_is_there(pod):
    context = pod({"pod": {"securityContext": {"fsGroup": 1000650000}}}).spec["securityContext"]
    assert {**RESTRICTED_POD, "fsGroup": 1000650000}.items() <= context.items()


def test_the_grace_may_be_zero(pod):
    assert pod({"terminationGracePeriodSeconds": 0}).spec["terminationGracePeriodSeconds"] == 0


def test_command_and_arguments_can_be_replaced_by_templates(main):
    settings = {"command": ["run-{{ .Release.Name }}"], "args": ["in {{ .Release.Namespace }}"]}
    assert main(settings).arguments == ["run-airflow", "in airflow"]


def test_lifecycle_hooks_reach_the_main_container(main):
    hooks = {"preStop": {"exec": {"command": ["echo", "{{ .Release.Name }}"]}}}
    hook = main({"containerLifecycleHooks": hooks}).spec["lifecycle"]["preStop"]
    assert hook["exec"] == {"command": ["echo", "airflow"]}


def test_labels_are_those_of_the_pod(pod):
    labels = pod({"labels": {"who": "component"}}, {"labels": {"who": "global", "all": "1"}}).labels
    assert {"who": "component", "all": "1"}.items() <= labels.items()


def test_labels_are_those_of_the_objects_beside_the_workload(render: Render, component: Component):
    manifests = render(everywhere({"labels": {"who": "component"}}))
    kinds = ("Service", "ServiceAccount", "NetworkPolicy", "PodDisruptionBudget")
    beside = [
        one
        for one in manifests.of(*kinds)
        if one["metadata"]["labels"]["component"] == component.label
        and "pod-launcher" not in one["metadata"]["name"]
        and "tasks-policy" not in one["metadata"]["name"]
    ]
    assert {one["metadata"]["labels"].get("who") for one in beside} == {"component"}


def test_the_workload_itself_keeps_its_labels(render: Render):
    manifests = render(everywhere({"labels": {"who": "component"}}))
    found = [m["metadata"]["labels"] for m in manifests.of("Deployment", "StatefulSet", "Job")]
    assert found
    assert [labels for labels in found if "who" in labels] == []


def test_annotations_of_pods_win_over_the_global_ones(render: Render, component: Component):
    # The pods of a Job are annotated by `annotations`, as in the official chart.
    others = tuple(one for one in COMPONENTS if one not in JOBS)
    values = {
        **everywhere({"podAnnotations": {"who": "component"}}, others),
        **everywhere({"annotations": {"who": "component"}}, JOBS),
        "airflowPodAnnotations": {"who": "global"},
    }
    assert render(values).pod(component.label).annotations["who"] == "component"


@pytest.mark.parametrize("component", AIRFLOW, ids=str)
def test_global_annotations_reach_the_pods_of_airflow(pod):
    assert pod({}, {"airflowPodAnnotations": {"who": "global"}}).annotations["who"] == "global"


@pytest.mark.parametrize("component", [one for one in COMPONENTS if one.switchable], ids=str)
def test_annotations_of_the_workload_are_not_those_of_its_pods(
    render: Render, component: Component
):
    others = tuple(one for one in COMPONENTS if one.switchable and one not in JOBS)
    values = {
        **everywhere({"annotations": {"who": "workload"}}, others),
        **everywhere({"jobAnnotations": {"who": "workload"}}, JOBS),
    }
    manifests = render(values)
    assert manifests.workload(component.label)["metadata"]["annotations"]["who"] == "workload"
    assert "who" not in manifests.pod(component.label).annotations


def test_the_account_can_have_another_name_and_annotations(render: Render, component: Component):
    values = everywhere({})
    for one in COMPONENTS:
        account = {"name": f"mine-{one.label}", "annotations": {"role": "{{ .Release.Name }}"}}
        values[one.key] = {**values[one.key], "serviceAccount": account}
    manifests = render(values)
    found = manifests.find("ServiceAccount", f"mine-{component.label}")["metadata"]
    assert found["annotations"] == {"role": "airflow"}
    assert manifests.pod(component.label).service_account == f"mine-{component.label}"


def test_an_account_that_exists_is_used_and_not_made(render: Render, component: Component):
    account = {"create": False, "name": "theirs"}
    manifests = render(everywhere({"serviceAccount": account}))
    assert not manifests.has("ServiceAccount", "theirs")
    assert manifests.pod(component.label).service_account == "theirs"


def test_no_account_of_its_own_is_the_default_one(render: Render, component: Component):
    manifests = render(everywhere({"serviceAccount": {"create": False}}))
    assert not manifests.has("ServiceAccount", component.account)
    assert manifests.pod(component.label).service_account == "default"


@pytest.mark.parametrize("automount", [True, False])
def test_the_token_can_be_given_or_taken(pod, automount: bool):
    settings = {"serviceAccount": {"automountServiceAccountToken": automount}}
    assert pod(settings).has_token is automount


def test_images_are_pulled_with_the_named_secrets(pod):
    found = pod({}, {"imagePullSecrets": ["plain", {"name": "map"}]})
    assert found.spec["imagePullSecrets"] == [{"name": "plain"}, {"name": "map"}]


@pytest.mark.parametrize("component", [one for one in AIRFLOW if one != WORKER], ids=str)
def test_a_digest_wins_over_a_tag(pod):
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


def test_a_map_of_a_higher_layer_adds_to_that_of_a_lower_one(tmp_path: Path):
    low, high = tmp_path / "low.yaml", tmp_path / "high.yaml"
    low.write_text("scheduler: {env: {A: low, B: low, C: low}}\n")
    high.write_text("scheduler: {env: {B: high, C: null}}\n")
    env = Manifests(helm_template([low, high])).pod("scheduler").main.env
    assert (env["A"], env["B"], "C" in env) == ("low", "high", False)
