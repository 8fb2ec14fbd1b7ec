"""What the chart refuses, and in which words: the key for a misspelt value, else a sentence."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args, get_origin

import pytest
from jsonschema import Draft7Validator, ValidationError
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scripts.paths import CHART
from scripts.values import MOVED, AirflowValues
from tests.chart.components import COMPONENTS
from tests.conftest import Render

SCHEMA = Draft7Validator(json.loads((CHART / "values.schema.json").read_text()))
UNKNOWN = r"'misspelt' (was unexpected|does not match any of the regexes)"
TWO = {"replicas": 2, "podDisruptionBudget": {"enabled": True}}
# What prod must have; each case takes one of it away.
PROD: dict[str, Any] = {
    "environment": "prod",
    "tasks": {"namespace": "{{ .Release.Namespace }}-tasks"},
    "postgresql": {"enabled": False},
    "data": {"metadataSecretName": "mine"},
    "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
    "config": {"logging": {"remote_logging": True}},
    **dict.fromkeys(("apiServer", "dagProcessor", "scheduler", "triggerer"), TWO),
}


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"shceduler": {}}, "shceduler"),
        ({"scheduler": {"replica": 2}}, "scheduler.replica"),
        ({"images": {"airflow": {"tga": "3.3.2"}}}, "images.airflow.tga"),
        (
            {"apiServer": {"networkPolicy": {"ingress": {"form": []}}}},
            "apiServer.networkPolicy.ingress.form",
        ),
        ({"workers": {"kubernetes": {"sets": []}}}, "workers.kubernetes.sets"),
        ({"secretRevisions": {"fernet": "1"}}, "secretRevisions.fernet"),
        ({"networkPolicies": {"extraEgress": {"dagProcessor": []}}}, "extraEgress.dagProcessor"),
    ],
)
def test_a_misspelt_value_is_named(refusal, values: dict, key: str):
    said = refusal(values)
    assert "unknown value `" in said and f"{key}`" in said


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"scheduler": {"replicas": "two"}}, "scheduler.replicas"),
        ({"scheduler": {"replicas": -1}}, "scheduler.replicas"),
        ({"images": {"airflow": {"pullPolicy": "Sometimes"}}}, "images.airflow.pullPolicy"),
        ({"labels": {"a": 1}}, "labels.a"),
        ({"secret": [{"envName": "A"}]}, "secret.0"),
        ({"priorityClasses": [{"name": "high"}]}, "priorityClasses.0"),
    ],
)
def test_a_value_of_another_kind_is_named(refusal, values: dict, key: str):
    assert f"`{key}`" in refusal(values)


def blocks(model: type[BaseModel], wrap: Callable[[Any], Any] = dict) -> Iterator[Callable]:
    """For every closed block of the model: what makes values of the content of that block."""
    yield wrap
    for name, field in model.model_fields.items():
        for block, shape in _models(field.annotation):
            key = field.alias or name

            def deeper(
                content: Any, key: str = key, shape: Callable[[Any], Any] = shape
            ) -> dict[str, Any]:
                return wrap({key: shape(content)})

            yield from blocks(block, deeper)


def _models(kind: Any) -> Iterator[tuple[type[BaseModel], Callable[[Any], Any]]]:
    """The models in a type, and how a value of the type holds one."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind, lambda content: content
    elif get_origin(kind) is list:
        yield from ((block, lambda content: [content]) for block, _ in _models(get_args(kind)[0]))
    elif get_origin(kind) is dict:
        names, item = get_args(kind)
        key = next(iter(get_args(names)), "any")
        yield from ((block, lambda content: {key: content}) for block, _ in _models(item))
    else:
        for part in get_args(kind):
            yield from _models(part)


def test_a_misspelt_value_is_refused_at_any_depth():
    found = [make({"misspelt": 1}) for make in blocks(AirflowValues)]
    accepted = [values for values in found if not re.search(UNKNOWN, problems(values))]
    assert len(found) > len(COMPONENTS)
    assert accepted == []


def emptied(model: BaseModel, wanted: Callable[[FieldInfo], bool]) -> dict[str, Any]:
    """Values that take keys of a model away by null: those wanted, at any depth."""
    found: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        key, value = field.alias or name, getattr(model, name)
        if wanted(field):
            found[key] = None
        elif isinstance(value, BaseModel):
            found[key] = emptied(value, wanted)
    return found


