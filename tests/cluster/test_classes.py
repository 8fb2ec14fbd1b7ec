"""Tasks get the nodes of a class by a label, and the reason of a refusal is in their logs."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from scripts.paths import ADMISSION_CHART
from scripts.releases import helm
from scripts.workshop.airflow_api import Run
from tests.cluster.airflow import Airflow
from tests.cluster.more_dags import more_dag
from tests.cluster.pod_watch import Watch
from tests.cluster.task_pods import pod
from tests.cluster.waiting import wait_until

NAMESPACE = "test-admission"
TOLERATION = {"key": "spark", "operator": "Exists", "effect": "NoSchedule"}
NODES = {"kubernetes.io/os": "linux"}
CONTACT = "https://wiki.example.com/classes"
PLACED = {"task_of_a_class", "pod_of_a_class", "deferred_pod_of_a_class"}
REFUSED = {
    "task_of_a_class_of_others": "'gpu': set it to one of 'spark', the classes of team 'payments'",
    "pod_without_a_team": "Label 'team' is missing: set it to 'payments'",
    "pod_of_another_team": "Label 'team' is 'search', but namespace",
}


@pytest.fixture(scope="module")
def policies(airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """charts/admission for the namespace of tasks, with a class that every node has."""
    table = {
        "classes": {
            "spark": {"tolerations": [TOLERATION], "nodeSelector": NODES},
            "gpu": {"nodeSelector": {"pool": "gpu"}},
        },
        "contact": CONTACT,
        # Kubernetes gives this label to every namespace.
        "namespaceLabel": {"key": "kubernetes.io/metadata.name", "value": airflow.tasks.name},
        # The local environment states no cost center.
        "requiredLabels": {"costCenter": False},
        "teams": {"payments": {"namespaces": [airflow.tasks.name], "classes": ["spark"]}},
    }
    values = tmp_path_factory.mktemp("admission") / "values.json"
    values.write_text(json.dumps(table))
    command = ["upgrade", "--install", "--create-namespace", f"--values={values}"]
    helm_in(airflow, *command, "classes", str(ADMISSION_CHART))
    try:
        wait_until(lambda: refused(airflow), 60, "pods without a team are not refused")
        yield
    finally:
        helm_in(airflow, "uninstall", "classes")
        core = airflow.tasks.core
        with suppress(ApiException):
            core.delete_namespace(NAMESPACE)


@pytest.fixture(scope="module")
def ended(airflow: Airflow, policies: None) -> Iterator[tuple[Run, Watch]]:
    """The run of the Dag, and the pods that it had."""
    with more_dag(airflow, "classes") as dag, Watch(airflow.tasks) as pods:
        run = airflow.start(dag)
        airflow.wait_for_end([run], 900)
        yield run, pods


def helm_in(airflow: Airflow, *arguments: str) -> None:
    where = [f"--namespace={NAMESPACE}", *airflow.target.arguments()]
    done = subprocess.run(
        [str(helm.executable()), *arguments, *where], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def refused(airflow: Airflow) -> str:
    """Return the sentence with which a pod without labels is refused, if it is."""
    try:
        airflow.tasks.core.create_namespaced_pod(airflow.tasks.name, pod(), dry_run="All")
    except ApiException as error:
        return json.loads(error.body)["message"]
    return ""


def test_every_task_ends_as_its_labels_say(airflow: Airflow, ended: tuple[Run, Watch]) -> None:
    states = {task.task: task.state for task in airflow.api.tasks(ended[0])}
    assert states == {
        **dict.fromkeys({*PLACED, "task_without_a_class"}, "success"),
        **dict.fromkeys(REFUSED, "failed"),
    }


def test_pods_with_the_label_have_the_placement_of_their_class(ended: tuple[Run, Watch]) -> None:
    pods = ended[1].pods(**{"workload-class": "spark"})
    assert len(pods) == len(PLACED)
    for one in pods:
        found = [client.ApiClient().sanitize_for_serialization(t) for t in one.spec.tolerations]
        assert TOLERATION in found
        assert one.spec.node_selector == NODES


def test_other_pods_are_as_they_were(ended: tuple[Run, Watch]) -> None:
    for one in ended[1].pods():
        if "workload-class" not in one.metadata.labels:
            assert "spark" not in [toleration.key for toleration in one.spec.tolerations]
            assert not one.spec.node_selector


def test_the_log_of_a_refused_task_has_the_sentence_and_where_to_ask(
    airflow: Airflow, ended: tuple[Run, Watch]
) -> None:
    run, _ = ended
    logs = {task.task: airflow.api.log(run, task) for task in airflow.api.tasks(run)}
    for task, sentence in REFUSED.items():
        assert sentence in logs[task], logs[task]
        assert CONTACT in logs[task]


def test_a_refused_task_is_not_tried_for_ever(airflow: Airflow, ended: tuple[Run, Watch]) -> None:
    tries = {task.task: task.try_number for task in airflow.api.tasks(ended[0])}
    assert {task: tries[task] for task in REFUSED} == dict.fromkeys(REFUSED, 1)
