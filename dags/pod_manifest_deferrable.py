"""A task that launches a pod from a complete manifest and waits without occupying a worker.

Like `pod_manifest`, but deferrable: the pod of the task ends as soon as it has launched the other
pod, the triggerer waits for that one, and a second pod of the task reads the result. Use this for
work that takes long.
"""

from airflow.sdk import dag
from launched_pod import launcher, manifest

PROGRAM = """
import time

for second in range(5):
    print("working", second, flush=True)
    time.sleep(1)
print("the answer is", 6 * 7)
"""


@dag(schedule=None, tags=["example", "kubernetes"], doc_md=__doc__)
def pod_manifest_deferrable() -> None:
    # At the top of the file, the dag-processor would import it in advance and keep it in memory.
    from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

    KubernetesPodOperator(
        task_id="launch",
        pod_template_dict=manifest("pod-manifest-deferrable", PROGRAM),
        in_cluster=True,
        deferrable=True,
        poll_interval=2,
        executor_config=launcher(),
    )


pod_manifest_deferrable()
