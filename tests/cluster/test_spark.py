"""Jobs of Spark that tasks submit to Kubernetes: results, logs, and what is left after failures."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from kubernetes.client.exceptions import ApiException

from scripts.paths import DAGS
from scripts.workshop.airflow_api import Run
from scripts.workshop.cluster import image_store
from scripts.workshop.cluster.images import images
from scripts.workshop.cluster.spark_operator import spark_operator
from tests.cluster.airflow import Airflow
from tests.cluster.more_dags import DAGS as TEST_DAGS
from tests.cluster.namespace import Pod
from tests.cluster.pod_watch import Watch
from tests.cluster.second_release import second_release
from tests.cluster.waiting import wait_until

VALUES = Path(__file__).parent / "spark.yaml"
HEALTHY_SECONDS, RUN_SECONDS = 900, 600
# From the trigger to success, on a node that does nothing else.
JOB_SECONDS = 120
SUM = "The sum of the squares up to 1000000 is 333333833333500000."
SUBMIT, RETRY = "spark_submit", "spark_submit_retry"
APPLICATION = "spark_application"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def spark(airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    """A second release with the image that has spark-submit, and the Dags of dags/spark."""
    values = yaml.safe_load(VALUES.read_text())
    values["env"]["EXAMPLE_SPARK_IMAGE"] = images()["spark"].reference
    layer = tmp_path_factory.mktemp("spark") / "values.yaml"
    layer.write_text(yaml.safe_dump(values))
    image_store.import_missing(["spark"])
    with second_release(airflow, "spark", layer, "airflow-spark", keeps_logs=True) as second:
        sources = [*(DAGS / "spark").iterdir(), TEST_DAGS / f"{RETRY}.py"]
        files = {file.name: file.read_text() for file in sources}
        for namespace in (second.main, second.tasks):
            body = {"data": files}
            namespace.core.patch_namespaced_config_map("example-dags", namespace.name, body)
        second.wait_until_healthy(HEALTHY_SECONDS)
        second.main.delete_pods(second.main.pods("dag-processor"))
        with spark_operator():
            yield second


@pytest.fixture(scope="module")
def ended(spark: Airflow) -> Iterator[tuple[Run, Watch, float]]:
    """A run of the job that SparkSubmitOperator submits, its pods and its seconds."""
    with Watch(spark.tasks) as pods:
        run = spark.start(SUBMIT, HEALTHY_SECONDS)
        start = time.monotonic()
        spark.wait_for_end([run], RUN_SECONDS)
        seconds = time.monotonic() - start
        print(f"{SUBMIT}: {seconds:.0f} s from trigger to the end")
        yield run, pods, seconds


def log(spark: Airflow, run: Run) -> str:
    (task,) = spark.api.tasks(run)
    return spark.api.log(run, task)


def of_spark(spark: Airflow, role: str) -> list[Pod]:
    """The pods of a role of Spark that exist."""
    return spark.tasks.pods(**{"spark-role": role})


def running(spark: Airflow, role: str) -> Pod:
    """Wait for the only pod of a role to run."""

    def only() -> Pod | None:
        found = [pod for pod in of_spark(spark, role) if pod.status.phase == "Running"]
        return found[0] if len(found) == 1 else None

    return wait_until(only, RUN_SECONDS, f"no running {role}")


def nothing_left(spark: Airflow) -> None:
    """Wait until no pod, Service or ConfigMap of Spark is left."""

    def left() -> list[str]:
        core, where = spark.tasks.core, spark.tasks.name
        found = core.list_namespaced_pod(where, label_selector="spark-role").items
        found += core.list_namespaced_service(where).items
        names = [one.metadata.name for one in core.list_namespaced_config_map(where).items]
        return [one.metadata.name for one in found] + [n for n in names if "spark-" in n]

    wait_until(lambda: not left(), 120, lambda: f"left behind: {left()}")


def drivers(pods: Watch) -> set[str]:
    return {pod.metadata.uid for pod in pods.pods(**{"spark-role": "driver"})}


def test_a_submitted_job_succeeds_in_time(spark: Airflow, ended: tuple[Run, Watch, float]) -> None:
    run, _, seconds = ended
    spark.check_success([run])
    assert seconds < JOB_SECONDS


def test_the_log_of_the_task_has_the_result_and_the_logs_of_both_roles(
    spark: Airflow, ended: tuple[Run, Watch, float]
) -> None:
    nothing_left(spark)
    said = log(spark, ended[0])
    assert re.search(rf"\[driver\] .*{re.escape(SUM)}", said)
    assert "[executor 1] a partition has the sum" in said


def test_driver_and_executors_run_with_their_own_accounts(
    ended: tuple[Run, Watch, float],
) -> None:
    pods = ended[1]
    accounts = {
        role: {pod.spec.service_account_name for pod in pods.pods(**{"spark-role": role})}
        for role in ("driver", "executor")
    }
    assert accounts == {"driver": {"airflow-spark"}, "executor": {"default"}}


def test_a_spark_application_succeeds_with_the_logs_of_both_roles(spark: Airflow) -> None:
    run = spark.run(APPLICATION, RUN_SECONDS)
    said = log(spark, run)
    assert re.search(rf"\[spark-kubernetes-driver\] .*{re.escape(SUM)}", said)
    assert "[executor 1] a partition has the sum" in said
    nothing_left(spark)


def test_a_killed_executor_is_replaced(spark: Airflow) -> None:
    run = spark.api.trigger(SUBMIT, {"seconds": 20})
    with Watch(spark.tasks) as pods:
        spark.tasks.delete_pods([running(spark, "executor")])
        spark.wait_for_end([run], RUN_SECONDS)
    spark.check_success([run])
    executors = pods.pods(**{"spark-role": "executor"})
    assert len({pod.metadata.uid for pod in executors}) > 1


def test_a_failed_task_leaves_no_pods(spark: Airflow) -> None:
    run = spark.api.trigger(SUBMIT, {"seconds": 600})
    running(spark, "executor")
    spark.api.fail_task(run, "squares")
    nothing_left(spark)


def test_a_wrong_main_file_fails_the_task_with_its_reason(spark: Airflow) -> None:
    run = spark.api.trigger(SUBMIT, {"job": "/opt/spark/jobs/missing.py"})
    spark.wait_for_end([run], RUN_SECONDS)
    said = log(spark, run)
    assert spark.api.state(run) == "failed"
    assert "can't open file '/opt/spark/jobs/missing.py'" in said
    nothing_left(spark)


def test_a_deleted_driver_fails_the_task(spark: Airflow) -> None:
    run = spark.api.trigger(SUBMIT, {"seconds": 600})
    driver = running(spark, "driver")
    spark.tasks.delete_pods([driver])
    spark.wait_for_end([run], RUN_SECONDS)
    assert spark.api.state(run) == "failed"
    assert f"The driver {driver.metadata.name} was deleted before its end." in log(spark, run)


def test_a_retry_after_a_killed_worker_waits_for_the_driver_of_the_first_try(
    spark: Airflow,
) -> None:
    with Watch(spark.tasks) as pods:
        run = spark.api.trigger(RETRY, {"seconds": 30})
        running(spark, "executor")
        (task,) = spark.tasks.pods(dag_id=RETRY, kubernetes_executor="True")
        # The command ends with its own process.
        with suppress(AssertionError, ApiException, TypeError):
            spark.tasks.run(task, "bash", "-c", "kill -KILL -1")
        spark.wait_for_end([run], RUN_SECONDS)
    spark.check_success([run])
    assert len(drivers(pods)) == 1
