"""The job of Spark of the examples, in a task that may be retried."""

from datetime import timedelta

from airflow.sdk import dag
from spark_pods import PARAMS, SparkSubmit


@dag(schedule=None, params=PARAMS)
def spark_submit_retry() -> None:
    SparkSubmit(
        task_id="squares",
        name="squares",
        application="local://{{ params.job }}",
        application_args=["1000000", "2", "{{ params.seconds }}"],
        retries=1,
        retry_delay=timedelta(seconds=5),
    )


spark_submit_retry()