def test_a_block_that_is_empty_is_named(refusal):
    values = emptied(AirflowValues(), lambda field: isinstance(field.default, BaseModel))
    assert set(refusal(values).splitlines()) == {
        f"{path} is empty: give it a value, or leave it out." for path in paths(values)
    }


def test_a_switch_that_is_empty_is_named(refusal):
    values = emptied(AirflowValues(), lambda field: field.annotation is bool)
    assert set(refusal(values).splitlines()) == {
        f"{path} is empty: give it a value, or leave it out." for path in paths(values)
    }


def paths(values: dict[str, Any], above: str = "") -> Iterator[str]:
    """The dotted paths of what is null."""
    for key, value in values.items():
        if value is None:
            yield f"{above}{key}"
        else:
            yield from paths(value, f"{above}{key}.")


def test_maps_and_lists_may_be_empty(render: Render):
    # As in a file of values in which all lines below a key are comments.
    values = emptied(AirflowValues(), lambda field: field.default in ({}, []))
    # Without an address of the Kubernetes API nobody could run a task.
    del values["networkPolicies"]["kubernetes"]["cidrs"]
    assert render(values).has("Deployment", "airflow-scheduler")


@pytest.mark.parametrize(("path", "instead"), MOVED.items())
def test_a_value_that_has_moved_says_where_it_went(refusal, path: str, instead: str):
    values: Any = {"anything": 1}
    for key in reversed(path.split(".")):
        values = {key: values}
    assert refusal(values) == f"{path} is {instead} in this chart: move it there."


def problems(values: dict[str, Any]) -> str:
    """What the schema says against values, in the branches of its alternatives, too."""

    def said(errors: Iterable[ValidationError]) -> Iterator[str]:
        for error in errors:
            yield error.message
            yield from said(error.context or [])

    return "; ".join(said(SCHEMA.iter_errors(values)))


