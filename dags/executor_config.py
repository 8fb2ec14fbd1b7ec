"""One task with a modified pod: resources, a toleration, a volume and a sidecar.

`pod_override` is merged over the pod template that the chart gives to KubernetesExecutor. The
container `base` runs the task; the rest is added. The sidecar prints the log file that the task
writes to the shared volume. It is an init container with `restartPolicy: Always`, which Kubernetes
stops when the task ends. An ordinary second container would keep the pod and the task running.
"""

import os
import time
from pathlib import Path

from airflow.sdk import dag, task
from kubernetes.client import models as k8s
from launched_pod import IMAGE

SHARED = Path("/shared")
LOG = SHARED / "report.log"

mount = k8s.V1VolumeMount(name="shared", mount_path=str(SHARED))

sidecar = k8s.V1Container(
    name="log",
    image=IMAGE,
    # As process 1, `tail` would ignore SIGTERM; dumb-init handles it.
    command=["dumb-init", "--", "tail", "--retry", "--follow=name", "--lines=+1", str(LOG)],
    restart_policy="Always",
    resources=k8s.V1ResourceRequirements(
        requests={"cpu": "10m", "memory": "16Mi"}, limits={"memory": "32Mi"}
    ),
    security_context=k8s.V1SecurityContext(
        allow_privilege_escalation=False,
        capabilities=k8s.V1Capabilities(drop=["ALL"]),
        read_only_root_filesystem=True,
        run_as_non_root=True,
        seccomp_profile=k8s.V1SeccompProfile(type="RuntimeDefault"),
    ),
    volume_mounts=[mount],
)

pod_override = k8s.V1Pod(
    metadata=k8s.V1ObjectMeta(labels={"example": "executor-config"}),
    spec=k8s.V1PodSpec(
        containers=[
            k8s.V1Container(
                name="base",
                resources=k8s.V1ResourceRequirements(
                    requests={"cpu": "100m", "memory": "320Mi"}, limits={"memory": "640Mi"}
                ),
                volume_mounts=[mount],
            )
        ],
        init_containers=[sidecar],
        tolerations=[
            k8s.V1Toleration(key="example.org/batch", operator="Exists", effect="NoSchedule")
        ],
        volumes=[
            k8s.V1Volume(name="shared", empty_dir=k8s.V1EmptyDirVolumeSource(size_limit="16Mi"))
        ],
    ),
)


@dag(schedule=None, tags=["example", "kubernetes"], doc_md=__doc__)
def executor_config() -> None:
    @task(executor_config={"pod_override": pod_override})
    def report() -> int:
        """Write some lines to the shared volume and return their number."""
        with LOG.open("w") as log:
            for number in range(1, 4):
                print(f"step {number} done in pod {os.uname().nodename}", file=log, flush=True)
                time.sleep(1)
        return len(LOG.read_text().splitlines())

    report()


executor_config()
