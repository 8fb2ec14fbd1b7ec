"""The whole of the chart's values."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import (
    Block,
    Claim,
    Environment,
    Image,
    Named,
    Object,
    Placement,
    Text,
)
from scripts.values.components import (
    ApiServer,
    CreateSecretsJob,
    CreateUserJob,
    DagProcessor,
    MigrateDatabaseJob,
    Postgresql,
    Scheduler,
    Triggerer,
    Workers,
)
from scripts.values.datadog import Datadog
from scripts.values.external_secrets import ExternalSecrets, Secret, SecretsStore
from scripts.values.network import NetworkPolicies

# The official chart's list: leaving one out that this chart never makes is no error.
SecretVariable = Literal[
    "AIRFLOW_CONN_AIRFLOW_DB",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__CELERY__BROKER_URL",
    "AIRFLOW__CELERY__CELERY_RESULT_BACKEND",
    "AIRFLOW__CELERY__RESULT_BACKEND",
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__CORE__SQL_ALCHEMY_CONN",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "AIRFLOW__ELASTICSEARCH__ELASTICSEARCH_HOST",
    "AIRFLOW__ELASTICSEARCH__HOST",
    "AIRFLOW__OPENSEARCH__HOST",
]


class Images(Block):
    """The images."""

    airflow: Image = Image()
    """Airflow; unset parts come from defaultAirflow*."""
    pod_template: Image = Field(default=Image(), alias="pod_template")
    """The image of task pods; unset, that of the release."""
    migrations_wait_timeout: int = 300
    """Seconds that a component waits for the migrations before it is restarted."""


class MetadataConnection(Block):
    """The metadata database."""

    user: str = "airflow"
    """The user."""
    pass_: str | None = Field(default=None, alias="pass")
    """The password as text (refused in prod)."""
    protocol: Literal["postgresql", "postgresql+psycopg2"] = "postgresql"
    """The scheme of the URL; always rendered as the latter, which SQLAlchemy 2.1 must be told."""
    host: str | None = None
    """The host; unset, the database of the release."""
    port: int = 5432
    """The port."""
    db: str = "airflow"
    """The database."""
    sslmode: str = "prefer"
    """libpq's sslmode."""
    secret_annotations: Text = {}
    """Annotations of the Secret."""


class Data(Block):
    """Where Airflow keeps its state."""

    metadata_secret_name: str | None = None
    """A Secret of yours with the key `connection`, a URL that begins with postgresql+psycopg2://."""
    metadata_connection: MetadataConnection = MetadataConnection()
    """The parts of the URL, when there is no such Secret."""


class LogsClaim(Claim):
    """The claim of the logs, ReadWriteMany."""

    sub_path: str | None = None
    """A folder of the claim."""


class Logs(Block):
    """Task logs."""

    persistence: LogsClaim = LogsClaim()
    """A shared claim, so that logs outlive their pods; one of that name in each namespace."""
    empty_dir_config: Object = {"sizeLimit": "5Gi"}
    """The emptyDir of pods without the claim."""


class DagsClaim(Claim):
    """The claim of the Dags."""

    access_mode: Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"] = "ReadWriteMany"
    """ReadWriteOnce, ReadOnlyMany or ReadWriteMany."""
    sub_path: str | None = None
    """A folder of the claim."""


class Dags(Block):
    """Dag files."""

    mount_path: str | None = None
    """Where Dags lie; unset, `dags` below airflowHome."""
    persistence: DagsClaim = DagsClaim()
    """A claim with Dag files."""


class TasksAdmission(Block):
    """What the API server lets a pod of a task be (a ValidatingAdmissionPolicy)."""

    enabled: bool = False
    """Refuse pods of tasks with other ServiceAccounts, Secrets or labels than those allowed."""
    service_accounts: list[str] = []
    """ServiceAccounts that tasks may use beside their own, `default` and pod-launcher."""
    secrets: list[str] = []
    """Secrets that tasks may read beside those of `secret` and imagePullSecrets."""


class Tasks(Block):
    """Where tasks run."""

    namespace: str = ""
    """Their namespace, through `tpl`; empty means the release's own. It must exist."""
    admission: TasksAdmission = TasksAdmission()
    """What their pods may be."""


class Rbac(Block):
    """Roles."""

    create: bool = True
    """Make Roles and RoleBindings."""


class Ports(Block):
    """Ports."""

    api_server: int = 8080
    """The api-server."""
    triggerer_logs: int = 8794
    """The triggerer's log server."""


class IngressTls(Block):
    """TLS of a host."""

    enabled: bool = False
    """Serve the host by TLS."""
    secret_name: str = ""
    """The Secret with the certificate."""