@pytest.mark.parametrize("key", ["x-anchors", "global"])
def test_what_is_nobody_s_value_is_let_through(render: Render, key: str):
    assert render({key: {"anything": 1}}).has("Deployment", "airflow-scheduler")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"images": {"airflow": {"tag": "2.11.0"}}},
            "Airflow 2.11.0 is older than 3.0, the oldest that this chart runs: "
            "set images.airflow.tag (or airflowVersion) to 3.0.0 or newer.",
        ),
        ({"defaultAirflowTag": "2.10.5-python3.12"}, "Airflow 2.10.5 is older than 3.0"),
        ({"airflowVersion": "2.11"}, "Airflow 2.11 is older than 3.0"),
        ({"images": {"pod_template": {"tag": "2.11.0"}}}, "set images.pod_template.tag to 3.0.0"),
        ({"images": {"airflow": {"tag": "nightly"}}}, "set airflowVersion, such as 3.3.2."),
        (
            {"executor": "LocalExecutor"},
            'executor "LocalExecutor" is not one of KubernetesExecutor: '
            "set executor to one of them.",
        ),
        (
            {"config": {"core": {"executor": "CeleryExecutor"}}},
            "config.core.executor is CeleryExecutor and executor is KubernetesExecutor: "
            "set executor only.",
        ),
        (
            {"postgresql": {"enabled": False}},
            "An external database needs a Secret: set data.metadataSecretName",
        ),
        (
            {"postgresql": {"enabled": False}, "data": {"metadataSecretName": "mine"}},
            "networkPolicies.database.cidrs must name the network of the external database",
        ),
        ({"data": {"metadataSecretName": "mine"}}, "set postgresql.enabled to false, or"),
        (
            {"data": {"metadataConnection": {"pass": "x"}}},
            "data.metadataConnection.pass does nothing for the release's own database",
        ),
        (
            {"data": {"metadataConnection": {"host": "db.example.com"}}},
            "data.metadataConnection.host names an external database, and postgresql.enabled makes",
        ),
        (
            {"postgresql": {"enabled": False}, "data": {"metadataConnection": {"pass": "x"}}},
            "data.metadataConnection.host must name the external database",
        ),
        (
            {"config": {"kubernetes_executor": {"namespace": "elsewhere"}}},
            "config.kubernetes_executor.namespace is elsewhere",
        ),
        ({"airflowVersion": "v3.3.2"}, "airflowVersion is needed"),
        (
            {"networkPolicies": {"destinations": {"postgresql": {"cidrs": ["10.9.0.0/16"]}}}},
            "networkPolicies.destinations.postgresql is the name of something else",
        ),
        (
            {
                "networkPolicies": {
                    "destinations": {"x": {"cidrs": ["10.0.0.0/8"], "except": ["10.1.0.0/16"]}}
                }
            },
            "networkPolicies.destinations.x.except cuts nothing out of 10.0.0.0/8",
        ),
        (
            {"networkPolicies": {"internet": {"cidrs": ["8.0.0.0/8"], "except": ["8.1.0.0/16"]}}},
            "networkPolicies.internet.except cuts nothing out of 8.0.0.0/8",
        ),
        (
            {"networkPolicies": {"destinations": {"git": {"fqdns": ["github.com"]}}}},
            "networkPolicies.destinations.git.fqdns needs Cilium",
        ),
        (
            {"config": {"kubernetes_executor": {"multi_namespace_mode": True}}},
            "config.kubernetes_executor.multi_namespace_mode alone makes no roles",
        ),
        (
            {"multiNamespaceMode": True, "tasks": {"admission": {"enabled": True}}},
            "tasks.admission looks into namespaces that are named: with multiNamespaceMode, set",
        ),
        (
            {
                "tasks": {"admission": {"enabled": True}},
                "scheduler": {"serviceAccount": {"create": False}},
            },
            "scheduler.serviceAccount is default, which tasks may use",
        ),
        ({"tasks": {"namespace": "My_NS"}}, "My_NS cannot be the name of a namespace"),
        ({"fullnameOverride": "My_Name"}, "My_Name cannot be the name of a namespace or an acc"),
        (
            {"config": {"api": {"base_url": "airflow.example.com"}}},
            "config.api.base_url airflow.example.com has no scheme",
        ),
        (
            {"podTemplate": "kind: Pod\nspec: {containers: [{name: worker}]}"},
            "podTemplate has no container base",
        ),
        ({"podTemplate": "kind: Pod"}, "podTemplate lacks the label component: worker"),
        (
            {"workers": {"extraVolumes": {"v": {"configMap": {"name": "{{ 1 | squote }}x"}}}}},
            "The pod of a task is no YAML",
        ),
        (
            {
                "scheduler": {
                    "pod": {"priority": 1},
                    "extraVolumes": {"v": {"configMap": {"name": "{{ 1 | squote }}x"}}},
                }
            },
            "The pod of scheduler is no YAML",
        ),
        (
            {"networkPolicies": {"egress": {"worker": {"warehouse": True}}}},
            "networkPolicies.egress.worker.warehouse is none of cloudIdentity, git, internet, "
            "kubernetes, metrics, objectStorage, secretsBackend, smtp: "
            "name it in networkPolicies.destinations.",
        ),
        ({"environment": "Prod"}, "environment Prod would skip what is refused in prod: call it"),
        ({"environment": "production"}, "environment production would skip what is refused in"),
        (
            {"data": {"metadataConnection": {"user": "me"}}},
            "data.metadataConnection.user does nothing for the release's own database: "
            "set postgresql.enabled to false and data.metadataConnection.host, or leave it out.",
        ),
        (
            {"postgresql": {"image": {"tag": None}}},
            "The image postgres has neither a tag nor a digest: set one.",
        ),
        (
            {"useStandardNaming": True, "fullnameOverride": "My_Airflow"},
            "The name My_Airflow cannot begin that of a Service",
        ),
        ({"env": [{"value": "x"}]}, "An environment variable in a list has no name"),
        ({"volumeMounts": [{"name": "x"}]}, "A volume or mount has no mountPath"),
        (
            {"createSecretsJob": {"enabled": False}},
            "nobody creates airflow-api-secret-key, airflow-fernet-key, airflow-jwt-secret, "
            "airflow-postgresql, airflow-metadata: name Secrets of yours",
        ),
        (
            {"fernetKey": "x", "fernetKeySecretName": "mine"},
            "fernetKey does nothing while fernetKeySecretName names a Secret: "
            "leave one of them out.",
        ),
        ({"migrateDatabaseJob": {"useHelmHooks": True}}, "migrateDatabaseJob.useHelmHooks deadl"),
        ({"createUserJob": {"useHelmHooks": True}}, "createUserJob.useHelmHooks deadlocks"),
        ({"extraSecrets": {"a": {"useHelmHooks": True}}}, "extraSecrets.a.useHelmHooks makes"),
        ({"extraConfigMaps": {"a": {"useHelmHooks": True}}}, "extraConfigMaps.a.useHelmHooks"),
        ({"podTemplate": "just text"}, "podTemplate is not a Pod in YAML"),
        ({"podTemplate": "kind: [}"}, "podTemplate is not a Pod in YAML"),
        ({"extraEnv": "A: b"}, "extraEnv is not a list of maps in YAML"),
        ({"extraEnv": "- [}"}, "extraEnv is not a list of maps in YAML"),
        ({"extraEnvFrom": "secretRef: {}"}, "extraEnvFrom is not a list of maps in YAML"),
    ],
)
def test_what_cannot_work_is_refused_in_a_sentence(refusal, values: dict, sentence: str):
    assert sentence in refusal(values)


