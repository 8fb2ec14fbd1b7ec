"""A task that runs for the seconds of its conf, while tests change the cluster."""

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
