"""Switches of the official chart change nothing when off; when on, they act or are named."""

from typing import Any

import pytest

from scripts.values.official import keys
from scripts.values.official_tables import official_values
from tests.chart.inputs.asked import answered, rendered
from tests.chart.sentinels import at

OFF = [
    *(f"{name}.enabled" for name in ("redis", "flower", "statsd", "pgbouncer", "webserver")),
    *("dags.gitSync.enabled", "scheduler.logGroomerSidecar.enabled"),
    *("triggerer.persistence.enabled", "kerberos.enabled", "cleanup.enabled"),
    *("workers.keda.enabled", "elasticsearch.enabled", "databaseCleanup.enabled"),
    *("workers.hpa.enabled", "workers.celery.keda.enabled"),
]
ON = {path for path, value in official_values().items() if value.default is True}


def switched(path: str, value: Any) -> dict[str, Any]:
    return at(tuple(path.split(".")), value)


@pytest.mark.parametrize("path", OFF)
def test_a_switch_that_is_off_changes_nothing(path: str):
    assert rendered(switched(path, False)).text == rendered({}).text


def test_no_workers_that_run_all_the_time_changes_nothing():
    assert rendered({"workers": {"replicas": 0}}).text == rendered({}).text


@pytest.mark.parametrize("path", OFF)
def test_a_switch_that_is_on_acts_or_is_named(notes, path: str):
    """A switch that is on in the official chart, too, may act in another executor or Airflow 2."""
    found = answered(switched(path, True))
    if found.sentences:
        assert found.refuses(path.removesuffix(".enabled"))
    elif found.manifests.text == rendered({}).text and keys(path) not in ON:
        assert f"WARNING: {path} has no effect" in notes(switched(path, True))


def test_workers_that_run_all_the_time_are_named(notes):
    assert "WARNING: workers.replicas is 2, but" in notes({"workers": {"replicas": 2}})


JOBS = {"createUserJob": "create-user-job", "migrateDatabaseJob": "run-airflow-migrations"}
NO_HOOK = {"enabled": True, "useHelmHooks": False}


@pytest.mark.parametrize(("key", "component"), JOBS.items())
def test_a_job_that_is_no_hook_may_say_so(key: str, component: str):
    block = {**NO_HOOK, "applyCustomEnv": False}
    job = rendered({key: block}).workload(component)
    assert "helm.sh/hook" not in (job["metadata"].get("annotations") or {})


@pytest.mark.parametrize(("key", "component"), JOBS.items())
def test_the_end_of_a_job_is_on_the_job_or_refused(key: str, component: str):
    found = answered({key: {**NO_HOOK, "ttlSecondsAfterFinished": 600}})
    if found.sentences:
        assert found.refuses(f"{key}.ttlSecondsAfterFinished")
    else:
        job = found.manifests.workload(component)
        assert job["spec"]["ttlSecondsAfterFinished"] == 600