def test_a_tag_without_a_version_is_fine_when_the_version_is_said(render: Render):
    values = {"images": {"airflow": {"tag": "nightly"}}, "airflowVersion": "3.3.2"}
    assert render(values).pod("scheduler").main.image == "apache/airflow:nightly"


@pytest.mark.parametrize("tag", ["3.0.0", "3.0.0rc1", "3.3.2-python3.12", "3.10.1", "4.0.0"])
def test_airflow_3_and_newer_is_fine(render: Render, tag: str):
    assert render({"images": {"airflow": {"tag": tag}}}).pod("scheduler").main.image.endswith(tag)


SECRETS = {
    "fernet_key": ("core", "AIRFLOW__CORE__FERNET_KEY", "fernetKeySecretName"),
    "jwt_secret": ("api_auth", "AIRFLOW__API_AUTH__JWT_SECRET", "jwtSecretName"),
    "secret_key": ("api", "AIRFLOW__API__SECRET_KEY", "apiSecretKeySecretName"),
    "sql_alchemy_conn": (
        "database",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
        "data.metadataSecretName",
    ),
}


def test_no_secret_of_the_platform_goes_into_the_configuration(refusal):
    said = refusal({"config": {section: {key: "x"} for key, (section, _, _) in SECRETS.items()}})
    assert set(said.splitlines()) == {
        f"Task pods would read config.{section}.{key}: take it out, and set {instead}."
        for key, (section, _, instead) in SECRETS.items()
    }


VARIABLES = [variable for _, variable, _ in SECRETS.values()]


@pytest.mark.parametrize(
    "values",
    [
        {"env": dict.fromkeys(VARIABLES, "x")},
        {"env": [{"name": variable, "value": "x"} for variable in VARIABLES]},
        {"extraEnv": "\n".join(f"- {{name: {variable}, value: x}}" for variable in VARIABLES)},
        {"secret": [{"envName": variable, "secretName": "mine"} for variable in VARIABLES]},
        {"workers": {"env": dict.fromkeys(VARIABLES, "x")}},
        {"workers": {"kubernetes": {"env": {f"{variable}_CMD": "x" for variable in VARIABLES}}}},
    ],
    ids=["map", "list", "extraEnv", "secret", "workers", "command"],
)
def test_no_secret_of_the_platform_becomes_a_variable_of_tasks(refusal, values: dict):
    assert set(refusal(values).splitlines()) == {
        f"Task pods would read {variable}: take it out of env, extraEnv, secret and workers.env, "
        f"and set {instead}."
        for _, variable, instead in SECRETS.values()
    }


def test_a_label_that_selectors_are_made_of_is_refused(refusal):
    labels = dict.fromkeys(["tier", "component", "release", "chart", "heritage"], "mine")
    said = refusal({"labels": labels, "scheduler": {"labels": labels}})
    assert set(said.splitlines()) == {
        f"{path}labels.{label} is the chart's own, since Services and policies select by it: "
        "take it out."
        for path in ("", "scheduler.")
        for label in labels
    }


