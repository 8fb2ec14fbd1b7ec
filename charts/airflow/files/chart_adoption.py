"""Continues tasks that had no pod yet when their scheduler ended.

A scheduler queues a task in the database before it creates the task's pod. If it ends in between,
Airflow's next scheduler resets the task, so that it runs as its second try, although nothing of the
first one has run. With this class it creates the missing pod instead.
"""

from airflow.executors import workloads
from airflow.providers.cncf.kubernetes.kubernetes_helper_functions import annotations_to_key
from airflow.utils.state import TaskInstanceState
from sqlalchemy.orm import object_session


class Adopting:
    """Base of an executor, before Airflow's KubernetesExecutor."""

    def try_adopt_task_instances(self, tis):
        """Return the tasks that must start over: those that have run, or may have."""
        lost = super().try_adopt_task_instances(tis)
        queued = [ti for ti in lost if ti.state == TaskInstanceState.QUEUED]
        if not queued:
            return lost
        # A pod that could not be adopted may still run its task.
        selector = {"label_selector": "kubernetes_executor=True"}
        with_pod = {annotations_to_key(p.metadata.annotations) for p in self._list_pods(selector)}
        missing = {ti.id: ti for ti in queued if ti.key not in with_pod}
        for ti in missing.values():
            self.log.info("Creating the pod that %s lacks, since its scheduler ended", ti)
            workload = workloads.ExecuteTask.make(ti, generator=self.jwt_generator)
            self.queue_workload(workload, session=object_session(ti))
        return [ti for ti in lost if ti.id not in missing]
