"""Every value of the model, and whether it has an effect on a render.

Each value gets a string or number of its own (a mark), so that one render checks hundreds of
values. A switch, or a value that another one hides, is tried alone.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel

from scripts.errors import Refusal
from scripts.releases.render import helm_template
from scripts.values import AirflowValues
from scripts.values.blocks import Cidr
from scripts.values.topics.network import NOT_PUBLIC
from tests.chart.cases import merged
from tests.chart.components import COMPONENTS, Component
from tests.conftest import EVERYTHING_ON
from tests.rendered import Manifests

Path = tuple[str, ...]

# Additions to everything_on, so that more values have an effect.
MORE: dict[str, Any] = {
    "airflowVersion": "3.3.2",
    "executor": "CeleryExecutor,KubernetesExecutor",
    "flower": {"enabled": True, "password": "text"},
    "apiServer": {
        "apiServerConfig": "# mine",
        "networkPolicy": {"ingress": {"from": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}},
        "service": {"type": "LoadBalancer"},
        "hpa": {"enabled": True},
    },
    "apiServerExecution": {"hpa": {"enabled": True}},
    "triggerer": {"keda": {"enabled": True}, "persistence": {"fixPermissions": True}},
    "workers": {"keda": {"enabled": True}, "podDisruptionBudget": {"enabled": True}},
    "networkPolicies": {
        "internet": {"ports": [443]},
        "cilium": {"enabled": True},
        "destinations": {"git": {"fqdns": ["github.com"]}},
    },
    "fernetKey": "text",
    "jwtSecret": "text",
    "apiSecretKey": "text",
    "datadog": {"enabled": False},
    "statsd": {"enabled": True, "extraNetworkPolicies": [{"podSelector": {}}]},
    "otelCollector": {"extraNetworkPolicies": [{"podSelector": {}}]},
    "prometheus": {"serviceMonitor": {"enabled": True}, "rule": {"enabled": True}},
    "ingress": {"statsd": {"enabled": True}, "flower": {"enabled": True}},
}
DATADOG: dict[str, Any] = {
    "datadog": {"enabled": True},
    "statsd": {"enabled": False},
    "prometheus": {"serviceMonitor": {"enabled": False}, "rule": {"enabled": False}},
}
OUTSIDE: dict[str, Any] = {
    "postgresql": {"enabled": False},
    "redis": {"enabled": False},
    "data": {
        "brokerUrl": "text",
        "metadataConnection": {"pass": "text", "host": "db.example.com"},
        "resultBackendConnection": {"pass": "text", "host": "results.example.com"},
    },
    "networkPolicies": {"broker": {"cidrs": ["10.66.0.0/16"]}},
    "pgbouncer": {"enabled": False},
    "prometheus": {"serviceMonitor": {"enabled": False}, "podMonitor": {"enabled": True}},
    "ingress": {
        key: {"enabled": True, "hosts": [], "host": "a.example.com"}
        for key in ("apiServer", "flower", "statsd")
    },
    "logs": {"persistence": {"enabled": False}},
    "apiServer": {"hpa": {"enabled": False}},
    "apiServerExecution": {"hpa": {"enabled": False}},
    "triggerer": {"keda": {"enabled": False}},
    "workers": {
        "keda": {"enabled": False},
        "hpa": {"enabled": True},
        "persistence": {"enabled": True},
        "kerberosInitContainer": {"enabled": False},
        "kerberosSidecar": {"enabled": False},
    },
}
LOG_STORES: list[dict[str, Any]] = [
    {
        store: {"enabled": True, "connection": {"host": "text", "user": "text", "pass": "text"}},
        "networkPolicies": {"destinations": {"taskLogStore": {"cidrs": ["10.65.0.0/16"]}}},
    }
    for store in ("elasticsearch", "opensearch")
]
# Claims and sidecars of each pod, older names of an Ingress, the log-in of a registry.
OWN: dict[str, Any] = {
    "executor": "CeleryExecutor,LocalExecutor",
    "workers": {
        "keda": {"enabled": False},
        "hpa": {"enabled": True, "minReplicaCount": 1, "maxReplicaCount": 99999},
        "persistence": {"enabled": True, "fixPermissions": True},
        "logGroomerSidecar": {"enabled": True},
        "kerberosInitContainer": {"enabled": False},
        "kerberosSidecar": {"enabled": False},
    },
    "logs": {"persistence": {"enabled": False}},
    "redis": {"persistence": {"enabled": True}},
    "images": {"airflow": {"repository": "registry.example.com/mine", "tag": "3.3.2"}},
    "imagePullSecrets": [],
    "registry": {"connection": {"host": "text", "user": "text", "pass": "text"}},
    "flower": {"username": "text"},
    "ingress": {
        key: {"enabled": True, "hosts": [], "host": "a.example.com", "tls": {"enabled": True}}
        for key in ("apiServer", "flower", "statsd", "pgbouncer")
    },
    "tasks": {"namespace": "", "admission": {"enabled": False}, "spark": {"enabled": False}},
    "data": {"resultBackendConnection": {"pass": "text"}},
}
STORED: dict[str, Any] = {
    "externalSecrets": {"enabled": False},
    "secretsStore": {"enabled": True, "secrets": {"first-user": {"key": "first-user"}}},
    "dags": {"gitSync": {"recommendedProbeSetting": True}},
}
CLAIMED: dict[str, Any] = {
    "externalSecrets": {"enabled": False},
    "postgresql": {"auth": {"existingSecret": "text"}},
    "workers": {"keda": {"enabled": False}},
    "tasks": {"namespace": "", "admission": {"enabled": False}, "spark": {"enabled": False}},
    "logs": {"persistence": {"existingClaim": None}},
    "dags": {"gitSync": {"enabled": False}, "persistence": {"enabled": True}},
    "triggerer": {"persistence": {"enabled": False}},
}
# A caller of the Kubernetes API that has a token only in a volume of its own.
CALLER: dict[str, Any] = {
    "serviceAccount": {
        "automountServiceAccountToken": False,
        "serviceAccountTokenVolume": {"enabled": True},
    }
}
PASSWORD: dict[str, Any] = {
    "scheduler": CALLER,
    "cleanup": CALLER,
    "postgresql": {"enabled": False},
    "data": {"metadataConnection": {"passwordSecret": {"name": "text"}, "host": "db.example.com"}},
}
MOUNTED: dict[str, Any] = {
    "postgresql": {"enabled": False},
    "pgbouncer": {"enabled": False},
    "data": {
        "metadataConnection": {
            "host": "db.example.com",
            "sslmode": "verify-full",
            "iam": {"enabled": True},
        }
    },
    "triggerer": {"keda": {"enabled": False}},
    "workers": {"keda": {"enabled": False}},
    "dags": {
        "gitSync": {"enabled": False},
        "image": {"repository": "registry.example.com/dags", "tag": "7"},
    },
    "volumeMounts": {"lookup": {"mountPath": "/lookup"}},
}
GROOMED = ("dagProcessor", "scheduler", "triggerer", "workers", "workers.celery")
# Values whose items have a form of their own.
ODD: dict[str, Any] = {
    "config": {"mine": {"key": "MARK"}},
    # HTTP is what an unset scheme means.
    **{
        f"{key}.{name}Probe.scheme": "HTTPS"
        for key in ("apiServer", "apiServerExecution", "flower")
        for name in ("startup", "readiness", "liveness")
    },
    "enableBuiltInSecretEnvVars": {"AIRFLOW__CORE__FERNET_KEY": False},
    "secret": [{"envName": "MARK", "secretName": "MARK"}],
    **{
        f"{key}.{name}Probe.path": "/MARK"
        for key in ("apiServer", "apiServerExecution", "flower")
        for name in ("startup", "readiness", "liveness")
    },
    **{
        f"ingress.{key}.{place}Paths": [{"path": "/MARK", "servicePort": 80}]
        for key in ("apiServer", "flower", "pgbouncer", "statsd")
        for place in ("preceding", "succeeding")
    },
    "workers.celery.sets": {"MARK": {}},
    "dagProcessor.sets": {"MARK": {}},
    "triggerer.sets": {"MARK": {}},
    "syncMetadataJob.pools": {"MARK": {"slots": 1}},
    "syncMetadataJob.variables": {"MARK": 1},
    "syncMetadataJob.connections": {"MARK": {"type": "http"}},
    "syncMetadataJob.users": {
        "MARK": {
            "role": "Op",
            "email": "ada@example.com",
            "passwordSecret": {"name": "ada", "key": "password"},
        }
    },
    "networkPolicies.internet.except": [*NOT_PUBLIC, "198.51.100.0/24"],
    "networkPolicies.destinations": {"metrics": {"cidrs": ["10.77.0.0/16"]}},
    "networkPolicies.egress": {"worker": {"git": True}},
    "networkPolicies.extraEgress": {
        "worker": [{"to": [{"podSelector": {"matchLabels": {"MARK": "MARK"}}}]}]
    },
    "externalSecrets.secrets": {"first-user": {"key": "MARK"}},
    "secretsStore.secrets": {"first-user": {"key": "MARK"}},
    "tasks.podLauncher.rules": [{"apiGroups": ["MARK"], "resources": ["a"], "verbs": ["get"]}],
    "priorityClasses": [{"name": "MARK", "value": 1}],
    "extraSecrets": {"MARK": {}},
    "extraConfigMaps": {"MARK": {}},
    "extraObjects": {"mine": {"kind": "MARK"}},
    "ingress.apiServer.hosts": ["MARK"],
    "ingress.flower.hosts": ["MARK"],
    "ingress.pgbouncer.hosts": ["MARK"],
    "ingress.statsd.hosts": ["MARK"],
    "extraEnv": "[{name: MARK}]",
    "extraEnvFrom": "[{prefix: MARK}]",
    **{f"{key}.logGroomerSidecar.maxSizePercent": 77 for key in GROOMED},
    "dags.gitSync.envFrom": "[{prefix: MARK}]",
    "podTemplate": "kind: Pod\nmetadata: {name: MARK}\n",
}


def leaves(model: type[BaseModel], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of a model that is not a block, and its type."""
    for name, field in model.model_fields.items():
        here = (*path, field.alias or name)
        block = next(iter(blocks(field.annotation)), None)
        if block:
            yield from leaves(block, here)
        else:
            yield here, field.annotation


