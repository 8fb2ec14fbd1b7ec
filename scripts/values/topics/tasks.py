"""Task pods: their namespace and their rights."""

from pydantic import Field

from scripts.values.blocks import Block


class TasksAdmission(Block):
    """ValidatingAdmissionPolicy for task pods."""

    enabled: bool = False
    """Refuse task pods with ServiceAccounts, Secrets or labels other than the allowed ones."""
    service_accounts: list[str] = Field(default=[], examples=[["spark-driver"]])
    """ServiceAccounts that task pods may use in addition to their own, default and pod-launcher."""
    secrets: list[str] = Field(default=[], examples=[["warehouse"]])
    """Secrets that task pods may read in addition to those of `secret` and imagePullSecrets."""


class TaskSettings(Block):
    """Namespace and admission of task pods."""

    namespace: str = Field(default="", examples=["{{ .Release.Namespace }}-tasks"])
    """Namespace of the task pods, through `tpl`, which must exist; empty means the release's."""
    admission: TasksAdmission = TasksAdmission()
    """ValidatingAdmissionPolicy for task pods."""


class Tasks(Block):
    """Task pods."""

    tasks: TaskSettings = TaskSettings()
    """Namespace and admission of task pods."""
    multi_namespace_mode: bool = False
    """Allow tasks in all namespaces, or in those of multi_namespace_mode_namespace_list."""
    allow_pod_launching: bool = False
    """Create the ServiceAccount pod-launcher; tasks that use it, and triggers, may launch pods."""
    pod_template: str | None = Field(
        default=None,
        examples=[
            "kind: Pod\n"
            "metadata: {labels: {tier: airflow, component: worker, release: airflow}}\n"
            "spec: {containers: [{name: base}]}\n"
        ],
    )
    """Pod template of the tasks as a string, through `tpl`, instead of the chart's own."""
