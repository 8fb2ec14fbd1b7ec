"""The order of init containers: what must run before the wait for the database stands before it."""

from typing import Any

import pytest

from tests.chart.components import DEPLOYMENTS, everywhere
from tests.conftest import Render
from tests.rendered import Manifests

WAITING = {one.key for one in DEPLOYMENTS} | {"migrateDatabaseJob", "createUserJob"}
OPTIONAL = ("apiServerExecution", "createUserJob", "syncMetadataJob")
PROXY = {"image": "registry.example.com/sql-proxy:2", "restartPolicy": "Always"}
FETCH = {"image": "registry.example.com/certificates:2.0"}
WAIT = "wait"


def names(manifests: Manifests) -> list[list[str]]:
    """The init containers of each pod that has some, with one name for the two waits."""
    pods = [[c.name for c in pod.containers if c.is_init] for pod in manifests.pods()]
    return [
        [WAIT if name.startswith("wait-for-airflow-") else name for name in one]
        for one in pods
        if one
    ]


@pytest.fixture
def order(render: Render):
    """The order of init containers, equal in all pods that wait."""

    def act(containers: Any, **settings: Any) -> list[str]:
        block = {"extraInitContainers": containers, **settings}
        values = dict.fromkeys(WAITING, block)
        values["createUserJob"] = {**block, "enabled": True}
        found = names(render(values))
        assert len(found) == len(WAITING)
        assert all(one == found[0] for one in found)
        return found[0]

    return act


def listed(**containers: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, **container} for name, container in containers.items()]


@pytest.mark.parametrize("shape", [dict, listed])
def test_a_native_sidecar_starts_before_the_wait(order, shape):
    assert order(shape(proxy=PROXY)) == ["proxy", WAIT]


@pytest.mark.parametrize("shape", [dict, listed])
def test_another_init_container_starts_after_the_wait(order, shape):
    assert order(shape(fetch=FETCH)) == [WAIT, "fetch"]


@pytest.mark.parametrize("shape", [dict, listed])
@pytest.mark.parametrize("first", [True, "true", "{{ true }}"])
def test_an_init_container_can_be_put_before_the_wait(order, shape, first: bool | str):
    assert order(shape(fetch={**FETCH, "beforeWaiting": first})) == ["fetch", WAIT]


def test_a_native_sidecar_can_be_put_after_the_wait(order):
    assert order({"shipper": {**PROXY, "beforeWaiting": False}}) == [WAIT, "shipper"]


def test_a_list_keeps_its_order_on_both_sides_of_the_wait(order):
    containers = listed(e=FETCH, d=PROXY, c={**FETCH, "beforeWaiting": True}, b=PROXY, a=FETCH)
    assert order(containers) == ["d", "c", "b", WAIT, "e", "a"]


def test_without_a_wait_a_list_keeps_its_order(order):
    containers = listed(c=FETCH, b=PROXY, a={**FETCH, "beforeWaiting": True})
    assert order(containers, waitForMigrations={"enabled": False}) == ["c", "b", "a"]


def test_a_pod_that_does_not_wait_keeps_the_order(render: Render):
    containers = listed(b=FETCH, a={**PROXY, "beforeWaiting": True})
    pod = render({"workers": {"extraInitContainers": containers}}).pod("worker")
    assert [c.name for c in pod.containers if c.is_init] == ["b", "a"]


@pytest.mark.parametrize("first", [True, False])
def test_the_field_of_the_chart_is_removed(render: Render, first: bool):
    block = {"extraInitContainers": {"fetch": {**FETCH, "beforeWaiting": first}}}
    manifests = render({"workers": block, "scheduler": block})
    assert "beforeWaiting" not in manifests.text


def test_the_wait_can_be_switched_off_everywhere(render: Render):
    values = everywhere({"waitForMigrations": {"enabled": False}}, DEPLOYMENTS)
    off = {"waitForMigrations": {"enabled": False}}
    others = {key: {**off, "enabled": True} for key in OPTIONAL}
    manifests = render({**values, **others, "migrateDatabaseJob": off})
    assert len(manifests.of("Job")) > 1
    assert "wait-for-airflow" not in manifests.text


# A variable for libpq in every place of values that reaches the main container.
PLACES = {
    "env": {"env": {"PGSSLROOTCERT": "/certificates/ca.pem"}},
    "extraEnv": {"extraEnv": "- {name: PGSSLROOTCERT, value: /certificates/ca.pem}"},
    "secret": {
        "secret": [{"envName": "PGSSLROOTCERT", "secretName": "database", "secretKey": "ca"}]
    },
    "env of the component": {
        key: {"env": {"PGSSLROOTCERT": "/certificates/ca.pem"}} for key in WAITING
    },
}


@pytest.mark.parametrize("place", PLACES)
def test_the_wait_has_the_variables_of_its_component(render: Render, place: str):
    manifests = render(PLACES[place])
    waits = [c for _, c in manifests.containers() if c.name.startswith("wait-for-airflow-")]
    assert waits
    assert [c for c in waits if "PGSSLROOTCERT" not in c.env] == []


def test_the_wait_has_the_sources_of_variables_of_its_component(render: Render):
    manifests = render({"extraEnvFrom": "- configMapRef: {name: libpq}"})
    waits = [c for _, c in manifests.containers() if c.name.startswith("wait-for-airflow-")]
    assert waits
    wanted = [{"configMapRef": {"name": "libpq"}}]
    assert [c for c in waits if c.spec.get("envFrom") != wanted] == []


def test_a_variable_of_the_wait_alone_wins(render: Render):
    wait = {"waitForMigrations": {"env": {"PGCONNECT_TIMEOUT": "9"}}}
    pod = render({"scheduler": {"env": {"PGCONNECT_TIMEOUT": "5"}, **wait}}).pod("scheduler")
    assert [c.env["PGCONNECT_TIMEOUT"] for c in pod.containers] == ["9", "5"]


def test_a_file_that_an_init_container_fetches_is_mounted_in_the_wait(render: Render):
    block = {
        "extraInitContainers": {"fetch": {**FETCH, "beforeWaiting": True}},
        "extraVolumes": {"certificates": {"emptyDir": {}}},
        "extraVolumeMounts": {"certificates": {"mountPath": "/certificates"}},
    }
    manifests = render(dict.fromkeys(WAITING - {"createUserJob"}, block))
    waits = [c for _, c in manifests.containers() if c.name.startswith("wait-for-airflow-")]
    assert waits
    assert [c for c in waits if "/certificates" not in c.mounts] == []
