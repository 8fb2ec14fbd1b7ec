"""What a team may set in its own file: the boundary between platform and team, as a type."""

from typing import Any, Literal

from pydantic import Field

from scripts.values.blocks import Block, Environment, Text


class Quantities(Block):
    """Amounts of CPU and memory, in Kubernetes' notation."""

    cpu: str | None = None
    """Processor time, such as 250m."""
    memory: str | None = None
    """Memory, such as 512Mi."""


class Resources(Block):
    """Requests and limits."""

    requests: Quantities = Quantities()
    """What is reserved."""
    limits: Quantities = Quantities()
    """What may be used at most."""


class TeamComponent(Block):
    """A component, as far as a team may turn it."""

    replicas: int = Field(default=1, ge=1, le=5)
    """How many pods, 1 to 5."""
    resources: Resources = Resources()
    """Requests and limits."""
    env: Environment = {}
    """Environment variables."""


class TeamWorkers(Block):
    """Task pods, as far as a team may turn them."""

    resources: Resources = Resources()
    """Requests and limits."""
    env: Environment = {}
    """Environment variables."""
    node_selector: Text = {}
    """Labels that a node must have."""
    tolerations: list[dict[str, Any]] = []
    """Taints that task pods tolerate."""
    termination_grace_period_seconds: int = Field(default=600, ge=30, le=21600)
    """Seconds that a running task is given to end, 30 to 21,600."""


class TeamEgress(Block):
    """Who may also reach what, of the places that the environment names."""

    worker: dict[str, bool] = {}
    """Tasks: the name of a place, true."""
    triggerer: dict[str, bool] = {}
    """The triggerer: the name of a place, true."""


class TeamNetworkPolicies(Block):
    """Policies, as far as a team may turn them."""

    egress: TeamEgress = TeamEgress()
    """Who may also reach what."""


class TeamImage(Block):
    """The team's image of Airflow."""

    repository: str | None = None
    """Registry and name."""
    tag: str | None = None
    """The tag."""
    digest: str | None = None
    """The digest."""


class TeamImages(Block):
    """The team's images."""

    airflow: TeamImage = TeamImage()
    """Airflow with the team's packages."""


class TeamValues(Block):
    """A file environments/ENVIRONMENT/teams/TEAM.yaml."""

    team: str
    """The team's name: that of the file."""
    images: TeamImages = TeamImages()
    """The team's image."""
    executor: Literal["KubernetesExecutor"] = "KubernetesExecutor"
    """The executor."""
    env: Environment = {}
    """Environment variables of all containers of Airflow, task pods too."""
    allow_pod_launching: bool = False
    """Let tasks that name the ServiceAccount pod-launcher launch pods."""
    api_server: TeamComponent = TeamComponent()
    """The api-server."""
    scheduler: TeamComponent = TeamComponent()
    """The scheduler."""
    dag_processor: TeamComponent = TeamComponent()
    """The dag-processor."""
    triggerer: TeamComponent = TeamComponent()
    """The triggerer."""
    workers: TeamWorkers = TeamWorkers()
    """Task pods."""
    network_policies: TeamNetworkPolicies = TeamNetworkPolicies()
    """Who may talk to whom."""
