"""The values model follows the rows of the chart: a row alone gives a component its values."""

import shutil
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator
from pydantic import ValidationError

from scripts.errors import Refusal
from scripts.paths import CHART
from scripts.values import AirflowValues, replicated_keys, values_model
from scripts.values.chart_files import chart_files
from scripts.values.components import stated
from scripts.values.rows import component_rows, secret_rows
from tests.chart.sentinels import LEAVES

INVENTED = {"key": "metricsExporter", "kind": "Deployment", "namespace": "release"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the chart's data files, and of its conditions."""
    for part in ("files", "templates"):
        shutil.copytree(CHART / part, tmp_path / "airflow" / part)
    return tmp_path / "airflow"


def add(chart: Path, **rows: object) -> None:
    file = chart / "files" / "components.yaml"
    file.write_text(file.read_text() + yaml.safe_dump(rows))


def change(file: Path, old: str, new: str) -> None:
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))


def test_a_row_alone_gives_values_schema_and_documentation(copy: Path):
    add(copy, **{"metrics-exporter": INVENTED})
    files = {path.name: text for path, text in chart_files(copy).items()}
    values = yaml.safe_load(files["values.yaml"])
    schema = Draft7Validator(yaml.safe_load(files["values.schema.json"]))
    assert values["metricsExporter"]["enabled"] is True
    assert values["metricsExporter"]["resources"]["limits"]["memory"]
    assert schema.is_valid({"metricsExporter": {"env": {"A": "b"}}})
    assert not schema.is_valid({"metricsExporter": {"environment": {}}})
    assert "## `metricsExporter`" in files["values.md"]
    assert '"metricsExporter"' in files["keys.json"]


def test_the_generated_files_of_a_copy_are_inside_the_copy(copy: Path):
    assert all(path.is_relative_to(copy) for path in chart_files(copy))


@pytest.mark.parametrize(
    ("row", "keys"),
    [
        ({"kind": "Deployment", "replicated": True}, ("replicas", "podDisruptionBudget")),
        ({"kind": "Deployment"}, ("strategy", "waitForMigrations")),
        ({"kind": "Job"}, ("restartPolicy", "jobAnnotations")),
        ({"kind": "StatefulSet"}, ("podAnnotations", "enabled")),
        ({"kind": "TaskPod"}, ("env", "resources")),
    ],
    ids=str,
)
def test_a_component_without_a_file_has_the_values_of_its_kind(copy: Path, row: dict, keys: tuple):
    add(copy, **{"metrics-exporter": {**INVENTED, **row}})
    block = values_model(copy)().model_dump(by_alias=True)["metricsExporter"]
    assert set(keys) <= block.keys()
    assert ("replicas" in block) is row.get("replicated", False)


def test_policies_and_secrets_name_the_rows(copy: Path):
    add(copy, **{"metrics-exporter": INVENTED})
    change(copy / "files" / "secrets.yaml", "name: jwt-secret", "name: signing-key")
    values = {
        "networkPolicies": {"egress": {"metrics-exporter": {"git": True}}},
        "secretRevisions": {"signing-key": "2"},
    }
    assert values_model(copy).model_validate(values)
    with pytest.raises(ValidationError) as refused:
        AirflowValues.model_validate(values)
    assert len(refused.value.errors()) == 2


def test_a_misspelt_field_of_a_component_is_named_with_file_and_row(copy: Path):
    change(copy / "files" / "components.yaml", "replicated: true", "replicatd: true")
    with pytest.raises(Refusal) as refused:
        values_model(copy)
    place = f"{copy}/files/components.yaml: api-server.replicatd"
    assert str(refused.value) == f"{place}: unknown field; correct it or remove it."


def test_a_misspelt_field_of_a_secret_is_named_with_file_and_row(copy: Path):
    change(copy / "files" / "secrets.yaml", "stored: ", "storde: ")
    with pytest.raises(Refusal, match=r"secrets.yaml: [a-z-]+[.]storde: unknown field"):
        values_model(copy)


def test_a_row_without_a_kind_is_refused(copy: Path):
    add(copy, **{"metrics-exporter": {"key": "metricsExporter", "namespace": "release"}})
    with pytest.raises(Refusal, match=r"metrics-exporter.kind: Field required"):
        values_model(copy)


