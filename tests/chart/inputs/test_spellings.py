"""An option of Airflow has the same effect in every place in which Airflow reads it."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.chart.cases import merged
from tests.chart.inputs.asked import answered, assert_refused, execution_url, probes, rendered
from tests.rendered import Manifests

Options = Mapping[tuple[str, str], str | bool]

UI: Options = {("api", "base_url"): "https://data.example.com/flows"}
LOGS: Options = {
    ("logging", "remote_logging"): "True",
    ("logging", "remote_base_log_folder"): "s3://flow-logs/airflow",
    ("logging", "remote_log_conn_id"): "aws_default",
}


def variable(section: str, key: str) -> str:
    return f"AIRFLOW__{section}__{key}".upper()


def variables(options: Options) -> dict[str, str]:
    return {variable(*name): str(value) for name, value in options.items()}


def as_config(options: Options) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for (section, key), value in options.items():
        config.setdefault(section, {})[key] = value
    return {"config": config}


def as_map(options: Options) -> dict[str, Any]:
    return {"env": variables(options)}


def as_list(options: Options) -> dict[str, Any]:
    return {"env": [{"name": name, "value": value} for name, value in variables(options).items()]}


def as_text(options: Options) -> dict[str, Any]:
    return {"extraEnv": yaml.safe_dump(as_list(options)["env"])}


SPELLINGS = (as_map, as_list, as_text)


def derived(manifests: Manifests) -> list[Mapping[str, Any]]:
    """The objects that follow from an option: everything but the pods that have the variable."""
    kinds = {"Service", "NetworkPolicy", "PersistentVolumeClaim", "Role", "RoleBinding", "Ingress"}
    return [one for one in manifests.objects if one["kind"] in kinds]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_path_of_the_ui_is_in_the_execution_url_and_in_the_probes(spelling):
    manifests = rendered(spelling(UI))
    assert execution_url(manifests).endswith(":8080/flows/execution/")
    assert {one["path"] for one in probes(manifests).values()} == {"/flows/api/v2/version"}


@pytest.mark.parametrize("options", [UI, LOGS], ids=["ui", "logs"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_objects_are_those_of_the_same_option_in_config(spelling, options: Options):
    assert derived(rendered(spelling(options))) == derived(rendered(as_config(options)))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_notes_follow_remote_logs_in_every_spelling(notes, spelling):
    assert "lost with their pods" not in notes(spelling(LOGS))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_prod_accepts_remote_logs_in_every_spelling(spelling, prod: dict[str, Any]):
    prod = {**prod, "config": {}}
    assert answered(merged(prod, spelling(LOGS))).sentences == []


def test_the_old_section_of_the_ui_address_is_followed_or_refused():
    values = {"config": {"webserver": {"base_url": UI["api", "base_url"]}}}
    found = answered(values)
    if found.sentences:
        assert found.refuses("config.webserver.base_url", "config.api.base_url")
    else:
        assert execution_url(found.manifests).endswith(":8080/flows/execution/")
        assert found.manifests.configuration["api"]["base_url"] == UI["api", "base_url"]


def test_the_old_section_of_the_configuration_page_is_followed_or_refused():
    found = answered({"config": {"webserver": {"expose_config": "True"}}})
    if found.sentences:
        assert found.refuses("config.webserver.expose_config", "config.api.expose_config")
    else:
        assert found.manifests.configuration["api"]["expose_config"] == "True"


@pytest.mark.parametrize(
    ("old", "instead"),
    [
        ("core.sql_alchemy_conn", "data.metadataSecretName"),
        ("webserver.secret_key", "apiSecretKeySecretName"),
    ],
)
def test_a_secret_under_an_old_name_is_refused(old: str, instead: str):
    section, key = old.split(".")
    assert_refused({"config": {section: {key: "hunter2"}}}, f"config.{old}", instead)


@pytest.mark.parametrize(
    "values",
    [
        {"secret": [{"envName": variable("api", "base_url"), "secretName": "a", "secretKey": "b"}]},
        {"env": [{"name": variable("api", "base_url"), "valueFrom": {"fieldRef": {}}}]},
        {"env": {variable("api", "base_url"): {"valueFrom": {"secretKeyRef": {"name": "a"}}}}},
    ],
    ids=["secret", "env list", "env map"],
)
def test_an_option_that_the_chart_cannot_read_is_refused(values: dict[str, Any]):
    assert_refused(values, "AIRFLOW__API__BASE_URL", "config.api.base_url")


@pytest.mark.parametrize(
    "values",
    [
        {"config": {"api": {"port": 9191}}},
        {"env": {"AIRFLOW__API__PORT": "9191"}},
        {"apiServer": {"env": {"AIRFLOW__API__PORT": "9191"}}},
        {"apiServer": {"env": [{"name": "AIRFLOW__API__PORT", "value": "9191"}]}},
    ],
    ids=["config", "env", "component map", "component list"],
)
def test_the_port_of_the_api_server_is_followed_or_refused(values: dict[str, Any]):
    found = answered(values)
    if found.sentences:
        assert found.refuses("ports.apiServer")
    else:
        assert found.manifests.pod("api-server").main.ports == {"api-server": 9191}
        assert ":9191/" in execution_url(found.manifests)


@pytest.mark.parametrize("spelling", [as_config, *SPELLINGS])
def test_a_secrets_backend_asks_for_its_network_in_every_spelling(notes, spelling):
    backend = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
    values = spelling({("secrets", "backend"): backend})
    written = "config.secrets.backend" if "config" in values else "AIRFLOW__SECRETS__BACKEND"
    said = " ".join(notes(values).split())
    assert "may reach any address on port 443, to find secretsBackend (" in said
    assert (
        f"{written}). Close this way: set networkPolicies.destinations.secretsBackend.cidrs" in said
    )
