"""A task that fails at its first try and succeeds at the second.

Each try runs in its own pod. Its log stays readable after the pod has been deleted.
"""

from datetime import timedelta

from airflow.sdk import dag, get_current_context, task


@dag(schedule=None, tags=["example"], doc_md=__doc__)
def retry_once() -> None:
    @task(retries=1, retry_delay=timedelta(seconds=5))
    def flaky() -> int:
        """Fail as if another system were briefly unavailable."""
        this_try = get_current_context()["ti"].try_number
        if this_try == 1:
            raise ConnectionError("the other system does not answer; the next try will do")
        return this_try

    flaky()


retry_once()
