"""A task in each queue; the one in the queue `slow` takes as long as the run says."""

import socket
import time

from airflow.sdk import Param, dag, task


@dag(schedule=None, params={"seconds": Param(0, type="integer")})
def queues() -> None:
    @task
    def quick() -> None:
        print(f"ran on {socket.gethostname()}")

    @task(queue="slow")
    def slow(params: dict | None = None) -> None:
        print(f"ran on {socket.gethostname()}", flush=True)
        time.sleep((params or {})["seconds"])
        print("slept")

    quick()
    slow()


queues()