def test_a_name_that_fits_nowhere_is_refused(refusal):
    assert "is longer than 40 characters" in refusal(name="a" * 41)


def test_all_that_is_wrong_is_said_at_once(refusal):
    said = refusal({"executor": "X", "images": {"airflow": {"tag": "2.11.0"}}})
    assert len(said.splitlines()) == 2


def test_prod_is_rendered_when_it_has_what_it_must_have(render: Render):
    assert render(PROD).has("Deployment", "airflow-scheduler")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"postgresql": {"enabled": True}, "data": {}},
            "prod must not keep its database in a pod: set postgresql.enabled to false and "
            "data.metadataSecretName to the Secret of an external database.",
        ),
        ({"fernetKey": "x"}, "take fernetKey out of the values and set fernetKeySecretName."),
        ({"jwtSecret": "x"}, "take jwtSecret out of the values and set jwtSecretName."),
        ({"apiSecretKey": "x"}, "take apiSecretKey out of the values and set apiSecretKeySecr"),
        (
            {"data": {"metadataConnection": {"pass": "x", "host": "db"}}},
            "take data.metadataConnection.pass out of the values and set data.metadataSecretName.",
        ),
        (
            {"createUserJob": {"defaultUser": {"password": "x"}}},
            "take createUserJob.defaultUser.password out of the values and set "
            "createUserJob.defaultUser.passwordSecretName.",
        ),
        (
            {"extraSecrets": {"mine": {"stringData": {"a": "b"}}}},
            "take extraSecrets.mine out of the values and make the Secret outside.",
        ),
        (
            {"config": {}},
            "In prod, logs must outlive KubernetesExecutor pods: set config.logging.remote_logging "
            "to true with a bucket, or logs.persistence.enabled to true.",
        ),
        (
            {"networkPolicies": {"enabled": False}},
            "prod must have network policies: leave networkPolicies.enabled true.",
        ),
        (
            {"scheduler": {**TWO, "replicas": 1}},
            "prod must survive the loss of a node: set scheduler.replicas to at least 2.",
        ),
        (
            {"apiServer": {"replicas": 2}},
            "prod must stay up while nodes are drained: set apiServer.podDisruptionBudget.enabled",
        ),
        (
            {"multiNamespaceMode": True},
            "prod must know where tasks run: set config.kubernetes_executor.",
        ),
        (
            {
                "multiNamespaceMode": True,
                "config": {
                    **PROD["config"],
                    "kubernetes_executor": {"multi_namespace_mode_namespace_list": "airflow"},
                },
            },
            "prod must keep task pods away from the platform's secrets",
        ),
        (
            {"images": {"pod_template": {"tag": "latest"}}},
            "prod must know what it runs: set images.pod_template.tag to a version",
        ),
        (
            {"tasks": {}},
            "prod must keep task pods away from the platform's secrets: "
            "set tasks.namespace to a namespace of their own.",
        ),
        (
            {"images": {"airflow": {"tag": "latest"}}, "airflowVersion": "3.3.2"},
            "prod must know what it runs: set images.airflow.tag to a version, not to latest.",
        ),
        (
            {"config": {**PROD["config"], "core": {"load_examples": True}}},
            "prod must not have config.core.load_examples: set it to false.",
        ),
        (
            {"config": {**PROD["config"], "core": {"simple_auth_manager_all_admins": "True"}}},
            "prod must not have config.core.simple_auth_manager_all_admins: set it to false.",
        ),
    ],
)
def test_prod_refuses_what_it_must_not_have(refusal, values: dict, sentence: str):
    said = refusal({**PROD, **values})
    assert sentence in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("written", [True, "True", "true"])
def test_remote_logs_are_recognised_however_they_are_written(render: Render, written: Any):
    assert render({**PROD, "config": {"logging": {"remote_logging": written}}}).objects


def test_persistent_logs_do_for_prod_as_well(render: Render):
    values = {**PROD, "config": {}, "logs": {"persistence": {"enabled": True}}}
    assert render(values).has("PersistentVolumeClaim", "airflow-logs")


def test_elsewhere_text_secrets_are_taken(render: Render):
    assert render({"environment": "nonprod", "fernetKey": "x"}).has("Secret", "airflow-fernet-key")