class IngressHost(Block):
    """A host."""

    name: str
    """Its name, through `tpl`."""
    tls: IngressTls = IngressTls()
    """Its TLS."""


class IngressRule(Block):
    """An Ingress."""

    enabled: bool = False
    """Make an Ingress."""
    annotations: Text = {}
    """Its annotations."""
    path: str = "/"
    """The path."""
    path_type: str = "ImplementationSpecific"
    """The path's type."""
    ingress_class_name: str = ""
    """The IngressClass."""
    hosts: list[str | IngressHost] = []
    """Hosts: names, or {name, tls: {enabled, secretName}}."""


class Ingresses(Block):
    """Ingresses."""

    api_server: IngressRule = IngressRule()
    """The Ingress of the api-server."""


class GlobalSecurityContexts(Block):
    """Fields laid over the restricted defaults of all pods of Airflow."""

    pod: Object = {}
    """PodSecurityContext fields, merged over the restricted default."""
    containers: Object = {}
    """SecurityContext fields of the containers, merged over the restricted default."""


class SecretReference(Block):
    """An environment variable from a Secret."""

    env_name: str
    """The variable."""
    secret_name: str
    """The Secret."""
    secret_key: str = "value"
    """Its key."""


class PriorityClass(Block):
    """A PriorityClass."""

    name: str
    """Its name, after the release's and a dash."""
    value: int
    """How important its pods are."""
    preemption_policy: Literal["Never", "PreemptLowerPriority"] | None = None
    """Never or PreemptLowerPriority."""


class ExtraConfigMap(Block):
    """A ConfigMap of the installer's."""

    labels: Text = {}
    """Labels."""
    annotations: Text = {}
    """Annotations."""
    data: str | Object = {}
    """Its data: a map, or YAML text, through `tpl`."""
    use_helm_hooks: bool = False
    """Refused when true: a hook's object is not part of the release."""


class ExtraSecret(ExtraConfigMap):
    """A Secret of the installer's (refused in prod)."""

    type: str = "Opaque"
    """Its type."""
    string_data: str | Object = {}
    """Data that is not in base64: a map, or YAML text, through `tpl`."""


