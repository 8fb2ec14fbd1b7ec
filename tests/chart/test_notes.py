"""Notes after an installation: commands to start with, and warnings."""

import pytest


def test_notes_name_the_namespaces(notes):
    said = notes({"tasks": {"namespace": "elsewhere"}})
    assert said.startswith("Airflow 3.3.2 is in namespace airflow; tasks run in elsewhere.")


def test_notes_say_how_tasks_get_the_account_of_launchers(notes):
    said = notes({"allowPodLaunching": True})
    assert "tasks.podLauncher.everyTask" in said
    assert 'service_account_name="airflow-pod-launcher"' in said


@pytest.mark.parametrize(
    "values",
    [
        {"tasks": {"podLauncher": {"everyTask": True}}},
        {"workers": {"serviceAccount": {"create": False, "name": "airflow-pod-launcher"}}},
    ],
)
def test_notes_do_not_ask_for_an_account_that_tasks_have(notes, values: dict):
    assert "executor_config" not in notes({"allowPodLaunching": True, **values})


def test_notes_give_the_command_to_reach_the_ui(notes):
    assert "port-forward service/airflow-api-server 8080:8080" in notes()


def test_notes_give_no_command_without_an_api_server(notes):
    assert "port-forward" not in notes({"apiServer": {"enabled": False}})


def test_notes_name_the_secret_of_the_password_not_its_content(notes):
    said = notes({"createUserJob": {"enabled": True, "defaultUser": {"password": "hunter2"}}})
    assert "get secret airflow-first-user -o jsonpath='{.data.password}'" in said
    assert "hunter2" not in said


def test_notes_give_the_setting_for_a_first_user(notes):
    assert "Set createUserJob.enabled to true" in notes()


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"fernetKey": "x"}, "fernetKey"),
        ({"jwtSecret": "x"}, "jwtSecret"),
        ({"apiSecretKey": "x"}, "apiSecretKey"),
        (
            {
                "postgresql": {"enabled": False},
                "networkPolicies": {"enabled": False},
                "data": {"metadataConnection": {"pass": "x", "host": "db"}},
            },
            "data.metadataConnection.pass",
        ),
        (
            {"createUserJob": {"defaultUser": {"password": "x"}}},
            "createUserJob.defaultUser.password",
        ),
    ],
)
def test_a_secret_as_text_is_warned_about(notes, values: dict, key: str):
    assert f"WARNING: {key} is text in the values" in notes(values)


OUTSIDE = {
    "postgresql": {"enabled": False},
    "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
    "data": {"metadataSecretName": "mine"},
}


@pytest.mark.parametrize(
    ("values", "warning"),
    [
        ({}, "the database has no volume"),
        ({}, "task logs are lost with their pods"),
        ({"config": {"logging": {"remote_logging": True}}}, "remote logs need a place"),
        (
            {"triggerer": {"keda": {"enabled": True}}, **OUTSIDE},
            "set triggerer.keda.usePgbouncer to false",
        ),
        ({"ingress": {"apiServer": {"enabled": True}}}, "policies keep the ingress controller out"),
    ],
)
def test_notes_warn_about_data_that_will_be_lost(notes, values: dict, warning: str):
    assert warning in notes(values)


def test_notes_have_no_warning_without_a_reason(notes):
    values = {
        "postgresql": {"persistence": {"enabled": True}},
        "config": {"logging": {"remote_logging": True, "remote_base_log_folder": "s3://mine/logs"}},
        "ingress": {"apiServer": {"enabled": True}},
        "apiServer": {"networkPolicy": {"ingress": {"from": [{"podSelector": {}}]}}},
    }
    assert "WARNING" not in notes(values)


NEEDS = {
    "workers": {"extraVolumes": {"s": {"persistentVolumeClaim": {"claimName": "share"}}}},
    "extraEnvFrom": "- configMapRef: {name: lookup}",
    "imagePullSecrets": [{"name": "login"}],
}


@pytest.mark.parametrize("namespace", ["airflow", "apart"])
def test_notes_list_what_task_pods_need_in_their_namespace(notes, namespace: str):
    said = notes({"tasks": {"namespace": namespace}, **NEEDS})
    needs = "ConfigMap lookup, PersistentVolumeClaim share, Secret login"
    assert f"Task pods in {namespace} need: {needs}.\n" in said


