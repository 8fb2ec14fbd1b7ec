"""The model of an environment's facts: the file environments/ENVIRONMENT/environment.yaml.

It defines the names and types of facts. From it, `make generate` writes the schema for editors and
the rules with which Terraform checks the same file. The defaults are those of
terraform/variables.tf.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from scripts.errors import Refusal
from scripts.releases.checks import closest, dotted, listed, problems
from scripts.releases.rules import below, pattern_of, rules
from scripts.values.team import text
from scripts.yaml_files import Document, KeyPath


class Facts(BaseModel):
    """A closed map of facts: an unknown key is an error that names the key."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )


Optional = Field(default=None)


class Cluster(Facts):
    """The existing Kubernetes cluster of an environment."""

    version: Annotated[str, text(r"^1\.[0-9]+$", 'be a minor version in quotes, such as "1.34"')]
    """Kubernetes version of the cluster; manifests are rendered and checked for it."""
    context: str = ""
    """Kubeconfig context for deployments; the current context when empty."""


class Ci(Facts):
    """The CI that applies Terraform; terraform/bootstrap creates its role."""

    access_entry: bool = False
    """Let terraform/bootstrap make CI's access entry of the cluster."""
    oidc_provider_arn: str
    """ARN of the IAM OIDC provider of the CI system."""
    repository: str
    """Repository whose workflows may assume the role, for example `example/airflow`."""
    subject: str = Optional
    """Subject of the OIDC token; the environment of the repository when unset."""


class EksCluster(Facts):
    """The EKS cluster and its network."""

    name: str
    """Name of the EKS cluster."""
    security_group_id: str = Optional
    """Security group of the nodes; databases accept connections from it."""
    security_group_ids: list[str] = Optional
    """The same for several groups; that of the cluster when both are unset."""
    vpc_id: str = Optional
    """VPC of the cluster; Terraform asks the cluster when unset."""


class DagSource(Facts):
    """Source of Dags."""

    bucket: bool = True
    """Read Dags from the team's folder of the bucket, where values name no other source."""


class DatabaseAlarms(Facts):
    """CloudWatch alarms of the databases."""

    connections: float = Optional
    """Number of connections above which the alarm fires."""
    cpu_percent: float = Optional
    """CPU usage in percent above which the alarm fires."""
    free_memory_mb: float = Optional
    """Free memory in MB below which the alarm fires."""
    free_storage_gb: float = Optional
    """Free storage in GB below which the alarm fires."""
    topic_arns: list[str] = Optional
    """SNS topics that the alarms notify; unset where Datadog's monitors do."""


class DatabaseInstance(Facts):
    """The RDS instance of each team."""

    allow_major_version_upgrade: bool = Optional
    """Allow another major version of PostgreSQL."""
    apply_immediately: bool = Optional
    """Apply changes at once instead of in the maintenance window."""
    backup_days: float = Optional
    """Days for which backups are kept."""
    backup_window: str = Optional
    """Time of the daily backup, for example `03:00-04:00`."""
    # `class` is a keyword of Python.
    class_: str = Field(default=None, alias="class")
    """Class of the instance, for example `db.m7g.large`."""
    engine_version: str = Optional
    """Version of PostgreSQL, for example `"17"`."""
    maintenance_window: str = Optional
    """Time of the weekly maintenance."""
    max_storage_gb: float = Optional
    """Size in GB up to which storage grows."""
    multi_az: bool = Optional
    """Run a standby in a second zone."""
    parameters: dict[str, str] = Optional
    """Parameters of PostgreSQL by name."""
    storage_gb: float = Optional
    """Size of the storage in GB at the start."""


class Database(Facts):
    """PostgreSQL on RDS, one instance per team."""

    subnet_ids: list[str]
    """Subnets of the instances, in at least two zones."""
    iam: bool = False
    """Let components log in by a token of IAM instead of a password."""
    deletion_protection: bool = True
    """Refuse to delete an instance."""
    final_snapshot: bool = True
    """Take a snapshot when an instance is deleted."""
    alarms: DatabaseAlarms = Optional
    """CloudWatch alarms."""
    instance: DatabaseInstance = Optional
    """Size and behaviour of each instance."""


