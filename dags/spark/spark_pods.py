"""Shared code of the Dags that run Spark; it contains no Dag.

`SparkSubmit` is SparkSubmitOperator for Kubernetes with four differences:

- It finds the driver of Spark 4: SparkSubmitOperator expects another line of spark-submit.
- The driver's name follows from the task instance. A try that finds the driver of an earlier one
  waits for it, so that a task never has two drivers, whenever its worker was killed.
- A driver that disappears fails the task; SparkSubmitOperator reports success.
- The logs of the driver and of its executors are part of the task's log.
"""

import hashlib
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from airflow.exceptions import AirflowException
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.cncf.kubernetes.kube_client import get_kube_client
from airflow.providers.cncf.kubernetes.operators.spark_kubernetes import SparkKubernetesOperator
from airflow.sdk import Context, Param
from kubernetes import client
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

IMAGE = os.environ.get("EXAMPLE_SPARK_IMAGE", "spark")
NAMESPACE = os.environ.get("EXAMPLE_POD_NAMESPACE", "default")
# ServiceAccounts of the chart: that of tasks which launch pods, and that of drivers.
LAUNCHER, DRIVER = "airflow-pod-launcher", "airflow-spark"

# A driver and one executor for a small node. Spark's limit of memory is heap and overhead.
SMALL = {
    # Without volumes that outlive it, a driver needs no rights to claims.
    "spark.kubernetes.driver.ownPersistentVolumeClaim": "false",
    "spark.kubernetes.driver.reusePersistentVolumeClaim": "false",
    "spark.driver.memory": "512m",
    "spark.executor.memory": "512m",
    "spark.executor.instances": "1",
    "spark.kubernetes.driver.request.cores": "50m",
    "spark.kubernetes.executor.request.cores": "50m",
    # Milliseconds; the default of ten seconds is too short for a busy node.
    "spark.kubernetes.submission.connectionTimeout": "60000",
    "spark.kubernetes.submission.requestTimeout": "60000",
}
# Parameters of both Dags: the job, and how long it lasts beside its work.
PARAMS = {
    "job": Param("/opt/spark/jobs/squares.py", type="string"),
    "seconds": Param(0, type="integer"),
}
POLL_SECONDS = 2
NOT_FOUND = 404


def launcher() -> dict[str, Any]:
    """The executor_config of a task that submits: its ServiceAccount, and room for Java."""
    requests = {"cpu": "100m", "memory": "512Mi"}
    java = client.V1ResourceRequirements(requests=requests, limits={"memory": "1Gi"})
    spec = client.V1PodSpec(
        automount_service_account_token=True,
        containers=[client.V1Container(name="base", resources=java)],
        service_account_name=LAUNCHER,
    )
    return {"pod_override": client.V1Pod(spec=spec)}


class SparkSubmit(SparkSubmitOperator):
    """SparkSubmitOperator in cluster mode on Kubernetes; see the head of this file."""

    def __init__(self, *, conf: dict[str, str] | None = None, **arguments: Any) -> None:
        ours = {
            "spark.kubernetes.authenticate.driver.serviceAccountName": DRIVER,
            # Without it, executors have the account of their driver.
            "spark.kubernetes.authenticate.executor.serviceAccountName": "default",
            "spark.kubernetes.container.image": IMAGE,
            "spark.kubernetes.namespace": NAMESPACE,
            **SMALL,
        }
        super().__init__(
            conf={**ours, **(conf or {})},
            deploy_mode="cluster",
            track_driver_via_k8s_api=True,
            executor_config=launcher(),
            **arguments,
        )
        self._driver = ""

    def execute(self, context: Context) -> None:
        self._driver = driver_name(context)
        self.conf["spark.kubernetes.driver.pod.name"] = self._driver
        super().execute(context)

    def submit_job(self, context: Context) -> str | None:
        """Submit, unless the driver of an earlier try exists; a failed one is replaced."""
        found = read(self._driver, self._namespace)
        if found and found.status.phase != "Failed":
            self.log.info("The driver %s exists: waiting for it.", self._driver)
        else:
            delete(self._driver, self._namespace)
            self._submit()
        return f"{self._namespace}:{self._driver}"

    def _submit(self) -> None:
        hook = self._backend.hook
        try:
            hook.submit(self.application)
        except Exception:
            # Spark deletes its driver when it cannot create what belongs to it, but not always.
            delete(self._driver, self._namespace)
            raise

    def poll_until_complete(self, external_id: Any, context: Context) -> None:
        namespace, driver = self._parse_k8s_external_id(external_id)
        selector = f"spark-app-selector={application(driver, namespace)}"
        with logs(namespace, selector, self.log):
            ended = wait_for_end(driver, namespace)
        if ended is None:
            raise AirflowException(f"The driver {driver} was deleted before its end.")
        if ended.status.phase == "Failed":
            delete(driver, namespace)
            raise AirflowException(f"The driver {driver} failed: {reason(ended)}")
        if store := context.get("task_state_store"):
            store.set(self._K8S_DRIVER_STATUS_KEY, "Succeeded")
        # With it, Kubernetes deletes its executors, Service and ConfigMaps.
        delete(driver, namespace)

    def get_job_result(self, external_id: Any, context: Context) -> None:
        """Delete the driver of a try that did not live to see its success."""
        delete(self._driver, self._namespace)

    def on_kill(self) -> None:
        super().on_kill()
        if self._driver:
            delete(self._driver, self._namespace)

    @property
    def _namespace(self) -> str:
        return self.conf["spark.kubernetes.namespace"]


