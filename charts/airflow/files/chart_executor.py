"""KubernetesExecutor of Airflow's provider, for namespaces whose room is limited.

- A pod that Kubernetes refuses for now (quota, errors of its API) is created again after 2 to 30
  seconds.
- A pod that can never start fails its task at once, with the reason in the event log and in the
  task's log.
- A pod that still waits when its task was marked, cleared or deleted is removed.
- A pod that a scheduler did not create before it ended is created by the next one.

Only the scheduler imports this module. It overrides methods of the provider: where a version does
not have one, the override is never called, and that version behaves as without this module.
"""

import json
import time
from dataclasses import dataclass
from functools import cached_property

import chart_adoption
import chart_logs
import chart_messages as messages
from airflow.configuration import conf
from airflow.models.log import Log
from airflow.models.taskinstance import TaskInstance
from airflow.models.taskinstancekey import TaskInstanceKey
from airflow.providers.cncf.kubernetes.executors import kubernetes_executor as provider
from airflow.providers.cncf.kubernetes.kubernetes_helper_functions import annotations_to_key
from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
from airflow.utils.session import create_session
from airflow.utils.state import TaskInstanceState
from kubernetes import client
from sqlalchemy import select

SHORTEST, LONGEST = 2, 30
# Seconds between two looks at waiting pods: while tasks run, and at rest.
BUSY, IDLE = 10, 300
# Events of a pod for which an autoscaler adds a node.
SCALES_UP = ("TriggeredScaleUp", "Nominated")
ALIVE = (TaskInstanceState.SCHEDULED, TaskInstanceState.QUEUED, TaskInstanceState.RUNNING)


@dataclass
class Delayed:
    """A pod to be created again later."""

    # A KubernetesJob of the provider; that of Airflow 3.0 has no such type.
    job: object
    due: float


class Retried(list):
    """Stands in for the queue of jobs while the provider decides what to try again."""

    put = list.append


class QuietLog:
    """A logger of the provider without the manifests of refused pods, which contain tokens."""

    def __init__(self, log, tried) -> None:
        self._log = log
        self._tried = tried

    def __getattr__(self, name: str):
        return getattr(self._log, name)

    def exception(self, message: str, *_: object) -> None:
        """Drop it: the executor logs the reason."""

    def info(self, message: str, *values: object, **more: object) -> None:
        again = bool(values) and values[0] in self._tried
        (self._log.debug if again else self._log.info)(message, *values, **more)


