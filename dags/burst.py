"""Sixty parallel tasks of one second, from one task that is mapped over a list.

`make bench` measures how Airflow handles the burst: sixty pods start at once, the API must answer
all of them, and no task may need a second try.
"""

import time

from airflow.sdk import dag, task

TASKS = 60


@dag(schedule=None, tags=["example", "bench"], doc_md=__doc__, max_active_tasks=TASKS)
def burst() -> None:
    @task
    def one_second(number: int) -> int:
        time.sleep(1)
        return number

    one_second.expand(number=list(range(TASKS)))


burst()
