"""The example Dags, run together once: their pods and the states of their runs."""

from dataclasses import dataclass, field

from kubernetes.client.exceptions import ApiException

from scripts.workshop.airflow_api import Run
from tests.cluster.airflow import Airflow
from tests.cluster.namespace import Pod
from tests.cluster.pod_watch import Watch
from tests.cluster.waiting import wait_until

# All but `burst`, which has its own test.
DAGS = (
    "plain_tasks",
    "executor_config",
    "pod_manifest",
    "pod_manifest_deferrable",
    "retry_once",
    "shell_levels",
)
# The environments of all readable processes of the first container.
ENVIRONMENT = "env; cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; true"


@dataclass
class Examples:
    """Runs by Dag, all pods in the tasks' namespace, and the environments of some of them."""

    runs: dict[str, Run]
    pods: Watch
    environments: dict[str, str] = field(default_factory=dict)

    def task_pods(self, dag: str) -> list[Pod]:
        """The pods that the executor created for tasks of a Dag."""
        return self.pods.pods(dag_id=dag, kubernetes_executor="True")

    def launched_pods(self, dag: str) -> list[Pod]:
        """The pods that tasks of a Dag launched themselves."""
        return self.pods.pods(dag_id=dag, kubernetes_pod_operator="True")


def run_examples(airflow: Airflow) -> Examples:
    """Run every example to its end, successful or not, until its last pod is deleted."""
    environments: dict[str, str] = {}

    def look_inside(pod: Pod) -> None:
        if "kubernetes_executor" not in pod.metadata.labels:
            return
        # Exec fails in a pod that is starting or ending; enough others remain.
        try:
            environments[pod.metadata.name] = airflow.tasks.run(pod, "sh", "-c", ENVIRONMENT)
        except (ApiException, AssertionError, TypeError):
            return

    with Watch(airflow.tasks, on_running=look_inside) as pods:
        runs = {dag: airflow.start(dag) for dag in DAGS}
        airflow.wait_for_end(runs.values(), 600)
        wait_until(
            lambda: not pods.living(), 120, lambda: f"pods are not cleaned up: {pods.living()}"
        )
    return Examples(runs, pods, environments)
