"""External secrets: the objects that deliver them, and their readers."""

from typing import Any

import pytest
import yaml

from tests.chart.components import ALL_ON
from tests.chart.tables import TABLES
from tests.conftest import Render
from tests.rendered import Manifests
from tests.schemas import problems

ROWS = TABLES.secrets
SECRETS = {row: {"key": f"airflow/prod/payments/{row}"} for row in ROWS}
OPERATOR: dict[str, Any] = {
    "externalSecrets": {"enabled": True, "storeRef": {"name": "aws"}, "secrets": SECRETS}
}
DRIVER: dict[str, Any] = {
    "secretsStore": {
        "enabled": True,
        "parameters": {"usePodIdentity": "true"},
        "secrets": SECRETS,
    }
}


@pytest.fixture(scope="session")
def operated(render: Render) -> Manifests:
    return render({**ALL_ON, **OPERATOR})


@pytest.fixture(scope="session")
def driven(render: Render) -> Manifests:
    return render({**ALL_ON, **DRIVER})


def test_an_external_secret_becomes_the_secret_that_pods_read(operated: Manifests):
    found = {
        one["spec"]["target"]["name"]: [item["secretKey"] for item in one["spec"]["data"]]
        for one in operated.of("ExternalSecret")
    }
    assert found == {f"airflow-{row}": [what["key"]] for row, what in ROWS.items()}


def test_an_external_secret_has_a_store_and_the_key_of_its_value(operated: Manifests):
    specs = [one["spec"] for one in operated.of("ExternalSecret")]
    assert {spec["data"][0]["remoteRef"]["key"] for spec in specs} == {
        f"airflow/prod/payments/{row}" for row in ROWS
    }
    store = {"kind": "ClusterSecretStore", "name": "aws"}
    assert [spec["secretStoreRef"] for spec in specs] == [store] * len(ROWS)


def test_external_secrets_are_where_the_platform_is(operated: Manifests):
    where = {one["metadata"]["namespace"] for one in operated.of("ExternalSecret")}
    assert where == {"airflow"}


@pytest.mark.parametrize("kind", ["ExternalSecret", "SecretProviderClass"])
def test_the_operators_of_secrets_accept_every_object(
    operated: Manifests, driven: Manifests, kind: str
) -> None:
    found = {"ExternalSecret": operated, "SecretProviderClass": driven}[kind].of(kind)
    assert [problems(one, "1.36") for one in found] == [[]] * len(ROWS)


def test_a_new_revision_makes_the_operator_look(render: Render):
    secrets = render({**OPERATOR, "secretRevisions": {"jwt-secret": "2"}}).of("ExternalSecret")
    annotations = {one["metadata"]["name"]: one["metadata"].get("annotations") for one in secrets}
    assert {name: one for name, one in annotations.items() if one} == {
        "airflow-jwt-secret": {"revision": "2"}
    }


@pytest.mark.parametrize("values", [OPERATOR, DRIVER], ids=["operator", "driver"])
def test_the_chart_does_not_create_external_secrets_itself(render: Render, values: dict):
    made = render({**ALL_ON, **values})
    assert (made.of("Secret"), made.has("ServiceAccount", "airflow-create-secrets")) == ([], False)


@pytest.mark.parametrize("values", [OPERATOR, DRIVER], ids=["operator", "driver"])
def test_a_moved_secret_restarts_its_readers(render: Render, values: dict):
    [(by, block)] = values.items()
    moved = {by: {**block, "secrets": {**block["secrets"], "jwt-secret": {"key": "elsewhere"}}}}
    pods = [{pod.component: pod.annotations for pod in render(v).pods()} for v in (values, moved)]
    assert {name for name in pods[0] if pods[0][name] != pods[1][name]} == {
        *set(ROWS["jwt-secret"]["readers"]) - {"api-server-execution"}
    }


def stores(made: Manifests) -> dict[str, set[str]]:
    """The classes that each pod mounts."""
    return {
        pod.component: {
            volume["csi"]["volumeAttributes"]["secretProviderClass"]
            for volume in pod.volumes.values()
            if "csi" in volume
        }
        for pod in made.pods()
    }


def test_a_pod_mounts_exactly_the_secrets_that_it_reads(driven: Manifests):
    assert stores(driven) == {
        component: {
            f"airflow-{row}"
            for row, what in ROWS.items()
            # Log stores are off.
            if component in what["readers"] and row not in ("elasticsearch", "opensearch")
        }
        for component in stores(driven)
    }


def test_stores_are_mounted_read_only(driven: Manifests):
    mounts = [
        mount
        for _, container in driven.containers()
        for path, mount in container.mounts.items()
        if path.startswith("/run/secrets-store/")
    ]
    assert mounts
    assert [mount for mount in mounts if not mount.get("readOnly")] == []


def test_a_provider_class_creates_the_secret_that_pods_read(driven: Manifests):
    found = {
        made["secretName"]: made["data"][0]["key"]
        for one in driven.of("SecretProviderClass")
        for made in one["spec"]["secretObjects"]
    }
    assert found == {f"airflow-{row}": what["key"] for row, what in ROWS.items()}


def test_a_provider_class_requests_one_secret_by_the_name_of_its_row(driven: Manifests):
    [one] = [
        one
        for one in driven.of("SecretProviderClass")
        if one["metadata"]["name"] == "airflow-fernet-key"
    ]
    assert one["spec"]["parameters"]["usePodIdentity"] == "true"
    assert yaml.safe_load(one["spec"]["parameters"]["objects"]) == [
        {
            "objectAlias": "fernet-key",
            "objectName": "airflow/prod/payments/fernet-key",
            "objectType": "secretsmanager",
        }
    ]


def test_a_property_of_a_secret_needs_the_operator(refusal, render: Render):
    part = {"fernet-key": {"key": "airflow/all", "property": "fernet"}}
    [found] = render({"externalSecrets": {**OPERATOR["externalSecrets"], "secrets": part}}).of(
        "ExternalSecret"
    )
    assert found["spec"]["data"][0]["remoteRef"] == part["fernet-key"]
    # The provider of the driver would also write the whole secret.
    said = refusal({"secretsStore": {"enabled": True, "secrets": part}})
    assert said == "unknown value `secretsStore.secrets.fernet-key.property`"


def test_tasks_get_no_external_secret(driven: Manifests):
    assert stores(driven)["worker"] == set()


def test_a_higher_layer_takes_a_secret_away(render: Render):
    block = {**OPERATOR["externalSecrets"], "secrets": {**SECRETS, "first-user": None}}
    names = {
        one["metadata"]["name"] for one in render({"externalSecrets": block}).of("ExternalSecret")
    }
    assert "airflow-first-user" not in names


def test_prod_takes_its_database_from_outside(render: Render):
    values = {
        **OPERATOR,
        "postgresql": {"enabled": False},
        "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
    }
    assert "airflow-metadata" in render(values).secrets_read_by("scheduler")
