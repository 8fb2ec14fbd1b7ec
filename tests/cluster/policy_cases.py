"""Cases of charts/admission on a real API server, which both of its engines must answer alike."""

from random import Random
from typing import Any

from scripts.admission.placement import mutated
from scripts.admission.table import read
from scripts.admission.verdict import Request, verdict
from tests.admission.conftest import VALUES
from tests.admission.pods import NAMESPACES, random_pod
from tests.admission.test_placement import shown
from tests.admission.test_rules import may
from tests.cluster.policy_server import DAEMONS, OUTSIDE, RIGHT, PolicyServer, pod_of

TABLE = read(VALUES)
# The plugins of the server resolve these from the names of classes.
RESOLVED = ("priority", "preemptionPolicy", "overhead")
NAMESPACE_OF = {"spark": "payments", "highmem": "payments", "gpu": "finance"}
LABELS_OF = {"payments": RIGHT, "finance": {"team": "finance", "cost-center": "F1"}}


def labelled(name: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    """The namespace, labels and ServiceAccount with which a class is allowed."""
    namespace = NAMESPACE_OF[name]
    labels = {**LABELS_OF[namespace], "workload-class": name}
    return namespace, labels, {"serviceAccountName": "spark-driver"}


def existing(
    policies: PolicyServer,
    namespace: str,
    labels: dict[str, str],
    spec: dict[str, Any] | None = None,
) -> str:
    """The name of a new pod with any labels: its creator is exempt."""
    answer = policies.create(namespace, pod_of(labels, spec), user=DAEMONS, dry_run=False)
    assert answer.status == 201, answer.refusal
    return answer.body["metadata"]["name"]


def check_placement(case: dict[str, Any], policies: PolicyServer) -> None:
    """Fail unless a pod of a class gets the placement of a case."""
    namespace, labels, account = labelled(case["class"])
    answer = policies.create(namespace, pod_of(labels, {**account, **case.get("spec", {})}))
    assert answer.status == 201, answer.refusal
    assert shown(answer.body["spec"], case) == case["expected"]


def check_verdict(case: dict[str, Any], policies: PolicyServer) -> None:
    """Fail unless a pod is refused with the sentence of a case, or accepted without one."""
    namespace, pod = case.get("namespace", "payments"), pod_of(case.get("labels", {}))
    pod["spec"] |= case.get("spec", {})
    if "owners" in case:
        pod["metadata"]["ownerReferences"] = case["owners"]
    if "before" in case:
        name = existing(policies, namespace, case["before"], case.get("spec"))
        answer = policies.relabel(namespace, name, case.get("labels", {}))
    else:
        group = next(iter(case.get("groups", [])), "")
        answer = policies.create(namespace, pod, user=case.get("user", ""), group=group)
    assert answer.refusal == (case["says"] + TABLE.contact if case["says"] else "")


def check_random_pods(policies: PolicyServer, random: Random, number: int) -> int:
    """Fail unless server and functions agree about random pods; return how many are accepted."""
    accepted, differing = 0, []
    for index in range(number):
        namespace = random.choice(NAMESPACES)
        pod = random_pod(random, namespace)
        # The same pod with the defaults of the server, and without policies.
        plain = policies.create(OUTSIDE, pod)
        assert plain.status == 201, plain.refusal
        expected = mutated(plain.body, TABLE)
        said = verdict(Request(namespace, expected, may_use=may(namespace)), TABLE)
        answer = policies.create(namespace, pod)
        accepted += not said
        if answer.refusal != "".join(said[:1]):
            differing.append((index, pod, said[:1], answer.refusal))
        elif not said and _placement(answer.body) != _placement(expected):
            differing.append((index, pod, _placement(expected), _placement(answer.body)))
    assert differing == []
    return accepted


def _placement(pod: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    spec = {key: value for key, value in pod["spec"].items() if key not in RESOLVED}
    return spec, pod["metadata"].get("annotations")
