"""Three tasks that pass values to each other.

Airflow stores the return value of a task as an XCom, and the next task receives it as an argument.
Each task runs in its own pod, so XComs are the way to pass small values: a count, a path, a name.
"""

from airflow.sdk import dag, task


@dag(schedule=None, tags=["example"], doc_md=__doc__)
def plain_tasks() -> None:
    @task
    def extract() -> list[int]:
        """The amounts of one day's orders, in cents."""
        return [1250, 399, 8900]

    @task
    def transform(orders: list[int]) -> dict[str, int]:
        return {"orders": len(orders), "cents": sum(orders)}

    @task
    def load(total: dict[str, int]) -> None:
        print(f"{total['orders']} orders are worth {total['cents'] / 100:.2f} euros")

    load(transform(extract()))


plain_tasks()
