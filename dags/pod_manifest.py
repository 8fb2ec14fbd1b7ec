"""A task that launches a pod from a complete manifest and waits until it ends.

`pod_template_dict` takes a Kubernetes manifest, so its fields need not be repeated as arguments of
the operator. The pod runs in the namespace of the task. The task uses a ServiceAccount that may
launch pods there. The log of the pod appears in the log of the task.
"""

from airflow.sdk import dag
from launched_pod import launcher, manifest

PROGRAM = """
print("the answer is", 6 * 7)
"""


@dag(schedule=None, tags=["example", "kubernetes"], doc_md=__doc__)
def pod_manifest() -> None:
    # At the top of the file, the dag-processor would import it in advance and keep it in memory.
    from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

    KubernetesPodOperator(
        task_id="launch",
        pod_template_dict=manifest("pod-manifest", PROGRAM),
        in_cluster=True,
        executor_config=launcher(),
    )


pod_manifest()
