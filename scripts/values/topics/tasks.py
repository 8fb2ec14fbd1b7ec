"""Task pods: their namespace and their rights."""

from typing import Annotated

from pydantic import Field

from scripts.values.blocks import Block, Object

Words = Annotated[list[str], Field(min_length=1)]


class TasksAdmission(Block):
    """ValidatingAdmissionPolicy for task pods."""

    enabled: bool = False
    """Refuse task pods with ServiceAccounts, Secrets or labels other than the allowed ones."""
    service_accounts: list[str] = Field(default=[], examples=[["spark-driver"]])
    """ServiceAccounts that task pods may use in addition to their own, default and pod-launcher."""
    secrets: list[str] = Field(default=[], examples=[["warehouse"]])
    """Secrets that task pods may read in addition to those of `secret` and imagePullSecrets."""


class LauncherRule(Block):
    """A rule of a Role, as Kubernetes defines it."""

    api_groups: Words
    """API groups; the core group is an empty text."""
    resources: Words
    """Resources, such as `rayjobs` or `rayjobs/status`."""
    verbs: Words
    """Verbs that are allowed."""
    resource_names: list[str] = []
    """Names of objects; empty means all of them."""


class PodLauncher(Block):
    """ServiceAccount `<release>-pod-launcher`, which allowPodLaunching creates."""

    every_task: bool = False
    """Give every task pod the ServiceAccount `<release>-pod-launcher` and a token for it, so that
    Dags launch pods without `executor_config`; all tasks then have the rights of a launcher."""
    spark_applications: bool = False
    """Allow the ServiceAccount to create SparkApplications (`sparkoperator.k8s.io`)."""
    rules: list[LauncherRule] = Field(
        default=[],
        examples=[
            [
                {
                    "apiGroups": ["ray.io"],
                    "resources": ["rayjobs"],
                    "verbs": ["create", "delete", "get"],
                }
            ]
        ],
    )
    """Further rules for the ServiceAccount in each namespace of tasks, for operators of other
    kinds; wildcards, Secrets and rights to change permissions are refused."""


class Spark(Block):
    """Spark drivers and executors in the namespaces of tasks."""

    enabled: bool = False
    """Create the ServiceAccount `<release>-spark` of drivers with its Role and NetworkPolicies, and
    allow the ServiceAccount `<release>-pod-launcher` to submit; see [Spark](spark.md)."""


class TaskSettings(Block):
    """Namespace, admission, rights and default requests of task pods."""

    namespace: str = Field(default="", examples=["{{ .Release.Namespace }}-tasks"])
    """Namespace of the task pods, through `tpl`, which must exist; empty means the release's."""
    admission: TasksAdmission = TasksAdmission()
    """ValidatingAdmissionPolicy for task pods."""
    pod_launcher: PodLauncher = PodLauncher()
    """ServiceAccount `<release>-pod-launcher`, which allowPodLaunching creates."""
    spark: Spark = Spark()
    """Spark drivers and executors in the namespaces of tasks."""
    limits: list[Object] = Field(
        default=[],
        examples=[[{"type": "Container", "defaultRequest": {"cpu": "100m", "memory": "256Mi"}}]],
    )
    """LimitRange items for each namespace of tasks, which give requests to pods that state none;
    empty where Terraform creates the namespaces, since the module `release` then owns them."""


class Tasks(Block):
    """Task pods."""

    tasks: TaskSettings = TaskSettings()
    """Namespace, admission, rights and default requests of task pods."""
    multi_namespace_mode: bool = False
    """Allow tasks in all namespaces, or in those of multi_namespace_mode_namespace_list."""
    allow_pod_launching: bool = False
    """Create the ServiceAccount `<release>-pod-launcher`: tasks that use it, and triggers, may
    launch pods. `tasks.podLauncher.everyTask` gives it to every task; a single task names it in
    `executor_config` (`service_account_name`, and `automount_service_account_token: True`)."""
    allow_job_launching: bool = False
    """Allow the ServiceAccount `<release>-pod-launcher` to create Jobs (KubernetesJobOperator), and
    the triggerer to watch them; requires allowPodLaunching. See [launching](launching.md)."""
    pod_template: str | None = Field(
        default=None,
        examples=[
            "kind: Pod\n"
            "metadata: {labels: {tier: airflow, component: worker, release: airflow}}\n"
            "spec: {containers: [{name: base}]}\n"
        ],
    )
    """Pod template of the tasks as a string, through `tpl`, instead of the chart's own."""
