"""A task that applies a whole pod manifest and waits for its end.

`pod_template_dict` takes the manifest as Kubernetes has it: nothing has to be said a second time
in arguments of the operator. The pod runs in the namespace of the task, which runs as a service
account that may launch pods there. The log of the pod becomes the log of the task.
"""

from airflow.sdk import dag
from launched_pod import launcher, manifest

PROGRAM = """
print("the answer is", 6 * 7)
"""


@dag(schedule=None, tags=["example", "kubernetes"], doc_md=__doc__)
def pod_manifest() -> None:
    # The dag-processor keeps in memory what it sees imported above: this stays with the parse.
    from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

    KubernetesPodOperator(
        task_id="launch",
        pod_template_dict=manifest("pod-manifest", PROGRAM),
        in_cluster=True,
        executor_config=launcher(),
    )


pod_manifest()
