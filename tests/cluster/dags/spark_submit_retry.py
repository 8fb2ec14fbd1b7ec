"""The job of Spark of the examples, in a task that may be retried."""

from datetime import timedelta

from airflow.sdk import Param, dag
from spark_pods import SparkSubmit


@dag(schedule=None, params={"seconds": Param(0, type="integer")})
def spark_submit_retry() -> None:
    SparkSubmit(
        task_id="squares",
        name="squares",
        application="local:///opt/spark/jobs/squares.py",
        application_args=["1000000", "2", "{{ params.seconds }}"],
        retries=1,
        retry_delay=timedelta(seconds=5),
    )


spark_submit_retry()