def blocks(kind: Any) -> Iterator[type[BaseModel]]:
    """The models in a type that are blocks of values, not items of lists or maps."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    elif get_origin(kind) not in (list, dict):
        for part in get_args(kind):
            yield from blocks(part)


LEAVES = dict(leaves(AirflowValues))
DEFAULTS = AirflowValues().model_dump(by_alias=True)
# Together with others these are refused; alone they do something.
REFUSED = {
    ("airflowVersion",),
    ("executor",),
    *(
        (store, *rest)
        for store in ("elasticsearch", "opensearch")
        for rest in (
            ("secretName",),
            *(("connection", key) for key in ("host", "pass", "port", "scheme", "user")),
        )
    ),
    ("registry", "secretName"),
    ("workers", "hpa", "enabled"),
    ("dagProcessor", "bundles"),
    ("dagProcessor", "enableDefault"),
    ("triggerer", "enableDefault"),
    ("triggerer", "queues"),
    ("triggerer", "team"),
    ("dags", "image", "repository"),
    ("data", "resultBackendSecretName"),
    ("data", "brokerUrlSecretName"),
    ("data", "metadataCommand"),
    ("redis", "passwordSecretName"),
    ("flower", "secretName"),
    ("fernetKeySecretName",),
    ("jwtSecretName",),
    ("apiSecretKeySecretName",),
    ("podTemplate",),
    ("allowPodLaunching",),
    ("workers", "serviceAccount", "name"),
    ("workers", "serviceAccount", "automountServiceAccountToken"),
    ("workers", "kubernetes", "serviceAccount", "name"),
    ("workers", "kubernetes", "serviceAccount", "automountServiceAccountToken"),
    ("data", "metadataConnection", "host"),
    ("data", "metadataConnection", "user"),
    ("data", "metadataConnection", "db"),
    ("data", "metadataConnection", "port"),
    ("data", "metadataConnection", "sslmode"),
    ("data", "metadataConnection", "pass"),
    ("data", "metadataConnection", "passwordSecret", "name"),
    ("createUserJob", "defaultUser", "password"),
    ("createUserJob", "defaultUser", "passwordSecretName"),
    ("postgresql", "auth", "existingSecret"),
    ("postgresql", "auth", "password"),
    ("dags", "gitSync", "credentialsSecret"),
    ("dags", "gitSync", "rev"),
    ("dags", "gitSync", "sshKey"),
    ("datadog", "port"),
    ("networkPolicies", "internet", "except"),
}


@cache
def base() -> dict[str, Any]:
    """Values in which as much as possible is on."""
    return merged(yaml.safe_load(EVERYTHING_ON.read_text()), MORE)


# With everything on; with an external database and without a shared volume; with the Secrets Store
# CSI driver; with claims of the chart, which needs one namespace for all pods; with Datadog; with a
# password of the database in a Secret; with an image of Dags.
STEPS = ({}, OUTSIDE, STORED, CLAIMED, DATADOG, PASSWORD, MOUNTED, OWN, *LOG_STORES)
LOWS = tuple(merged(base(), more) for more in STEPS)


def at(path: Path, value: Any) -> dict[str, Any]:
    """Values with one value."""
    for key in reversed(path):
        value = {key: value}
    return value


def current(path: Path, values: Mapping[str, Any] | None = None) -> Any:
    """The value at a path, of the base unless other values are given."""
    node: Any = merged(DEFAULTS, base() if values is None else values)
    for key in path:
        node = (node or {}).get(key)
    return node


def mark(path: Path) -> tuple[Any, str]:
    """A value for a path that no other one has, and what to look for in the render.

    Of switches and choices it is another one than now, and there is nothing to look for.
    """
    kind = LEAVES[path]
    number = 70000 + list(LEAVES).index(path)
    text = f"mark-{number}"
    odd = ODD.get(".".join(path))
    if odd:
        return json.loads(json.dumps(odd).replace("MARK", text)), text
    # The arguments of a list or a map are not alternatives.
    kinds = {kind} if get_origin(kind) in (list, dict) else set(alternatives(kind))
    if get_origin(kind) is Literal or any(get_origin(one) is Literal for one in kinds):
        literal = next(one for one in kinds if get_origin(one) is Literal)
        return next(one for one in get_args(literal) if one != current(path)), ""
    if bool in kinds:
        return not current(path), ""
    if kind == list[int]:
        return [number], str(number)
    if kind == list[Cidr]:
        network = f"10.{number % 256}.{number // 256 % 256}.0/24"
        return [network], network
    if int in kinds and get_origin(kind) not in (list, dict):
        return number, str(number)
    if str in kinds and get_origin(kind) not in (list, dict):
        return text, text
    return _collection(kind, text), text


def alternatives(kind: Any) -> Iterator[Any]:
    """A type and, if it is a union or has constraints, the types in it."""
    yield kind
    if get_origin(kind) not in (list, dict, Literal):
        for part in get_args(kind):
            yield from alternatives(part)


def _collection(kind: Any, text: str) -> Any:
    """A list or a map that holds a text; a map where both are taken."""
    kinds = [one for one in alternatives(kind) if get_origin(one) in (list, dict)]
    chosen = next((one for one in kinds if get_origin(one) is dict), kinds[0])
    item = get_args(chosen)[-1]
    if get_origin(chosen) is list:
        return [text if item is str else {"name": text, "mountPath": text}]
    known = [get_args(get_args(chosen)[0]), (text,)]
    key = next(names for names in known if names)[0]
    plain = item in (str, Any) or str in get_args(item)
    return {key: text if plain else {"name": text, "mountPath": text}}


def search(paths: Iterable[Path], low: Mapping[str, Any]) -> set[Path]:
    """The paths whose marks are in the render when all of them are set at once.

    What hides behind another value is not found so: a global one behind a component's. Nothing is
    found when the chart refuses these values together.
    """
    marks = {path: mark(path) for path in paths}
    values = dict(low)
    for path, (value, text) in marks.items():
        if text and path not in REFUSED:
            values = merged(values, at(path, value))
    try:
        rendered = helm_template(values=values, name="red")
    except Refusal:
        return set()
    return {path for path, (_, text) in marks.items() if text and text in rendered}


def all_react(paths: Iterable[Path]) -> Mapping[Path, bool]:
    """Whether each value alone changes a render, or is refused by its name."""
    paths = sorted(paths)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(paths, pool.map(_reacts, paths), strict=True))


def _reacts(path: Path) -> bool:
    return any(
        _differs(merged(low, at(path, value)), low, path)
        for low in LOWS
        for value in _others(path, low)
    )


def _others(path: Path, low: Mapping[str, Any]) -> list[Any]:
    """Values to try: a switch that is unset may behave like either position."""
    kinds = list(alternatives(LEAVES[path]))
    now = current(path, low)
    if bool in kinds:
        return [True, False] if now is None else [not now]
    choices = [one for kind in kinds if get_origin(kind) is Literal for one in get_args(kind)]
    return [one for one in choices if one != now] or [mark(path)[0]]


def _differs(values: dict[str, Any], low: Mapping[str, Any], path: Path) -> bool:
    try:
        return helm_template(values=values, name="red") != unchanged(json.dumps(low))
    except Refusal as refused:
        return ".".join(path) in str(refused)


@cache
def unchanged(low: str) -> str:
    return helm_template(values=json.loads(low), name="red")


def parts(text: str) -> dict[str, str]:
    """A render by component: the objects with its label; the pod of a task for its values."""
    manifests = Manifests(text)
    found: dict[str, str] = {"worker": str(manifests.pod_template)}
    for one in manifests.objects:
        label = (one["metadata"].get("labels") or {}).get("component", "")
        found[label] = found.get(label, "") + str(one)
    return found


def siblings(paths: Iterable[Path]) -> dict[Path, list[Component]]:
    """Switches that several components have, by their path inside the component."""
    groups: dict[Path, list[Component]] = {}
    for component in COMPONENTS:
        for path in set(paths) - REFUSED:
            if path[0] == component.key and path[1:] not in (("enabled",), ("useHelmHooks",)):
                groups.setdefault(path[1:], []).append(component)
    return {rest: group for rest, group in groups.items() if len(group) > 1}


def react_together(rest: Path, group: Iterable[Component]) -> set[Path]:
    """Of a switch that several components have, those whose objects change when all turn it."""
    before = parts(unchanged(json.dumps(base())))
    values = base()
    for component in group:
        path = (component.key, *rest)
        values = merged(values, at(path, mark(path)[0]))
    after = parts(helm_template(values=values, name="red"))
    return {
        (component.key, *rest)
        for component in group
        if before.get(component.label) != after.get(component.label)
    }