class Boundary(Facts):
    """Permissions boundary, which terraform/bootstrap makes from the grants and from this."""

    services: list[str] = Optional
    """Actions that roles may be granted on any resource, for example `ecs:RunTask`."""


class Condition(Facts):
    """A condition of an IAM statement."""

    test: str
    """Operator, for example `StringEquals`."""
    variable: str
    """Condition key, for example `aws:ResourceTag/team`."""
    values: list[str]
    """Values to compare with."""


class Grant(Facts):
    """AWS permissions of the tasks of some teams, in addition to those of every team."""

    teams: list[str]
    """Teams whose tasks get the permissions."""
    actions: list[str]
    """IAM actions, for example `s3:GetObject`."""
    resources: list[str]
    """ARNs of the resources."""
    reason: str = Optional
    """Reason for the grant, for readers of this file."""
    triggerer: bool = Optional
    """Give the permissions to the triggerer, too."""
    conditions: list[Condition] = Optional
    """Conditions of the statement."""


class Registry(Facts):
    """Registry of the Airflow image; terraform/bootstrap makes it."""

    name: str
    """Name of the repository, for example `airflow`."""
    readers: list[str] = Optional
    """Ids of other AWS accounts whose nodes pull the images."""


class Oidc(Facts):
    """The OIDC provider of the cluster."""

    issuer: str
    """Issuer URL without `https://`."""
    provider_arn: str
    """ARN of the IAM OIDC provider."""


class Identity(Facts):
    """Method by which pods get AWS credentials."""

    mode: str = "pod_identity"
    """`pod_identity` (EKS Pod Identity) or `irsa`."""
    oidc: Oidc = Optional
    """OIDC provider of the cluster, for irsa."""


class Notify(Facts):
    """Recipients of alerts, as Datadog mentions them."""

    warn: str
    """Recipient of warnings, for example `@slack-airflow-alerts`."""
    page: str = Optional
    """Recipient who is paged, for example `@pagerduty-airflow`."""


class Objective(Facts):
    """A service level objective."""

    target: float = Optional
    """Target in percent."""
    warning: float = Optional
    """Percentage below which Datadog warns."""
    timeframe: str = Optional
    """Period, for example `30d`."""


class Objectives(Facts):
    """Service level objectives of the environment."""

    scheduler_beats: Objective = Optional
    """Share of time with a scheduler heartbeat."""
    tasks_succeed: Objective = Optional
    """Share of tasks that succeed."""


class Monitoring(Facts):
    """Dashboards and monitors in Datadog."""

    notify: Notify
    """Recipients of alerts."""
    runbooks: str
    """URL of the runbooks."""
    airflow_version: str = Optional
    """Version in the tags of Airflow's metrics; that of the chart when unset."""
    external_secrets: bool = Optional
    """Add a monitor of ExternalSecrets, whose metrics a community check of Datadog collects."""
    owner: str = Optional
    """Team in the tags of dashboards and monitors."""
    pgbouncer: bool = Optional
    """Add a monitor of PgBouncer's waiting clients."""
    site: str = "datadoghq.com"
    """Datadog site, for example `datadoghq.eu`."""
    thresholds: dict[str, float] = Optional
    """Thresholds of monitors by their name."""
    objectives: Objectives = Optional
    """Service level objectives."""


class Quota(Facts):
    """Limits for the sum of all objects in one namespace."""

    enabled: bool = Optional
    """Create a ResourceQuota."""
    cpu: str = Optional
    """Sum of CPU requests, for example `"16"`."""
    memory: str = Optional
    """Sum of memory requests, for example `64Gi`."""
    pods: float = Optional
    """Number of pods."""
    volume_claims: float = Optional
    """Number of PersistentVolumeClaims."""
    more: dict[str, str] = Optional
    """Further quotas by their names in Kubernetes."""


