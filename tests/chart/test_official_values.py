"""Values that this chart shares with the official chart have the same types, so users can migrate.

scripts/values/official_values.tsv lists the values of the official chart with their types: another
type of a value here would break values files that are written for that chart.
"""

import json
from typing import Any

from jsonschema import Draft7Validator

from scripts.paths import CHART
from scripts.values import AirflowValues
from scripts.values.official import missing
from scripts.values.official_tables import official_values
from tests.chart.components import DEPLOYMENTS
from tests.chart.sentinels import at, merged
from tests.conftest import Render
from tests.rendered import Manifests

SCHEMA = Draft7Validator(json.loads((CHART / "values.schema.json").read_text()))
NAMED = {"name": "mine"}
# A sample of each type.
SAMPLES: dict[str, Any] = {
    "boolean": True,
    "integer": 7,
    "array": [{"match": "a.*", "name": "a", "labels": {"b": "$1"}}],
    "number": 7,
    "integer[0..]": 7,
    "integer[0..100]": 7,
    "integer[1..]": 7,
    "integer[600..7776000]": 700,
    "object": {"pods": "7"},
    "string": "mine",
    "object<object<boolean|integer|number|string>>": {"core": {"a": True, "b": 7, "c": "mine"}},
    "object<object{labels,annotations,useHelmHooks,data}>": {
        "mine": {"labels": {}, "annotations": {}, "useHelmHooks": False, "data": "a: b"}
    },
    "object<object{type,labels,annotations,useHelmHooks,data,stringData}>": {
        "mine": {"type": "Opaque", "useHelmHooks": False, "data": "", "stringData": "a: b"}
    },
    "object<string>": {"mine": "yours"},
    "object{horizontalPodAutoscalerConfig}": {"horizontalPodAutoscalerConfig": {"name": "mine"}},
    "object{whenDeleted,whenScaled}": {"whenDeleted": "Retain", "whenScaled": "Delete"},
    "array<object>": [NAMED],
    "array<string>": ["mine"],
    "array<k8s:ContainerPort>": [{**NAMED, "containerPort": 7}],
    "array<k8s:MetricSpec>": [{"type": "Resource", "resource": {"name": "cpu"}}],
    "array<k8s:PersistentVolumeClaimTemplate>": [{"metadata": NAMED, "spec": {}}],
    "array<object{name,port,targetPort,protocol}>": [{**NAMED, "port": 7}],
    "array<k8s:Container>": [{**NAMED, "image": "mine"}],
    "array<k8s:EnvVar>": [{**NAMED, "value": "yours"}],
    "array<k8s:HostAlias>": [{"ip": "10.0.0.1", "hostnames": ["mine"]}],
    "array<k8s:LimitRangeItem>": [{"type": "Container"}],
    "array<k8s:NetworkPolicyPeer>": [{"podSelector": {}}],
    "array<k8s:NetworkPolicyPort>": [{"port": 7}],
    "array<k8s:Toleration>": [{"operator": "Exists"}],
    "array<k8s:TopologySpreadConstraint>": [{"maxSkew": 1, "topologyKey": "zone"}],
    "array<k8s:Volume>": [{**NAMED, "emptyDir": {}}],
    "array<k8s:VolumeMount>": [{**NAMED, "mountPath": "/mine"}],
    "array<object{envName,secretName,secretKey}>": [
        {"envName": "MINE", "secretName": "mine", "secretKey": "mine"}
    ],
    "array<object{name,classpath,kwargs}>": [{**NAMED, "classpath": "a.B", "kwargs": {}}],
    "array<object{name,port,targetPort,nodePort,protocol}>": [{**NAMED, "port": 7}],
    "array<object{name,preemptionPolicy,value}>": [
        {**NAMED, "preemptionPolicy": "Never", "value": 7}
    ],
    "array<object{name,tls}|string>": [
        "mine",
        {**NAMED, "tls": {"enabled": True, "secretName": "mine"}},
    ],
    "array<object{name,value,valueFrom}>": [
        {**NAMED, "value": "yours"},
        {"name": "other", "valueFrom": {"secretKeyRef": {"name": "mine", "key": "mine"}}},
    ],
    "array<object{name,value}>": [{**NAMED, "value": "yours"}],
    "array<string|k8s:LocalObjectReference>": ["mine", NAMED],
    "k8s:Affinity": {"nodeAffinity": {}},
    "k8s:DeploymentStrategy": {"type": "Recreate"},
    "k8s:EmptyDirVolumeSource": {"sizeLimit": "7Gi"},
    "k8s:HorizontalPodAutoscalerBehavior": {"scaleDown": {"stabilizationWindowSeconds": 7}},
    "k8s:Lifecycle": {"preStop": {"exec": {"command": ["mine"]}}},
    "k8s:PodSecurityContext": {"runAsUser": 7},
    "k8s:Probe": {"periodSeconds": 7},
    "k8s:ResourceRequirements": {"limits": {"memory": "7Mi"}},
    "k8s:SecurityContext": {"runAsUser": 7},
    "k8s:StatefulSetUpdateStrategy": {"type": "OnDelete"},
}
# Samples of values that are free text there, and are restricted here.
WORDS: dict[str, Any] = {
    "executor": "KubernetesExecutor",
    "airflowVersion": "3.3.2",
    "data.metadataConnection.protocol": "postgresql",
    "data.resultBackendConnection.protocol": "postgresql",
    "apiServer.service.type": "LoadBalancer",
    "apiServer.service.loadBalancerSourceRanges": ["10.0.0.0/8"],
    "flower.service.type": "LoadBalancer",
    "flower.service.loadBalancerSourceRanges": ["10.0.0.0/8"],
    "apiServer.startupProbe.scheme": "HTTPS",
    "apiServer.readinessProbe.scheme": "HTTPS",
    "apiServer.livenessProbe.scheme": "HTTPS",
    "cleanup.serviceAccount.serviceAccountTokenVolume": {"audience": "mine"},
    "extraEnv": "- {name: MINE, value: mine}",
    "extraEnvFrom": "- {prefix: MINE}",
    "podTemplate": "kind: Pod",
    "ingress.apiServer.precedingPaths": [{"path": "/a", "servicePort": "mine"}],
    "ingress.apiServer.succeedingPaths": [{"path": "/a", "servicePort": "mine"}],
}


