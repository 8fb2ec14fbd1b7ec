"""The check of the evaluator: it reads policies as Kubernetes does."""

import pytest
import yaml

from scripts.manifests.network_policies import End, Network, address
from tests.rendered import Manifests

WEB = End("here", {"app": "web"}, {"http": 8080})
DATABASE = End("here", {"app": "database"})
STRANGER = End("there", {"app": "web"})

POLICY = """
kind: NetworkPolicy
metadata: {{name: {name}, namespace: here}}
spec: {{podSelector: {{matchLabels: {{app: {app}}}}}, policyTypes: [{types}], {rules}}}
"""


def network(*policies: tuple[str, str, str]) -> Network:
    texts = [
        POLICY.format(name=f"p{i}", app=app, types=types, rules=rules)
        for i, (app, types, rules) in enumerate(policies)
    ]
    assert all(yaml.safe_load(text) for text in texts)
    return Network(Manifests("---".join(texts)))


FROM_WEB = ("database", "Ingress", "ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]")
NOBODY = ("database", "Ingress", "ingress: []")
TO_DATABASE = (
    "web",
    "Egress",
    "egress: [{to: [{podSelector: {matchLabels: {app: database}}}], ports: [{port: 5432}]}]",
)
TO_BLOCK = (
    "web",
    "Egress",
    "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]",
)


@pytest.mark.parametrize(
    ("sentence", "policies", "source", "target", "port", "verdict"),
    [
        ("a pod that no policy selects is open", [FROM_WEB], DATABASE, WEB, 80, True),
        ("a rule matches its peer", [FROM_WEB], WEB, DATABASE, 5432, True),
        ("a peer is of the same namespace", [FROM_WEB], STRANGER, DATABASE, 5432, False),
        ("a policy without rules denies", [NOBODY], WEB, DATABASE, 5432, False),
        ("policies add up", [NOBODY, FROM_WEB], WEB, DATABASE, 5432, True),
        ("both ends must allow it", [TO_DATABASE, NOBODY], WEB, DATABASE, 5432, False),
        ("a rule matches its port", [TO_DATABASE], WEB, DATABASE, 5432, True),
        ("a rule does not match another port", [TO_DATABASE], WEB, DATABASE, 5433, False),
        ("an address is in a block", [TO_BLOCK], WEB, address("8.8.8.8"), 443, True),
        ("an exception is not in its block", [TO_BLOCK], WEB, address("10.1.1.1"), 443, False),
        ("a block names no pod", [TO_BLOCK], WEB, DATABASE, 5432, False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_evaluator_decides_as_kubernetes_does(
    sentence: str, policies: list, source: End, target: End, port: int, verdict: bool
):
    assert network(*policies).allows(source, target, port) is verdict, sentence


def test_a_port_may_be_named():
    by_name = ("web", "Ingress", "ingress: [{ports: [{port: http}]}]")
    assert network(by_name).allows(DATABASE, WEB, 8080)
    assert not network(by_name).allows(DATABASE, WEB, 8081)


def test_another_protocol_is_another_port():
    udp = ("web", "Ingress", "ingress: [{ports: [{port: 53, protocol: UDP}]}]")
    assert network(udp).allows(DATABASE, WEB, 53, "UDP")
    assert not network(udp).allows(DATABASE, WEB, 53)


def test_a_namespace_is_selected_by_its_name():
    there = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}"
    rule = f"ingress: [{{from: [{{{there}, podSelector: {{}}}}]}}]"
    assert network(("web", "Ingress", rule % "there")).allows(STRANGER, WEB, 80)
    assert not network(("web", "Ingress", rule % "elsewhere")).allows(STRANGER, WEB, 80)
