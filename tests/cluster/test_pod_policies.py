"""charts/admission on a real API server: its pods and verdicts are those of scripts.admission.

The server is a process of the test, without nodes: the release of the local cluster is not used.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from scripts.admission.verdict import Request, verdict
from tests.admission.conftest import VALUES, admission
from tests.admission.pods import NAMESPACES, random_pod
from tests.admission.test_placement import CASES as PLACEMENTS
from tests.admission.test_refusals import over
from tests.admission.test_rules import CASES as VERDICTS
from tests.admission.test_rules import may
from tests.cluster.bare_api_server import bare_api_server
from tests.cluster.policy_cases import (
    TABLE,
    check_placement,
    check_random_pods,
    check_verdict,
    existing,
    labelled,
)
from tests.cluster.policy_server import DAEMONS, OUTSIDE, RIGHT, PolicyServer, pod_of

RANDOM_PODS, RANDOM_UPDATES = 2000, 300
ROUNDS, IN_ROUND = 6, 100


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyServer]:
    """The server with the chart installed."""
    with bare_api_server(tmp_path_factory.mktemp("server")) as server:
        made = PolicyServer(server)
        made.prepare()
        made.install(admission())
        made.wait(made.is_in_effect)
        yield made


@pytest.fixture
def again(policies: PolicyServer) -> Iterator[PolicyServer]:
    """The server, on which the test changes the release; it is installed again at the end."""
    yield policies
    policies.install(admission())
    policies.wait(policies.is_in_effect)


@pytest.mark.parametrize("case", PLACEMENTS, ids=[case["name"] for case in PLACEMENTS])
def test_the_server_places_a_pod(case: dict[str, Any], policies: PolicyServer):
    check_placement(case, policies)


@pytest.mark.parametrize("case", VERDICTS, ids=[case["name"] for case in VERDICTS])
def test_the_server_judges_a_pod(case: dict[str, Any], policies: PolicyServer):
    check_verdict(case, policies)


def test_missing_labels_are_invalid_and_wrong_ones_forbidden(policies: PolicyServer):
    missing = policies.create("payments", pod_of({}))
    foreign = policies.create("payments", pod_of({**RIGHT, "team": "finance"}))
    assert (missing.status, foreign.status) == (422, 403)


def test_a_class_resolves_priority_and_overhead(policies: PolicyServer):
    namespace, labels, account = labelled("highmem")
    highmem = policies.create(namespace, pod_of(labels, account)).body["spec"]
    namespace, labels, account = labelled("gpu")
    gpu = policies.create(namespace, pod_of(labels, account)).body["spec"]
    assert (highmem["priority"], highmem["preemptionPolicy"]) == (1000, "PreemptLowerPriority")
    assert gpu["overhead"] == {"cpu": "100m"}


def test_other_namespaces_are_left_alone(policies: PolicyServer):
    answer = policies.create(OUTSIDE, pod_of({"workload-class": "highmem"}))
    assert answer.status == 201
    assert "nodeSelector" not in answer.body["spec"]


def test_subresources_and_deletions_are_not_judged(policies: PolicyServer):
    path = f"/api/v1/namespaces/payments/pods/{existing(policies, 'payments', {})}"
    debugger = [{"name": "debug", "image": "example.test/image"}]
    change = {"spec": {"ephemeralContainers": debugger}}
    kind = "strategic-merge-patch+json"
    added = policies.server.request("PATCH", f"{path}/ephemeralcontainers", change, kind=kind)
    deleted = policies.server.request("DELETE", f"{path}?gracePeriodSeconds=0")
    assert (added.status, deleted.status) == (200, 200)


@pytest.mark.slow
def test_the_server_and_the_functions_agree_about_random_pods(policies: PolicyServer):
    accepted = check_random_pods(policies, Random(14), RANDOM_PODS)
    # Both verdicts are frequent.
    assert RANDOM_PODS / 5 < accepted < RANDOM_PODS * 4 / 5


def test_the_server_and_the_functions_agree_about_updates(policies: PolicyServer):
    random, differing, verdicts = Random(41), [], []
    for _ in range(RANDOM_UPDATES // 10):
        namespace = random.choice(NAMESPACES)
        pod = random_pod(random, namespace)
        made = policies.create(namespace, pod, user=DAEMONS, dry_run=False)
        assert made.status == 201, made.refusal
        for _ in range(10):
            labels = random_pod(random, namespace)["metadata"]["labels"]
            after = {**made.body, "metadata": {**made.body["metadata"], "labels": labels}}
            request = Request(namespace, after, made.body, may_use=may(namespace))
            said = "".join(verdict(request, TABLE)[:1])
            found = policies.relabel(namespace, made.body["metadata"]["name"], labels).refusal
            verdicts.append(not said)
            if found != said:
                differing.append((made.body["metadata"]["labels"], labels, said, found))
    assert differing == []
    assert {*verdicts} == {True, False}


@pytest.mark.slow
def test_nothing_is_refused_or_unplaced_while_the_table_changes(again: PolicyServer):
    namespace, labels, account = labelled("highmem")
    answers = []
    for number in range(500):
        if number % 50 == 0:
            center = {"payments": {"costCenters": ["4711", str(number)]}}
            again.install(admission(over(VALUES, {"teams": center})))
        answers.append(again.create(namespace, pod_of(labels, account)))
    assert {one.status for one in answers} == {201}
    assert [one for one in answers if "nodeSelector" not in one.body["spec"]] == []


def test_a_pod_without_its_placement_is_refused(again: PolicyServer):
    again.remove(admission(), "MutatingAdmissionPolicyBinding")
    namespace, labels, account = labelled("highmem")
    again.wait(lambda: again.create(namespace, pod_of(labels, account)).status != 201)
    refusal = again.create(namespace, pod_of(labels, account)).refusal
    assert "lacks the tolerations, the node affinity or the runtimeClassName" in refusal


def test_the_audit_mode_warns(again: PolicyServer):
    again.install(admission({**VALUES, "mode": "audit"}))
    again.wait(lambda: again.create("payments", pod_of({})).status == 201)
    warning = again.create("payments", pod_of({})).warning
    assert "Label 'team' is missing: set it to 'payments'" in warning


def test_two_releases_do_not_meet(again: PolicyServer):
    values = {"classes": {}, "teams": {"other": {"namespaces": ["theirs"], "costCenters": ["O1"]}}}
    other = admission(values, namespace="other")
    again.namespace("theirs", "other.admission")
    again.install(other)
    try:
        again.wait(lambda: again.create("theirs", pod_of({})).status == 422)
        labels = {"team": "other", "cost-center": "O1"}
        assert again.create("theirs", pod_of(labels)).status == 201
        assert again.create("payments", pod_of(RIGHT)).status == 201
    finally:
        again.remove(other)


def test_after_the_removal_every_pod_is_accepted(again: PolicyServer):
    again.remove(admission())
    again.wait(lambda: again.create("payments", pod_of({"workload-class": "x"})).status == 201)
    assert again.create("stray", pod_of({})).status == 201


def heavy(labels: dict[str, str]) -> dict[str, Any]:
    """A pod of about 7.6 KB, as KubernetesExecutor creates it."""
    pod = pod_of(labels)
    pod["spec"]["containers"][0]["env"] = [
        {"name": f"AIRFLOW__SECTION__OPTION_{number}", "value": "x" * 60} for number in range(60)
    ]
    return pod


@pytest.mark.slow
def test_a_labelled_pod_costs_the_server_at_most_two_and_a_half_times_as_much(
    policies: PolicyServer,
):
    pods = {
        "payments": heavy({**RIGHT, "workload-class": "highmem"}),
        OUTSIDE: heavy({**RIGHT, "workload-class": "highmem"}),
    }
    spent = dict.fromkeys(pods, 0.0)
    for number in range(ROUNDS * len(pods)):
        namespace = [*pods][number % len(pods)]
        before = policies.server.cpu_seconds
        for _ in range(IN_ROUND):
            assert policies.create(namespace, pods[namespace]).status == 201
        spent[namespace] += policies.server.cpu_seconds - before
    each = {name: 1000 * seconds / ROUNDS / IN_ROUND for name, seconds in spent.items()}
    ratio = each["payments"] / each[OUTSIDE]
    print(
        f"CPU per pod: {each[OUTSIDE]:.1f} ms, with policies {each['payments']:.1f}: {ratio:.2f} x"
    )
    assert ratio <= 2.6
