"""The executor of the api-server when task logs are on a volume that it shares with task pods.

Airflow shows the log of a running task from two sources: the log file, and the output of the pod,
which has the same lines. It removes equal lines, but not those that the task prints, which get
another time in each source. With this executor, the file is the only source.
"""

from airflow.providers.cncf.kubernetes.executors.kubernetes_executor import KubernetesExecutor


class SharedLogExecutor(KubernetesExecutor):
    """KubernetesExecutor that does not read the output of pods."""

    def get_task_log(self, ti: object, try_number: int) -> tuple[list[str], list[str]]:
        # Without a source, Airflow would look for a log server in the pod.
        return ["The task writes its log to the shared volume."], []
