"""Three tasks that hand each other values.

What a task returns is kept by Airflow as an XCom, and the next task gets it as an argument. Each
task is a pod of its own, so XComs are the way to pass on something small: a count, a path, a name.
"""

from airflow.sdk import dag, task


@dag(schedule=None, tags=["example"], doc_md=__doc__)
def plain_tasks() -> None:
    @task
    def extract() -> list[int]:
        """The orders of a day, in cents."""
        return [1250, 399, 8900]

    @task
    def transform(orders: list[int]) -> dict[str, int]:
        return {"orders": len(orders), "cents": sum(orders)}

    @task
    def load(total: dict[str, int]) -> None:
        print(f"{total['orders']} orders are worth {total['cents'] / 100:.2f} euros")

    load(transform(extract()))


plain_tasks()