class AirflowValues(Placement):
    """Every value of the chart."""

    environment: str = ""
    """The environment; `prod` refuses what prod must not have."""
    team: str = ""
    """The team that owns the release; a label of every object and pod."""
    global_: Object = Field(default={}, alias="global")
    """Values of a parent chart."""
    fullname_override: str = ""
    """Replaces the computed name (with useStandardNaming)."""
    name_override: str = ""
    """Replaces the chart's name in names (with useStandardNaming)."""
    use_standard_naming: bool = False
    """Name objects after the chart and the release; if false, after the release."""
    airflow_home: str = "/opt/airflow"
    """AIRFLOW_HOME."""
    airflow_version: str | None = None
    """The version of Airflow in the image; needed only when the tag does not begin with it."""
    default_airflow_repository: str = "apache/airflow"
    """The image."""
    default_airflow_tag: str = "3.3.2"
    """Its tag."""
    default_airflow_digest: str | None = None
    """Its digest; it wins over the tag."""
    images: Images = Images()
    """Images."""
    image_pull_secrets: list[str | Object] = []
    """Secrets to pull images with."""
    executor: str = "KubernetesExecutor"
    """The executor."""
    uid: int | None = 50000
    """The user of Airflow's containers; unset it where the cluster assigns one (OpenShift)."""
    gid: int | None = 0
    """Their group; the public image wants 0."""
    labels: Text = {}
    """Labels of all objects and pods."""
    airflow_pod_annotations: Text = {}
    """Annotations of all pods of Airflow."""
    airflow_config_annotations: Text = {}
    """Annotations of the ConfigMap."""
    security_contexts: GlobalSecurityContexts = GlobalSecurityContexts()
    """Fields laid over the restricted security contexts of all pods of Airflow."""
    user_namespaces: bool = False
    """Give each pod users of its own (`hostUsers: false`); the node's runtime must know them."""
    container_lifecycle_hooks: Object | None = None
    """Lifecycle hooks of Airflow's main containers."""
    revision_history_limit: int | None = None
    """Old ReplicaSets that are kept."""
    env: Environment = {}
    """Environment variables of all containers of Airflow, task pods too."""
    secret: list[SecretReference] = []
    """Environment variables from Secrets (envName, secretName, secretKey), task pods too."""
    extra_env: str | None = None
    """A YAML list of EnvVars, through `tpl`."""
    extra_env_from: str | None = None
    """A YAML list of EnvFromSources, through `tpl`."""
    enable_built_in_secret_env_vars: dict[SecretVariable, bool] = {}
    """`NAME: false` leaves a built-in secret variable out."""
    volumes: Named = {}
    """Volumes of all pods of Airflow, task pods too."""
    volume_mounts: Named = {}
    """Their mounts."""
    config: dict[str, dict[str, str | int | float | bool]] = {
        "api": {"expose_config": False},
        "core": {
            "auth_manager": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
            "load_examples": False,
        },
        "dag_processor": {"dag_processor_log_target": "stdout"},
        "fab": {"enable_proxy_fix": True},
        "kubernetes_executor": {
            "delete_worker_pods": True,
            "delete_worker_pods_on_failure": True,
            "task_publish_max_retries": -1,
            "worker_pods_creation_batch_size": 16,
        },
        "logging": {"colored_console_log": False},
        "scheduler": {"enable_health_check": True},
        "workers": {"execution_api_timeout": 60, "max_failed_heartbeats": 30},
    }
    """airflow.cfg by section, through `tpl`; what the chart computes is added."""
    airflow_local_settings: str | None = None
    """The text of airflow_local_settings.py, through `tpl`."""
    data: Data = Data()
    """The metadata database."""
    fernet_key: str | None = None
    """The Fernet key as text (refused in prod)."""
    fernet_key_secret_name: str | None = None
    """A Secret of yours with the key `fernet-key`."""
    fernet_key_secret_annotations: Text = {}
    """Annotations of the Secret that is made of fernetKey."""
    api_secret_key: str | None = None
    """The API's secret key as text (refused in prod)."""
    api_secret_key_secret_name: str | None = None
    """A Secret of yours with the key `api-secret-key`."""
    api_secret_annotations: Text = {}
    """Annotations of the Secret that is made of apiSecretKey."""
    jwt_secret: str | None = None
    """The secret that signs execution tokens, as text (refused in prod)."""
    jwt_secret_name: str | None = None
    """A Secret of yours with the key `jwt-secret`."""
    jwt_secret_annotations: Text = {}
    """Annotations of the Secret that is made of jwtSecret."""
    secret_revisions: dict[Secret, str] = {}
    """`NAME: revision` of outside Secrets (fernet-key, metadata, …); a change rolls its readers."""
    external_secrets: ExternalSecrets = ExternalSecrets()
    """Secrets that the External Secrets Operator brings."""
    secrets_store: SecretsStore = SecretsStore()
    """Secrets that the Secrets Store CSI driver brings from AWS."""
    tasks: Tasks = Tasks()
    """Where tasks run."""
    multi_namespace_mode: bool = False
    """Let tasks run in each multi_namespace_mode_namespace_list of the executor, or anywhere."""
    allow_pod_launching: bool = False
    """Make the ServiceAccount pod-launcher, with which tasks and the triggerer may launch pods."""
    logs: Logs = Logs()
    """Task logs."""
    dags: Dags = Dags()
    """Dag files."""
    pod_template: str | None = None
    """A whole pod template, through `tpl`, instead of the chart's."""
    ports: Ports = Ports()
    """Ports."""
    rbac: Rbac = Rbac()
    """Roles."""
    network_policies: NetworkPolicies = NetworkPolicies()
    """Who may talk to whom."""
    datadog: Datadog = Datadog()
    """Datadog."""
    ingress: Ingresses = Ingresses()
    """Ingresses."""
    limits: list[Object] = []
    """LimitRange items for the release's namespace."""
    quotas: Object = {}
    """A ResourceQuota (hard) for the release's namespace."""
    priority_classes: list[PriorityClass] = []
    """PriorityClasses (name, value, preemptionPolicy)."""
    extra_secrets: dict[str, ExtraSecret] = {}
    """Secrets by name (type, labels, annotations, data, stringData); refused in prod."""
    extra_config_maps: dict[str, ExtraConfigMap] = {}
    """ConfigMaps by name (labels, annotations, data)."""
    extra_objects: dict[str, str | Object] = {}
    """Any further objects by name: a map, or text through `tpl`."""
    api_server: ApiServer = ApiServer()
    """The api-server."""
    scheduler: Scheduler = Scheduler()
    """The scheduler."""
    dag_processor: DagProcessor = DagProcessor()
    """The dag-processor."""
    triggerer: Triggerer = Triggerer()
    """The triggerer."""
    workers: Workers = Workers()
    """Task pods."""
    migrate_database_job: MigrateDatabaseJob = MigrateDatabaseJob()
    """Migrates the database."""
    create_user_job: CreateUserJob = CreateUserJob()
    """Makes the first user."""
    create_secrets_job: CreateSecretsJob = CreateSecretsJob()
    """Creates missing secrets."""
    postgresql: Postgresql = Postgresql()
    """A database in the release."""
