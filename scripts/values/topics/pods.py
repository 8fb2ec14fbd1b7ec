"""Defaults of all pods: placement, security, annotations."""

from pydantic import Field

from scripts.values.blocks import Block, Object, Text
from scripts.values.pods import Placement


class GlobalSecurityContexts(Block):
    """Security contexts of all Airflow pods."""

    pod: Object = Field(default={}, examples=[{"supplementalGroups": [2000]}])
    """PodSecurityContext of Airflow pods, in place of the chart's; containers stay restricted."""
    containers: Object = Field(default={}, examples=[{"readOnlyRootFilesystem": False}])
    """SecurityContext fields of all Airflow containers, merged over the restricted defaults."""


class Pods(Placement):
    """Defaults of all pods."""

    uid: int | None = 50000
    """User ID of Airflow's containers; null: the cluster assigns one to all pods (OpenShift)."""
    gid: int | None = 0
    """Group ID of Airflow's containers; the public image needs 0."""
    security_contexts: GlobalSecurityContexts = GlobalSecurityContexts()
    """Security contexts of all Airflow pods, merged over the restricted defaults."""
    security_context: Object = Field(default={}, examples=[{"fsGroup": 2000}])
    """PodSecurityContext fields of all pods; `securityContexts.pod` replaces this older name."""
    component_priority_class_name: str | None = Field(default=None, examples=["airflow-components"])
    """PriorityClass of components and Jobs, instead of `priorityClassName`; tasks do not use it."""
    user_namespaces: bool = False
    """Run each pod in a user namespace (`hostUsers: false`); the nodes must support it."""
    airflow_pod_annotations: Text = Field(default={}, examples=[{"example.com/owner": "data"}])
    """Annotations of all Airflow pods."""
    container_lifecycle_hooks: Object | None = Field(
        default=None, examples=[{"preStop": {"exec": {"command": ["sleep", "5"]}}}]
    )
    """Lifecycle hooks of Airflow's main containers, through `tpl`."""
    revision_history_limit: int | None = None
    """Number of old ReplicaSets to keep per Deployment; unset means 10, Kubernetes' default."""
