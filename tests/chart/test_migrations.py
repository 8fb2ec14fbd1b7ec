"""The Job that migrates the database: not a hook, and named by a hash of its pod."""

from copy import deepcopy
from typing import Any

import pytest

from tests.chart.components import DEPLOYMENTS
from tests.conftest import Render
from tests.rendered import Manifests

NAME = "airflow-run-airflow-migrations"


def job(manifests: Manifests) -> dict[str, Any]:
    return manifests.find("Job", NAME)


@pytest.fixture
def name(render: Render):
    """The name of the Job for values."""

    def act(values: dict[str, Any] | None = None) -> str:
        return job(render(values))["metadata"]["name"]

    return act


def test_it_migrates(defaults: Manifests):
    pod = defaults.pod("run-airflow-migrations")
    assert pod.main.arguments == ["bash", "-c", "exec \\\nairflow db migrate"]


def test_it_waits_for_the_database_and_not_for_itself(defaults: Manifests):
    first = defaults.pod("run-airflow-migrations").containers[0]
    assert first.name == "wait-for-airflow-database"
    assert first.spec["args"][0] == "database"


def test_deployments_wait_for_the_migrations(defaults: Manifests):
    waiting = {pod.component: c.spec["args"][0] for pod, c in defaults.containers() if c.is_init}
    waiting.pop("run-airflow-migrations")
    assert waiting == {one.label: "migrations" for one in DEPLOYMENTS}


def test_the_wait_reads_the_url_from_a_file_and_not_from_the_environment(defaults: Manifests):
    waits = [c for _, c in defaults.containers() if c.is_init]
    assert waits
    assert {path for c in waits for path in c.mounts} == {
        "/opt/programs",
        "/run/secrets/metadata",
        "/tmp",
    }
    assert {tuple(c.env) for c in waits} == {("PYTHONUNBUFFERED",)}


def test_the_wait_ends_as_long_as_values_say(render: Render):
    manifests = render({"images": {"migrationsWaitTimeout": 77}})
    args = [c.spec["args"][1] for _, c in manifests.containers() if c.is_init]
    assert set(args) == {"--timeout=77"}


def test_the_job_has_no_ttl_so_that_an_upgrade_does_not_repeat_it(defaults: Manifests):
    assert "ttlSecondsAfterFinished" not in job(defaults)["spec"]


def test_the_job_is_not_a_hook(defaults: Manifests):
    assert "annotations" not in job(defaults)["metadata"]


def test_a_failed_job_is_repeated(defaults: Manifests):
    assert job(defaults)["spec"]["template"]["spec"]["restartPolicy"] == "OnFailure"
    assert job(defaults)["spec"]["backoffLimit"] >= 6


def test_the_restart_policy_is_a_setting(render: Render):
    manifests = render({"migrateDatabaseJob": {"restartPolicy": "Never"}})
    assert job(manifests)["spec"]["template"]["spec"]["restartPolicy"] == "Never"


CHANGES = {
    "image": {"images": {"airflow": {"tag": "3.3.3"}}},
    "arguments": {"migrateDatabaseJob": {"args": ["airflow", "version"]}},
    "variables": {"migrateDatabaseJob": {"env": {"A": "1"}}},
    "global variables": {"env": {"A": "1"}},
    "configuration": {"config": {"core": {"parallelism": 7}}},
    "the database": {"secretRevisions": {"metadata": "2"}},
    "resources": {"migrateDatabaseJob": {"resources": {"limits": {"memory": "2Gi"}}}},
}
SAME = {
    "replicas of others": {"scheduler": {"replicas": 3}},
    "resources of tasks": {"workers": {"resources": {"limits": {"memory": "2Gi"}}}},
    "a service": {"apiServer": {"service": {"annotations": {"a": "b"}}}},
    "annotations of the Job": {"migrateDatabaseJob": {"jobAnnotations": {"a": "b"}}},
    "policies": {"networkPolicies": {"enabled": False}},
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_pod_is_a_job_of_another_name(name, what: str):
    assert name(CHANGES[what]) != name()


@pytest.mark.parametrize("what", SAME)
def test_the_same_job_stays_when_it_would_run_the_same(name, what: str):
    assert name(SAME[what]) == name()


def test_a_job_of_the_same_name_is_the_same_job(render: Render):
    # A Job cannot be changed: one name must never mean two of them.
    found: dict[str, dict[str, Any]] = {}
    for values in [*CHANGES.values(), *SAME.values()]:
        one = deepcopy(job(render(values)))
        spec = found.setdefault(one["metadata"]["name"], one["spec"])
        assert spec == one["spec"]
    assert len(found) > 1


def test_a_long_name_fits(render: Render):
    manifests = render(name="a" * 40)
    names = [one["metadata"]["name"] for one in manifests.of("Job")]
    assert names
    assert [name for name in names if len(name) > 63] == []
