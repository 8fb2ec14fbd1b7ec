"""A task that returns the time at which its pod read this file."""

import time

from airflow.sdk import dag, task

READ = time.time()


@dag(dag_id="when_read", schedule=None)
def when_read() -> None:
    @task
    def when() -> float:
        return READ

    when()


when_read()
