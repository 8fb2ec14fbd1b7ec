"""A job of Spark as a SparkApplication, which Kubeflow's Spark operator runs.

The task creates the object from the manifest squares.yaml, waits for its end and deletes it, and
with it the driver and the executor.
"""

from airflow.sdk import dag
from spark_pods import IMAGE, NAMESPACE, PARAMS, SparkApplication, launcher


@dag(
    schedule=None,
    tags=["example", "spark"],
    doc_md=__doc__,
    params=PARAMS,
)
def spark_application() -> None:
    SparkApplication(
        task_id="squares",
        application_file="squares.yaml",
        image=IMAGE,
        namespace=NAMESPACE,
        in_cluster=True,
        executor_config=launcher(),
    )


spark_application()