class KubernetesExecutor(chart_adoption.Adopting, provider.KubernetesExecutor):
    """Has the name of its parent, so that metrics, Dags and the UI show no other executor."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._delayed: dict[object, Delayed] = {}
        self._too_large_since: dict[str, float] = {}
        self._looked = -float(IDLE)
        # Long enough for an autoscaler to see the pod.
        # Executors of Airflow 3.0 have no configuration of their own.
        settings = getattr(self, "conf", conf)
        self._too_large_after = settings.getint(
            "kubernetes_executor", "too_large_after", fallback=30
        )

    def start(self) -> None:
        super().start()
        tried = getattr(self, "task_publish_retries", ())
        self.kube_scheduler._log = QuietLog(self.kube_scheduler.log, tried)

    def sync(self) -> None:
        now = time.monotonic()
        for key in [key for key, one in self._delayed.items() if one.due <= now]:
            self.task_queue.put(self._delayed.pop(key).job)
        if now - self._looked >= (BUSY if self.running else IDLE):
            self._looked = now
            try:
                self._look_at_waiting_pods(now)
            except Exception:
                self.log.exception("The pods that wait were not checked; the next check follows")
        before = len(self.running)
        super().sync()
        # Each pod that has ended may have made room.
        ended = max(before - len(self.running), 0)
        for one in sorted(self._delayed.values(), key=lambda one: one.due)[:ended]:
            one.due = min(one.due, now + SHORTEST)

    def fail(self, key, info=None) -> None:
        reason = messages.reason(info)
        super().fail(key, reason)
        if reason:
            self._record(key, chart_logs.CANNOT_START, reason)

    def revoke_task(self, *, ti) -> None:
        # Later versions of the provider have the id of the task instance as the key.
        names = {str(ti.key), str(ti.id)}
        for key in [key for key in self._delayed if str(key) in names]:
            del self._delayed[key]
        super().revoke_task(ti=ti)

    def _handle_pod_publish_error(self, task, e) -> bool:
        message = messages.reason(e) or ""
        if reason := messages.above_quota(message):
            self.log.error("Task %s fails. %s", task.key, reason)
            self.fail(task.key, reason)
            return False
        if messages.UNCOUNTED in message:
            self.task_publish_retries[task.key] += 1
            self.log.warning("Pod for task %s is created again later: %s", task.key, message)
            self._delay(task, message)
            return False
        queue, self.task_queue = self.task_queue, Retried()
        try:
            return super()._handle_pod_publish_error(task, e)
        finally:
            retried, self.task_queue = self.task_queue, queue
            for job in retried:
                self._delay(job, message)

    def _delay(self, job, message: str) -> None:
        tries = self.task_publish_retries[job.key]
        delay = min(SHORTEST * 2 ** min(tries - 1, 4), LONGEST)
        self._delayed[job.key] = Delayed(job, time.monotonic() + delay)
        if tries == 1:
            self._record(job.key, chart_logs.WAITS, message)

    def _record(self, key, event: str, text: str) -> None:
        """Write to the event log.

        `log_task_event` loses what it is given: Airflow 3.3.2 lets go of the objects in its queue
        while it writes them, and SQLAlchemy then finds them empty.
        """
        if not isinstance(key, TaskInstanceKey):
            return
        try:
            with create_session(scoped=False) as session:
                session.add(Log(event=event, task_instance=key, extra=text))
        except Exception:
            self.log.exception("The event log does not have the reason of task %s: %s", key, text)

    def _look_at_waiting_pods(self, now: float) -> None:
        pods = {pod["metadata"]["uid"]: pod for pod in self._waiting_pods()}
        keys = {
            uid: annotations_to_key(pod["metadata"]["annotations"]) for uid, pod in pods.items()
        }
        alive = self._alive(list(keys.values()))
        since = {}
        for uid, pod in pods.items():
            if keys[uid] not in alive:
                self.log.info("Removing pod %s: its task no longer waits", pod["metadata"]["name"])
                self._remove(pod, keys[uid])
            elif reason := _above_nodes(pod):
                since[uid] = self._too_large_since.get(uid, now)
                if now - since[uid] >= self._too_large_after and not self._scales_up(pod):
                    self.log.error("Task %s fails. %s", keys[uid], reason)
                    for key in self._remove(pod, keys[uid]):
                        self.fail(key, reason)
        self._too_large_since = since

    @cached_property
    def _selector(self) -> str:
        """The labels of this Airflow's task pods."""
        template = PodGenerator.deserialize_model_file(self.kube_config.pod_template_file)
        release = (template.metadata.labels or {}).get("release")
        # Without the label, only the scheduler's id tells its pods from those of another Airflow.
        own = f"release={release}" if release else f"airflow-worker={self.scheduler_job_id}"
        return f"kubernetes_executor=True,{own}"

    def _waiting_pods(self) -> list[dict]:
        """The task pods that have not started, of this scheduler and of those that are gone."""
        namespaces = [self.kube_config.kube_namespace]
        if self.kube_config.multi_namespace_mode:
            namespaces = self.kube_config.multi_namespace_mode_namespace_list or [None]
        arguments = {
            "label_selector": self._selector,
            "field_selector": "status.phase=Pending",
            "_preload_content": False,
            **self.kube_config.kube_client_request_args,
        }
        pods = []
        for namespace in namespaces:
            if namespace:
                answer = self.kube_client.list_namespaced_pod(namespace, **arguments)
            else:
                answer = self.kube_client.list_pod_for_all_namespaces(**arguments)
            pods += json.loads(answer.data)["items"]
        makers = {
            pod["metadata"]["uid"]: pod["metadata"]["labels"]["airflow-worker"] for pod in pods
        }
        others = set(makers.values()) - {self.scheduler_job_id}
        if others:
            find = getattr(self, "_alive_other_scheduler_job_ids", None)
            others = set(map(str, find())) if find else others
        return [
            pod
            for pod in pods
            if makers[pod["metadata"]["uid"]] not in others
            and not pod["metadata"].get("deletionTimestamp")
        ]

    def _alive(self, keys: list) -> set:
        """Keys whose try still waits or runs."""
        if not keys:
            return set()
        query = select(
            TaskInstance.dag_id,
            TaskInstance.task_id,
            TaskInstance.run_id,
            TaskInstance.map_index,
            TaskInstance.try_number,
        ).where(TaskInstance.filter_for_tis(keys), TaskInstance.state.in_(ALIVE))
        with create_session(scoped=False) as session:
            found = {tuple(row) for row in session.execute(query)}
        of = ("dag_id", "task_id", "run_id", "map_index", "try_number")
        return {key for key in keys if tuple(getattr(key, name) for name in of) in found}

    def _remove(self, pod: dict, key) -> list:
        """Remove a pod unless it has changed since; return its keys among the running tasks."""
        metadata = pod["metadata"]
        same = client.V1Preconditions(
            uid=metadata["uid"], resource_version=metadata["resourceVersion"]
        )
        options = {**self.kube_config.delete_option_kwargs, "preconditions": same}
        try:
            self.kube_client.delete_namespaced_pod(
                metadata["name"],
                metadata["namespace"],
                body=client.V1DeleteOptions(**options),
                **self.kube_config.kube_client_request_args,
            )
        except client.ApiException as error:
            # It is gone, or the next look decides.
            if error.status in (404, 409):
                return []
            raise
        names = {str(key), metadata["annotations"].get("task_instance_id")}
        keys = [one for one in self.running if str(one) in names]
        for one in keys:
            self.running.discard(one)
            getattr(self, "pod_launch_attempts", {}).pop(one, None)
        return keys

    def _scales_up(self, pod: dict) -> bool:
        """Whether an autoscaler adds a node for the pod; it may, if nothing is known."""
        try:
            answer = self.kube_client.list_namespaced_event(
                pod["metadata"]["namespace"],
                field_selector=f"involvedObject.uid={pod['metadata']['uid']}",
                _preload_content=False,
                **self.kube_config.kube_client_request_args,
            )
        except client.ApiException as error:
            self.log.warning("Events of pods cannot be read: %s", messages.reason(error))
            return True
        return any(one.get("reason") in SCALES_UP for one in json.loads(answer.data)["items"])


def _above_nodes(pod: dict) -> str | None:
    for condition in pod["status"].get("conditions", []):
        if condition["type"] == "PodScheduled" and condition.get("reason") == "Unschedulable":
            return messages.above_nodes(condition.get("message", ""))
    return None