def test_a_port_without_a_number_is_refused(copy: Path):
    add(copy, **{"metrics-exporter": {**INVENTED, "serves": "metrics"}})
    with pytest.raises(Refusal, match=r"metrics-exporter.serves: unknown port `metrics`"):
        values_model(copy)


@pytest.mark.parametrize(
    ("file", "old", "new", "answer"),
    [
        (
            "components",
            "git: gitSyncOrBundles",
            "gti: gitSyncOrBundles",
            "scheduler.calls: unknown callee `gti`",
        ),
        (
            "components",
            "git: gitSyncOrBundles",
            "git: gitSyncOrBundle",
            "calls.git: unknown condition `gitSyncOrBundle`",
        ),
        ("components", "when: podLogReading", "when: never", "when: unknown condition `never`"),
        ("destinations", "lineage:", "linaege:", "linaege: unknown destination `linaege`"),
        (
            "destinations",
            "text: apiServer.apiServerConfig",
            "text: apiServer.config",
            "identityProvider: unknown value `apiServer.config`",
        ),
        (
            "destinations",
            "option: sentry.sentry_on",
            "option: sentry.sentry_on, variable: SENTRY_DSN",
            "errorTracking: a row reads an option, a variable or a text; state one of them.",
        ),
        (
            "components",
            "external: database",
            "external: databases",
            "external: unknown block `databases`",
        ),
        ("components", "verbs: [get, list]", "verb: [get, list]", "rules.0.verb: unknown field"),
        ("components", "account: pod-launcher", "account: Launcher", "tasks.account: "),
        ("components", "\nscheduler:", "\napi-server:", "the key `api-server` occurs twice"),
        ("components", "\nscheduler:", "\n\tscheduler:", "not valid YAML"),
        (
            "secrets",
            "readers: [api-server, triggerer, ",
            "readers: [web, ",
            "readers: unknown component `web`",
        ),
        ("secrets", "name: jwtSecretName", "name: jwtName", "values.name: unknown value `jwtName`"),
        (
            "secrets",
            "when: postgresql.enabled",
            "when: postgres.on",
            "when: unknown value `postgres.on`",
        ),
        ("secrets", "password: postgresql}", "password: mysql}", "unknown secret `mysql`"),
        ("secrets", "name: jwt-secret", "name: fernet-key", "fernet-key: two rows have this name"),
        ("components", "kind: StatefulSet", "replicated: true\n  kind: StatefulSet", "has one pod"),
        ("secrets", "readers: [flower]", "readers: [worker]", "runs where tasks do"),
        ("secrets", "only: {scheduler:", "only: {flower:", "flower is not one of its readers"),
        ("secrets", "- name: jwt-secret", "- jwt\n- name: jwt-secret", "row 3: "),
    ],
    ids=str,
)
def test_a_row_that_cannot_work_is_refused(copy: Path, file: str, old: str, new: str, answer: str):
    change(copy / "files" / f"{file}.yaml", old, new)
    with pytest.raises(Refusal) as refused:
        values_model(copy)
    assert f"{file}.yaml" in str(refused.value)
    assert answer in str(refused.value)


@pytest.mark.parametrize("file", ["components", "secrets"])
def test_an_empty_file_of_rows_is_refused(copy: Path, file: str):
    (copy / "files" / f"{file}.yaml").write_text("")
    with pytest.raises(Refusal, match=f"{file}.yaml contains 0 YAML documents"):
        values_model(copy)


def test_a_key_that_is_another_value_is_refused(copy: Path):
    add(copy, **{"metrics-exporter": {**INVENTED, "key": "logs"}})
    with pytest.raises(Refusal, match="the key `logs` is another value"):
        values_model(copy)


def test_every_file_of_a_component_has_a_row():
    assert stated().keys() <= {row.key for row in component_rows().values()}


def test_every_value_of_a_secret_is_in_the_model():
    paths = {
        tuple(path.split("."))
        for row in secret_rows()
        for path in (*row.values.model_dump().values(), row.when)
        if path
    }
    assert paths
    assert paths <= LEAVES.keys()


def test_replicated_components_have_replicas():
    # Celery workers have replicas, but task pods, which have the same block, do not. One PgBouncer
    # is enough for prod.
    with_replicas = {path[0] for path in LEAVES if path[1:] == ("replicas",)} - {
        "workers",
        "pgbouncer",
    }
    assert set(replicated_keys()) == with_replicas