class Quotas(Facts):
    """Quotas of each team's two namespaces."""

    release: Quota = Optional
    """Quota of the namespace of the release."""
    tasks: Quota = Optional
    """Quota of the namespace of the tasks."""


class LargestContainer(Facts):
    """Largest requests and limits of a container."""

    cpu: str = Optional
    """CPU cores, for example `"4"`."""
    memory: str = Optional
    """Memory, for example `16Gi`."""


class Limits(Facts):
    """LimitRange of each team's namespace of tasks, for what a container does not state."""

    enabled: bool = Optional
    """Create a LimitRange."""
    cpu: str = Optional
    """CPU request, for example `100m`."""
    memory: str = Optional
    """Memory request, for example `256Mi`."""
    memory_limit: str = Optional
    """Memory limit; that of `largest` when unset. A container that requests more states its own."""
    largest: LargestContainer = Optional
    """Largest container that a node can run: a pod with a larger one is refused at once."""


class Operator(Facts):
    """The External Secrets Operator, which gets a role that reads the environment's secrets."""

    enabled: bool = True
    """Make the role; false if the operator has one already."""
    namespace: str = Optional
    """Namespace of the operator; `external-secrets` when unset."""
    service_account: str = Optional
    """ServiceAccount of the operator; `external-secrets` when unset."""


class Secrets(Facts):
    """Delivery of secrets from AWS Secrets Manager into the cluster."""

    delivery: str = "external_secrets"
    """`external_secrets`, `csi` or `data_wo`."""
    operator: Operator = Optional
    """The External Secrets Operator."""
    recovery_window_days: float = 30
    """Days for which a deleted secret can be restored: 7 to 30, or 0 outside prod."""
    refresh_interval: str = Optional
    """Interval at which the External Secrets Operator reads the secrets, for example `1h`."""
    store_kind: str = Optional
    """Kind of the store: ClusterSecretStore or SecretStore."""
    store_name: str = Optional
    """Name of the store."""


class Storage(Facts):
    """Buckets of the environment."""

    force_destroy: bool = False
    """Delete buckets that are not empty; refused in prod."""
    log_retention_days: float = 90
    """Days for which task logs are kept."""


class Lookup(Facts):
    """A connection or a variable in the secrets backend."""

    description: str = Optional
    """Description of the secret."""
    revision: float = Optional
    """Revision of the value; increase it to write a new value."""


class Revisions(Facts):
    """Revisions of a team's keys; a new revision creates a new secret."""

    api_secret_key: float = Optional
    """Revision of the API's secret key."""
    database: float = 1
    """Revision of the database password."""
    fernet_key: list[str] = Optional
    """Names of the Fernet keys, the newest one first."""
    jwt_secret: float = Optional
    """Revision of the JWT secret."""


class TeamFacts(Facts):
    """Facts of one team."""

    cost_center: str = Optional
    """Who pays: a tag of the team's AWS resources, and a label of its namespaces and pods."""
    connections: dict[str, Lookup] = Optional
    """Connections by id."""
    variables: dict[str, Lookup] = Optional
    """Variables by id."""
    revisions: Revisions = Optional
    """Revisions of the team's keys."""
    notify: list[str] = Optional
    """Datadog handles that get the team's alerts, for example `@slack-finance`."""
    snapshot: str = Optional
    """Snapshot from which the team's database is created, when the team returns."""


