"""A task that applies a whole pod manifest and waits for its end without a worker.

As `pod_manifest`, but deferrable: the task's pod ends as soon as the other pod is launched, the
triggerer watches that one, and a second pod of the task reads the result. Waiting costs no worker,
which is right for what takes long.
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
    # The dag-processor keeps in memory what it sees imported above: this stays with the parse.
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