# The types of the values that this chart has; an option of Airflow may have any type.
ROWS = {
    ".".join(path): official.kind
    for path, official in official_values().items()
    if not missing(path, AirflowValues)
    and path[0] != "config"
    and official.kind != "any"
    and "*" not in path
    and "[]" not in path
}


def samples(path: str, kind: str) -> list[Any]:
    """Samples of a value: one of each alternative of its type."""
    if path in WORDS:
        return [WORDS[path]]
    if kind.startswith("enum:"):
        return [one for one in kind.removeprefix("enum:").split("|") if one != "null"]
    if kind in SAMPLES:
        return [SAMPLES[kind]]
    nullable = {"array<string|null>|null": ["array<string>"]}
    # Helm removes a null before it checks the schema.
    return [SAMPLES[one] for one in nullable.get(kind, kind.split("|")) if one != "null"]


def keys(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def test_every_promised_value_is_accepted_with_each_of_its_types():
    refused = [
        (path, sample)
        for path, kind in ROWS.items()
        for sample in samples(path, kind)
        if not SCHEMA.is_valid(at(keys(path), sample))
    ]
    assert ROWS
    assert refused == []


def test_a_promised_value_of_another_type_is_refused():
    wrong = {"boolean": "mine", "integer": "mine", "string": {"a": 1}, "object<string>": "mine"}
    accepted = [
        path
        for path, kind in ROWS.items()
        if kind in wrong and SCHEMA.is_valid(at(keys(path), wrong[kind]))
    ]
    assert accepted == []


def test_a_value_that_may_be_null_there_may_be_null_here(render: Render):
    # A copy of the official values.yaml contains these nulls.
    values: dict[str, Any] = {}
    for path, kind in ROWS.items():
        if "null" in kind:
            values = merged(values, at(keys(path), None))
    assert render(values).pods() != []


def test_a_component_with_enabled_null_runs(render: Render, defaults: Manifests):
    # In the official chart, dagProcessor.enabled is null by default, and means true.
    keys = {path[0] for path in official_values()} & {one.key for one in DEPLOYMENTS}
    assert render({key: {"enabled": None} for key in keys}).text == defaults.text
