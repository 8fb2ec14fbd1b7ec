"""A job of Spark that SparkSubmitOperator submits to Kubernetes.

The driver and its executor are pods in the namespace of tasks. The job computes the sum of the
squares up to a number and fails if it is not what the formula says.
"""

from airflow.sdk import dag
from spark_pods import PARAMS, SparkSubmit


@dag(
    schedule=None,
    tags=["example", "spark"],
    doc_md=__doc__,
    params=PARAMS,
)
def spark_submit() -> None:
    SparkSubmit(
        task_id="squares",
        name="squares",
        application="local://{{ params.job }}",
        application_args=["1000000", "2", "{{ params.seconds }}"],
    )


spark_submit()