class TerraformFacts(Facts):
    """Facts for terraform/, for environments on EKS."""

    account: Annotated[str, text(r"^[0-9]{12}$", "be the 12 digits of an AWS account, in quotes")]
    """AWS account."""
    region: str
    """AWS region."""
    cluster: EksCluster
    """EKS cluster and its network."""
    partition: str = "aws"
    """AWS partition."""
    boundary: Boundary = Optional
    """Permissions boundary of all roles; terraform/bootstrap reads it."""
    ci: Ci = Optional
    """CI that applies Terraform."""
    dags: DagSource = Optional
    """Source of Dags."""
    database: Database = Optional
    """PostgreSQL on RDS; unset means that each team's database is a pod of its release."""
    grants: dict[str, Grant] = Optional
    """AWS permissions of the tasks of some teams, by name."""
    identity: Identity = Optional
    """Method by which pods get AWS credentials."""
    monitoring: Monitoring = Optional
    """Datadog dashboards and monitors; unset means none."""
    limits: Limits = Optional
    """LimitRange of each team's namespace of tasks."""
    permissions_boundary: str = Optional
    """ARN of the permissions boundary of all roles, an output of terraform/bootstrap."""
    registry: Registry = Optional
    """Registry of the Airflow image."""
    retiring: list[str] = Optional
    """Teams that are about to go: their file may be removed after the next apply."""
    returning: list[str] = Optional
    """Teams that come back after that: their secrets, restored before, keep their values."""
    secrets: Secrets = Optional
    """Delivery of secrets into the cluster."""
    storage: Storage = Optional
    """Buckets of the environment."""
    tags: dict[str, str] = Optional
    """Tags of all AWS resources, in addition to environment, managed-by, part-of and team."""
    tier: Literal["nonprod", "prod"] = Optional
    """`prod`: the guard rails of production, in an environment of another name than prod."""
    teams: dict[str, TeamFacts] = Optional
    """Facts of individual teams, by team."""


class CsiShare(Facts):
    """A volume of a CSI driver, as in a PersistentVolume."""

    driver: str
    """Name of the driver, for example `efs.csi.aws.com`."""
    volume_handle: str = Field(alias="volumeHandle")
    """The volume by the rules of its driver; for EFS, `<file system>::<access point>`."""
    volume_attributes: dict[str, str] = Field(default=None, alias="volumeAttributes")
    """Attributes that the driver requires."""


class TaskLogs(Facts):
    """A share that the release and its tasks mount, each through a claim in its namespace."""

    host_path: str = Field(default=None, alias="hostPath")
    """Folder of the node that every user can write to, in clusters with a single node."""
    csi: CsiShare = Optional
    """Volume of a CSI driver that many nodes can mount at a time."""


class Environment(Facts):
    """The facts of an environment: environments/ENVIRONMENT/environment.yaml."""

    name: Annotated[
        str,
        text(
            r"^[a-z]([a-z0-9-]*[a-z0-9])?$",
            "consist of lower-case letters, digits and dashes",
        ),
    ]
    """Name of the environment; it must be the name of the folder."""
    description: str
    """Purpose of the environment, in one sentence."""
    deployed_by: Literal["terraform", "ci"] = Field(alias="deployedBy")
    """Owner of the environment's releases, which deploys them: `terraform` or `ci`."""
    nightly_drift: bool = Field(default=False, alias="nightlyDrift")
    """Let CI check for drift every night; the GitHub environment must not require reviewers."""
    kubernetes: Cluster
    """Kubernetes cluster of the environment."""
    task_logs: TaskLogs = Field(default=None, alias="taskLogs")
    """Share for the logs of tasks: `hostPath` or `csi`; logs in a bucket do not need it."""
    quotas: Quotas = Optional
    """Quotas of each team's namespaces."""
    terraform: TerraformFacts = Optional
    """Facts for terraform/, for an environment on EKS."""

    def __hash__(self) -> int:
        """Hash by name: lists and maps among the facts are not hashable."""
        return hash(self.name)


def environment_of(document: Document) -> Environment:
    """Return the environment that a file describes; one Refusal lists all its problems."""
    if found := problems(document, Environment, _unknown):
        raise Refusal("\n".join(listed(document, found)))
    environment = Environment.model_validate(document.data)
    folder = document.path.parent.name
    if environment.name != folder:
        raise Refusal(
            f"{document.at(('name',))}: `name` must be {folder}, the name of the folder,"
            f" not {environment.name!r}."
        )
    return environment


def _unknown(path: KeyPath) -> str:
    table = rules(Environment)
    known = below(pattern_of(path[:-1], table), table)
    return f"unknown fact `{dotted(path)}`; {closest(path[-1], known)}"