class SparkApplication(SparkKubernetesOperator):
    """SparkKubernetesOperator whose log has the logs of executors, too."""

    def execute(self, context: Context) -> Any:
        labels = self._get_ti_pod_labels(context, include_try_number=False)
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        with logs(self.namespace, f"{selector},spark-role=executor", self.log):
            return super().execute(context)


def driver_name(context: Context) -> str:
    """The name of a task instance's driver, the same for each of its tries."""
    ti = context["ti"]
    whole = f"{ti.dag_id} {ti.task_id} {ti.run_id} {ti.map_index}"
    start = re.sub(r"[^a-z0-9]+", "-", f"{ti.dag_id}-{ti.task_id}".lower()).strip("-")
    return f"{start[:40].strip('-')}-{hashlib.sha256(whole.encode()).hexdigest()[:10]}-driver"


def read(name: str, namespace: str) -> client.V1Pod | None:
    """Return a pod, or None if there is none of this name that stays."""
    try:
        pod = get_kube_client().read_namespaced_pod(name, namespace)
    except ApiException as error:
        if error.status == NOT_FOUND:
            return None
        raise
    return None if pod.metadata.deletion_timestamp else pod


def delete(name: str, namespace: str) -> None:
    """Delete a pod and wait until its name is free."""
    api = get_kube_client()
    try:
        api.delete_namespaced_pod(name, namespace, grace_period_seconds=5)
        for _ in range(30):
            api.read_namespaced_pod(name, namespace)
            time.sleep(1)
    except ApiException as error:
        if error.status != NOT_FOUND:
            raise


def application(driver: str, namespace: str) -> str:
    """Return the id of a driver's application, or a text that no application has."""
    pod = read(driver, namespace)
    return pod.metadata.labels["spark-app-selector"] if pod else "none"


def wait_for_end(driver: str, namespace: str) -> client.V1Pod | None:
    """Return a driver that has ended, or None when it was deleted; retry when the API is away."""
    while True:
        try:
            pod = read(driver, namespace)
        except (ApiException, HTTPError):
            time.sleep(POLL_SECONDS * 5)
            continue
        if pod is None or pod.status.phase in ("Succeeded", "Failed"):
            return pod
        time.sleep(POLL_SECONDS)


def reason(pod: client.V1Pod) -> str:
    """The reason of a failure that the pod's status states."""
    for container in pod.status.container_statuses or []:
        if ended := container.state.terminated:
            return f"{ended.reason}, exit code {ended.exit_code}; its log is above."
    return f"{pod.status.reason or 'unknown'}: {pod.status.message or 'no message'}"


@contextmanager
def logs(namespace: str, selector: str, log: Any) -> Iterator[None]:
    """Copy the logs of pods into a log, from their start to their end."""
    ended = threading.Event()
    thread = threading.Thread(
        target=_follow_all, args=(namespace, selector, log, ended), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(30)


def _follow_all(namespace: str, selector: str, log: Any, ended: threading.Event) -> None:
    api = get_kube_client()
    followed: dict[str, threading.Thread] = {}
    last = False
    while not last:
        # One more look after the end, for pods that started since the last one.
        last = ended.wait(POLL_SECONDS)
        try:
            pods = api.list_namespaced_pod(namespace, label_selector=selector).items
        except (ApiException, HTTPError):
            continue
        for pod in pods:
            name = pod.metadata.name
            if name not in followed and pod.status.phase != "Pending":
                followed[name] = threading.Thread(target=_follow, args=(pod, log), daemon=True)
                followed[name].start()
    for thread in followed.values():
        thread.join(10)


def _follow(pod: client.V1Pod, log: Any) -> None:
    labels = pod.metadata.labels
    who = " ".join(filter(None, [labels["spark-role"], labels.get("spark-exec-id")]))
    try:
        lines = get_kube_client().read_namespaced_pod_log(
            pod.metadata.name, pod.metadata.namespace, follow=True, _preload_content=False
        )
        rest = b""
        for chunk in lines.stream():
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                log.info("[%s] %s", who, line.decode(errors="replace"))
    except (ApiException, HTTPError) as error:
        log.warning("The log of the %s ends early: %s", who, error)
