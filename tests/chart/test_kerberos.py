"""Kerberos for workers: tickets by a keytab that only its own containers read."""

from typing import Any

import pytest

from tests.chart.components import RESTRICTED
from tests.conftest import Render
from tests.rendered import Container, Manifests

ON = {"enabled": True}
CACHE = "/var/kerberos-ccache"
BOTH = {"workers": {"kerberosSidecar": ON, "kerberosInitContainer": ON}}


def env(container: Container) -> dict[str, Any]:
    return {one["name"]: one.get("value") for one in container.spec["env"]}


def test_nothing_of_it_is_there_by_default(defaults: Manifests):
    assert "krb5" not in defaults.text.lower()


def test_workers_get_its_configuration_and_the_tickets(render: Render):
    manifests = render({"kerberos": {**ON, "config": "[libdefaults]\n"}})
    assert manifests.find("ConfigMap", "airflow-config")["data"]["krb5.conf"] == "[libdefaults]\n"
    main = manifests.pod("worker").main
    assert main.mounts["/etc/krb5.conf"]["subPath"] == "krb5.conf"
    assert main.mounts[CACHE]["name"] == "kerberos-ccache"
    assert (
        env(main).items()
        >= {
            "KRB5_CONFIG": "/etc/krb5.conf",
            "KRB5CCNAME": f"{CACHE}/cache",
        }.items()
    )


def test_other_components_get_nothing(render: Render):
    pods = render({"kerberos": ON, **BOTH}).pods()
    assert {pod.component for pod in pods if "kerberos" in str(pod.spec)} == {"worker"}


def test_airflow_is_told_where_all_of_it_is(render: Render):
    kerberos = {
        **ON,
        "keytabPath": "/srv/keytab",
        "principal": "me@EXAMPLE.COM",
        "ccacheMountPath": "/srv/cache",
        "ccacheFileName": "tickets",
        "reinitFrequency": 60,
    }
    assert dict(render({"kerberos": kerberos}).configuration["kerberos"]) == {
        "keytab": "/srv/keytab",
        "principal": "me@EXAMPLE.COM",
        "ccache": "/srv/cache/tickets",
        "reinit_frequency": "60",
    }


def test_its_containers_get_tickets_once_and_again(render: Render):
    pod = render(BOTH).pod("worker")
    assert pod.container("kerberos-init").arguments == ["kerberos", "-o"]
    sidecar = pod.container("worker-kerberos")
    assert sidecar.arguments == ["kerberos"]
    # A task pod ends only when nothing but native sidecars is left.
    assert (sidecar.is_init, sidecar.spec["restartPolicy"]) == (True, "Always")


def test_only_its_containers_read_the_keytab(render: Render):
    pod = render(BOTH).pod("worker")
    readers = [one.name for one in pod.containers if "kerberos-keytab" in str(one.spec)]
    assert readers == ["kerberos-init", "worker-kerberos"]
    secret = {"secretName": "airflow-kerberos-keytab", "defaultMode": 0o440}
    assert pod.volumes["kerberos-keytab"]["secret"] == secret


@pytest.mark.parametrize("key", ["kerberosSidecar", "kerberosInitContainer"])
def test_a_container_of_it_turns_it_on(render: Render, key: str):
    manifests = render({"workers": {key: ON}})
    assert "krb5.conf" in manifests.find("ConfigMap", "airflow-config")["data"]
    assert "/etc/krb5.conf" in manifests.pod("worker").main.mounts


def test_the_values_of_kubernetes_win(render: Render):
    workers = {"kerberosSidecar": ON, "kubernetes": {"kerberosSidecar": {"enabled": False}}}
    names = [one.name for one in render({"workers": workers}).pod("worker").containers]
    assert "worker-kerberos" not in names


@pytest.mark.parametrize("namespace", ["", "elsewhere"])
def test_a_keytab_in_values_is_a_secret_where_tasks_read_it(render: Render, namespace: str):
    values = {
        "kerberos": {"keytabBase64Content": "a2V5"},
        **BOTH,
        "tasks": {"namespace": namespace},
    }
    found = {
        one["metadata"]["namespace"]: one["data"]
        for one in render(values).of("Secret")
        if one["metadata"]["name"] == "airflow-kerberos-keytab"
    }
    assert found.keys() == {"airflow", namespace or "airflow"}
    assert all(data == {"kerberos.keytab": "a2V5"} for data in found.values())


def test_its_containers_have_settings_and_are_restricted(render: Render):
    hooks = {"preStop": {"exec": {"command": ["true"]}}}
    settings = {
        **ON,
        "resources": {"limits": {"memory": "7Mi"}},
        "securityContexts": {"container": {"runAsUser": 7}},
    }
    workers = {
        "kerberosSidecar": {**settings, "containerLifecycleHooks": hooks},
        "kerberosInitContainer": settings,
    }
    pod = render({"workers": workers}).pod("worker")
    for name in ("kerberos-init", "worker-kerberos"):
        assert pod.container(name).spec["resources"]["limits"] == {"memory": "7Mi"}
        assert pod.container(name).security == {**RESTRICTED, "runAsUser": 7}
    assert pod.container("worker-kerberos").spec["lifecycle"] == hooks
