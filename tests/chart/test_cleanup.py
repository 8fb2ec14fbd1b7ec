"""The CronJobs that delete pods of tasks and old rows of the database."""

from typing import Any

import pytest

from tests.chart.cases import Case, merged
from tests.conftest import Render
from tests.rendered import Manifests

PODS = "airflow-cleanup-pods"
ROWS = "database-cleanup"
ON: dict[str, Any] = {"cleanup": {"enabled": True}, "databaseCleanup": {"enabled": True}}
SEVERAL: dict[str, Any] = {
    "multiNamespaceMode": True,
    "config": {"kubernetes_executor": {"multi_namespace_mode_namespace_list": "one,two"}},
}


@pytest.fixture(scope="module")
def on(render: Render) -> Manifests:
    return render(ON)


def spec(manifests: Manifests, component: str) -> dict[str, Any]:
    return manifests.workload(component)["spec"]


def command(manifests: Manifests, component: str) -> str:
    """The shell command of a CronJob."""
    arguments = manifests.pod(component).main.arguments
    assert arguments[:-1] == ["bash", "-c"]
    return arguments[-1]


def test_there_is_none_by_default(defaults: Manifests):
    assert defaults.of("CronJob") == []


def test_one_run_at_a_time_is_tried_twice(on: Manifests):
    for component in (PODS, ROWS):
        job = spec(on, component)
        assert job["concurrencyPolicy"] == "Forbid"
        assert job["jobTemplate"]["spec"]["backoffLimit"] == 1
        assert on.pod(component).spec["restartPolicy"] == "Never"


def test_the_schedules_are_the_official_ones(on: Manifests):
    assert spec(on, PODS)["schedule"] == "*/15 * * * *"
    assert spec(on, ROWS)["schedule"] == "0 0 * * 0"


def test_a_schedule_is_a_template(render: Render):
    values = merged(ON, {"cleanup": {"schedule": '{{ print "5 * * * *" }}'}})
    assert spec(render(values), PODS)["schedule"] == "5 * * * *"


@pytest.mark.parametrize("limit", [0, 4])
def test_finished_jobs_are_kept_as_values_say(render: Render, limit: int):
    limits = {"failedJobsHistoryLimit": limit, "successfulJobsHistoryLimit": limit}
    found = render(merged(ON, {"cleanup": limits, "databaseCleanup": limits}))
    for component in (PODS, ROWS):
        assert limits.items() <= spec(found, component).items()


def test_pods_are_deleted_where_tasks_run(render: Render, on: Manifests):
    clean = "airflow kubernetes cleanup-pods --namespace="
    assert command(on, PODS) == f"exec {clean}airflow"
    several = render(merged(ON, SEVERAL))
    assert command(several, PODS) == " && ".join(clean + one for one in ("airflow", "one", "two"))
    rights = {
        role["metadata"]["namespace"]: role["rules"]
        for role in several.of("Role")
        if role["metadata"]["name"] == "airflow-cleanup-role"
    }
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "delete"]}]
    assert rights == dict.fromkeys(("airflow", "one", "two"), rules)


def test_rows_are_kept_for_the_stated_days(render: Render):
    settings = {
        "retentionDays": 7,
        "skipArchive": True,
        "batchSize": 500,
        "tables": ["log", "xcom"],
    }
    text = command(render(merged(ON, {"databaseCleanup": settings})), ROWS)
    assert 'date -d "-7 days"' in text
    for option in ("--skip-archive", "--batch-size 500", "--tables log,xcom", "--verbose", "--yes"):
        assert option in text


def test_they_reach_the_database_and_only_one_the_kubernetes_api(on: Manifests):
    case = Case(on)
    for component in (PODS, ROWS):
        end = case.ends[component]
        assert case.network.allows(end, case.ends["postgresql"], 5432)
        assert on.pod(component).has_token is (component == PODS)


def test_rows_are_deleted_without_the_variables_of_the_release(render: Render):
    values = merged(ON, {"env": {"MINE": "1"}, "databaseCleanup": {"applyCustomEnv": False}})
    found = render(values)
    assert "MINE" not in found.pod(ROWS).main.env
    assert "MINE" in found.pod(PODS).main.env


def test_annotations_are_those_of_the_cron_job_or_of_its_pods(render: Render):
    said = {"jobAnnotations": {"of": "job"}, "podAnnotations": {"of": "pod"}}
    found = render(merged(ON, {"cleanup": said}))
    assert found.workload(PODS)["metadata"]["annotations"] == {"of": "job"}
    assert found.pod(PODS).annotations["of"] == "pod"
