"""Sixty tasks of one second at once, from one task that is mapped over a list.

`make bench` measures it: sixty pods want to start, the API has to answer all of them, and none may
need a second try.
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
