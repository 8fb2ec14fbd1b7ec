"""A task that takes as long as its run says: tests do things to the cluster meanwhile."""

import time

from airflow.sdk import dag, get_current_context, task


@dag(schedule=None)
def patience() -> None:
    @task(retries=0)
    def wait() -> None:
        seconds = get_current_context()["dag_run"].conf["seconds"]
        for second in range(seconds):
            print("second", second, flush=True)
            time.sleep(1)

    wait()


patience()