def test_notes_list_what_each_namespace_of_tasks_lacks(notes):
    listed = {"kubernetes_executor": {"multi_namespace_mode_namespace_list": "third"}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
    said = notes(
        {
            "tasks": {"namespace": "apart"},
            "multiNamespaceMode": True,
            "config": listed,
            **NEEDS,
            "extraConfigMaps": {"lookup": {}},
            "extraObjects": {
                one: {**claim, "metadata": {"name": "share", "namespace": one}}
                for one in ("apart", "third")
            },
        }
    )
    assert "Task pods in apart need: Secret login.\n" in said
    assert "Task pods in third need: Secret login.\n" in said


def test_notes_list_nothing_that_the_chart_creates_or_that_is_optional(notes):
    optional = {"configMap": {"name": "maybe", "optional": True}}
    assert "Task pods" not in notes({"workers": {"extraVolumes": {"v": optional}}})


MOUNT = {"v": {"mountPath": "/opt/airflow/dags/one.py", "subPath": "one.py"}}


@pytest.mark.parametrize("source", ["configMap", "secret", "projected", "downwardAPI"])
@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("volumeMounts", {"volumeMounts": MOUNT}),
        ("dagProcessor.extraVolumeMounts", {"dagProcessor": {"extraVolumeMounts": MOUNT}}),
    ],
)
def test_a_mount_that_never_sees_a_change_is_warned_about(
    notes, source: str, key: str, values: dict
):
    said = notes({"volumes": {"v": {source: {"name": "flows"}}}, **values})
    assert f"WARNING: {key} mounts volume v by subPath at /opt/airflow/dags/one.py" in said


@pytest.mark.parametrize(
    "values",
    [
        {
            "volumes": {"v": {"configMap": {"name": "flows"}}},
            "volumeMounts": {"v": {"mountPath": "/v"}},
        },
        {"volumes": {"v": {"emptyDir": {"medium": "Memory"}}}, "volumeMounts": MOUNT},
        # Each task has a new pod.
        {
            "volumes": {"v": {"configMap": {"name": "flows"}}},
            "workers": {"extraVolumeMounts": MOUNT},
        },
    ],
)
def test_a_mount_that_sees_changes_is_not_warned_about(notes, values: dict):
    assert "by subPath" not in notes(values)


def test_notes_name_only_sources_of_variables_that_values_do_not_create(notes):
    sources = "[configMapRef: {name: mine}, secretRef: {name: theirs}, {prefix: X}]"
    said = notes({"extraEnvFrom": sources, "extraConfigMaps": {"mine": {"data": {"A": "b"}}}})
    assert "variables that extraEnvFrom takes from theirs" in said
    assert "from mine" not in said


@pytest.mark.parametrize(
    ("values", "host"),
    [
        ({"env": {"https_proxy": "http://proxy.example.com:3128"}}, "proxy.example.com"),
        ({"secret": [{"envName": "HTTPS_PROXY", "secretName": "proxy"}]}, "a host of a Secret"),
    ],
)
def test_notes_warn_about_a_proxy_that_policies_block(notes, values: dict, host: str):
    said = notes(values)
    assert f"sends calls of api-server, dag-processor, scheduler to {host},\n" in said
    assert "networkPolicies.destinations.proxy.cidrs" in said


def test_notes_warn_about_namespaces_of_tasks_that_the_chart_does_not_know(notes):
    listed = {"kubernetes_executor": {"multi_namespace_mode_namespace_list": "blue"}}
    text = "tasks may run in namespaces that the chart does not know"
    assert text in notes({"multiNamespaceMode": True})
    assert text not in notes({"multiNamespaceMode": True, "config": listed})


def test_notes_name_the_type_of_a_service_that_people_reach(notes):
    clients = {"networkPolicy": {"ingress": {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}}}
    said = notes({"apiServer": {"service": {"type": "NodePort"}, **clients}})
    assert "Reach it by its Service, of type NodePort" in said
