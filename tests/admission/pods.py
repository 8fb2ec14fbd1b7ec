"""Random pods, requests and nodes: valid for the API server, close to the table of the tests."""

from collections.abc import Mapping
from random import Random
from typing import Any

from scripts.admission.nodes import Node
from scripts.admission.placement import PREFERRED, REQUIRED
from scripts.admission.table import Object

NAMESPACES = ("payments", "payments-tasks", "finance", "guests", "stray")
TEAMS = ("payments", "finance", "guests", "unknown", "")
CENTERS = ("4711", "4712", "F1", "G1", "none")
CLASSES = ("spark", "highmem", "gpu", "sparc", "")
ACCOUNTS = ("default", "spark-driver")
KEYS = ("pool", "example.com/pool", "zone", "gpu", "ssd")
VALUES = ("spark", "spark-big", "highmem", "a", "c", "1")
TAINTS = ("spark", "highmem", "nvidia.com/gpu", "drained")
EFFECTS = ("NoSchedule", "NoExecute", "PreferNoSchedule")
# Right ones are frequent, so that most pods reach the later rules.
OF_NAMESPACE = {
    "payments": ("payments", "4711"),
    "payments-tasks": ("payments", "4712"),
    "finance": ("finance", "F1"),
    "guests": ("guests", "G1"),
}


def random_pod(random: Random, namespace: str) -> Object:
    """A pod with random labels and a random placement."""
    metadata: Object = {"labels": _labels(random, namespace)}
    if random.random() < 0.3:
        metadata["annotations"] = {random.choice(("example.com/scratch", "note")): "own"}
    return {"metadata": metadata, "spec": random_spec(random)}


def random_spec(random: Random) -> Object:
    """The spec of a pod: what a class may add, each with its own probability."""
    # Without a token, the API server adds no volume with a random name.
    spec: Object = {
        "automountServiceAccountToken": False,
        "containers": [{"name": "base", "image": "example.test/image"}],
    }
    if random.random() < 0.5:
        spec["containers"][0]["resources"] = _resources(random)
    if random.random() < 0.4:
        spec["serviceAccountName"] = random.choice(ACCOUNTS)
    if random.random() < 0.5:
        spec["tolerations"] = [_toleration(random) for _ in range(random.randint(1, 3))]
    if random.random() < 0.3:
        spec["nodeSelector"] = {random.choice(KEYS): random.choice(VALUES)}
    if random.random() < 0.6:
        spec["affinity"] = _affinity(random)
    if random.random() < 0.2:
        spec["priorityClassName"] = "batch"
    if random.random() < 0.1:
        spec["runtimeClassName"] = random.choice(("nvidia", "sandbox"))
    return spec


def random_nodes(random: Random) -> list[Node]:
    """Nodes with random labels and taints."""
    return [
        Node(
            f"node-{number}",
            {key: random.choice(VALUES) for key in KEYS if random.random() < 0.6},
            tuple(
                {"key": key, "value": random.choice(("true", "")), "effect": random.choice(EFFECTS)}
                for key in TAINTS
                if random.random() < 0.3
            ),
        )
        for number in range(12)
    ]


def _labels(random: Random, namespace: str) -> dict[str, str]:
    team, center = OF_NAMESPACE.get(namespace, ("unknown", "none"))
    chosen = {
        "team": team if random.random() < 0.85 else random.choice(TEAMS),
        "cost-center": center if random.random() < 0.85 else random.choice(CENTERS),
        "workload-class": random.choice(CLASSES[:3] if random.random() < 0.9 else CLASSES),
    }
    return {key: value for key, value in chosen.items() if random.random() < 0.93}


def _toleration(random: Random) -> Object:
    if random.random() < 0.1:
        return {"operator": "Exists"}
    made: Object = {"key": random.choice(TAINTS)}
    if random.random() < 0.5:
        made["operator"] = "Exists"
    else:
        made["value"] = random.choice(("true", "false"))
    if random.random() < 0.7:
        made["effect"] = random.choice(EFFECTS)
    if made.get("effect") == "NoExecute" and random.random() < 0.5:
        made["tolerationSeconds"] = 60
    return made


def _requirement(random: Random) -> Object:
    operator = random.choice(("In", "In", "In", "NotIn", "Exists", "DoesNotExist", "Gt"))
    made: Object = {"key": random.choice(KEYS), "operator": operator}
    if operator == "Gt":
        made["values"] = ["0"]
    elif operator in ("In", "NotIn"):
        made["values"] = random.sample(VALUES, random.randint(1, 3))
    return made


def _term(random: Random) -> Object:
    kind = random.random()
    if kind < 0.08:
        return {}
    fields = [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]
    term: Object = {"matchFields": fields} if kind < 0.25 else {}
    if kind > 0.15:
        term["matchExpressions"] = [_requirement(random) for _ in range(random.randint(1, 3))]
    return term


def _affinity(random: Random) -> Object:
    made: Object = {}
    if random.random() < 0.8:
        made["nodeAffinity"] = node = {}
        if random.random() < 0.8:
            node[REQUIRED] = {
                "nodeSelectorTerms": [_term(random) for _ in range(random.randint(1, 3))]
            }
        if random.random() < 0.4:
            expressions = [_requirement(random)]
            node[PREFERRED] = [{"weight": 5, "preference": {"matchExpressions": expressions}}]
    if random.random() < 0.2:
        selector = {"matchLabels": {"app": "a"}}
        made["podAntiAffinity"] = {
            REQUIRED: [{"labelSelector": selector, "topologyKey": "kubernetes.io/hostname"}]
        }
    return made


def _resources(random: Random) -> Mapping[str, Any]:
    made: Object = {}
    if random.random() < 0.7:
        made["requests"] = {"cpu": random.choice(("100m", "1", "1500m", "2"))}
    if random.random() < 0.5:
        made["limits"] = {"cpu": "2"} | (
            {"memory": random.choice(("128Mi", "1Gi", "2G"))} if random.random() < 0.7 else {}
        )
    return made
