"""Names of objects: those of the official chart, for any name of the release."""

import pytest

from tests.conftest import Render
from tests.rendered import Manifests

STANDARD = {"useStandardNaming": True}


@pytest.fixture
def names(render: Render):
    """The name of the scheduler's Deployment and that of its account."""

    def act(values: dict | None = None, name: str = "red") -> tuple[str, str]:
        manifests = render(values, name=name)
        workload = manifests.workload("scheduler")["metadata"]["name"]
        return workload, manifests.pod("scheduler").service_account

    return act


@pytest.mark.parametrize(
    ("release", "values", "workload", "account"),
    [
        ("red", {}, "red-scheduler", "red-airflow-scheduler"),
        ("airflow", {}, "airflow-scheduler", "airflow-scheduler"),
        ("my-airflow", {}, "my-airflow-scheduler", "my-airflow-scheduler"),
        ("red", STANDARD, "red-airflow-scheduler", "red-airflow-scheduler"),
        ("my-airflow", STANDARD, "my-airflow-scheduler", "my-airflow-scheduler"),
        ("red", {"nameOverride": "a"}, "red-scheduler", "red-a-scheduler"),
        ("red", {**STANDARD, "nameOverride": "a"}, "red-a-scheduler", "red-a-scheduler"),
        ("red", {"fullnameOverride": "blue"}, "red-scheduler", "blue-scheduler"),
        ("red", {**STANDARD, "fullnameOverride": "blue"}, "blue-scheduler", "blue-scheduler"),
    ],
)
def test_names_follow_the_rules_of_the_official_chart(
    names, release: str, values: dict, workload: str, account: str
):
    assert names(values, release) == (workload, account)


def test_claims_and_classes_have_the_name_of_the_release(render: Render):
    manifests = render(
        {
            **STANDARD,
            "logs": {"persistence": {"enabled": True}},
            "priorityClasses": [{"name": "high", "value": 1}],
        },
        name="red",
    )
    found = manifests.of("PersistentVolumeClaim", "PriorityClass")
    assert {one["metadata"]["name"] for one in found} == {"red-logs", "red-high"}


def test_the_label_of_the_release_is_its_name(render: Render):
    manifests = render({**STANDARD, "fullnameOverride": "blue"}, name="red")
    assert {pod.labels["release"] for pod in manifests.pods()} == {"red"}


def test_two_releases_have_no_object_name_in_common(render: Render):
    def all_names(manifests: Manifests) -> set[tuple[str, str]]:
        return {(one["kind"], one["metadata"]["name"]) for one in manifests.objects}

    both = all_names(render(name="red")) & all_names(render(name="blue"))
    assert both == set()


def test_environment_and_team_are_labels_of_everything(render: Render):
    manifests = render({"environment": "trial", "team": "search"})
    said = {
        (o["metadata"]["labels"].get("environment"), o["metadata"]["labels"].get("team"))
        for o in manifests.objects
    }
    assert said == {("trial", "search")}
    assert {(p.labels["environment"], p.labels["team"]) for p in manifests.pods()} == said


def test_a_label_of_values_overrides_the_team(render: Render):
    manifests = render({"team": "search", "labels": {"team": "ads"}})
    assert {pod.labels["team"] for pod in manifests.pods()} == {"ads"}
