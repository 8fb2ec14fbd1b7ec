"""Settings of the Jobs that the official chart has, too."""

from typing import Any

import pytest

from tests.conftest import Render
from tests.rendered import Pod

JOBS = {"migrateDatabaseJob": "run-airflow-migrations", "createUserJob": "create-user-job"}
RELEASE: dict[str, Any] = {
    "env": {"FROM_ENV": "1"},
    "extraEnv": "- {name: FROM_EXTRA_ENV, value: '1'}",
    "extraEnvFrom": "- configMapRef: {name: variables}",
    "secret": [{"envName": "FROM_SECRET", "secretName": "mine"}],
}
CUSTOM = {"FROM_ENV", "FROM_EXTRA_ENV", "FROM_SECRET"}


def custom(pod: Pod) -> set[str]:
    """The variables of the release that any container of a pod has."""
    names = {one["name"] for c in pod.containers for one in c.spec.get("env") or []}
    return names & CUSTOM


def job(render: Render, key: str, **settings: Any) -> Any:
    """The Job with the given settings."""
    manifests = render(RELEASE | {key: {"enabled": True, **settings}})
    return manifests.workload(JOBS[key]), manifests.pod(JOBS[key])


@pytest.mark.parametrize("key", JOBS)
def test_a_job_has_the_variables_of_the_release(render: Render, key: str):
    _, pod = job(render, key)
    assert custom(pod) == CUSTOM
    assert pod.main.spec["envFrom"] == [{"configMapRef": {"name": "variables"}}]


@pytest.mark.parametrize("key", JOBS)
def test_a_job_without_custom_variables_has_its_own_and_the_charts(render: Render, key: str):
    _, pod = job(render, key, applyCustomEnv=False, env={"OWN": "1"})
    assert custom(pod) == set()
    assert "envFrom" not in pod.main.spec
    assert {"OWN", "AIRFLOW__CORE__FERNET_KEY"} <= {one["name"] for one in pod.main.spec["env"]}


@pytest.mark.parametrize("key", JOBS)
def test_the_other_pods_keep_the_variables_of_the_release(render: Render, key: str):
    values = RELEASE | {key: {"enabled": True, "applyCustomEnv": False}}
    assert custom(render(values).pod("scheduler")) == CUSTOM


@pytest.mark.parametrize("key", JOBS)
def test_a_job_is_kept_unless_values_give_it_a_time_to_live(render: Render, key: str):
    assert "ttlSecondsAfterFinished" not in job(render, key)[0]["spec"]
    assert job(render, key, ttlSecondsAfterFinished=0)[0]["spec"]["ttlSecondsAfterFinished"] == 0
    # Its name follows what it runs: another TTL does not run it again.
    lives = [job(render, key, ttlSecondsAfterFinished=ttl)[0]["metadata"] for ttl in (None, 600)]
    assert lives[0]["name"] == lives[1]["name"]
