"""PgBouncer."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Image, Named, Object, Resources, Text, resources
from scripts.values.component import Component
from scripts.values.exposure import IngressRule, ScrapedService
from scripts.values.pods import ContainerSecurityContext, Disruption, Helper, Probe


class ExporterProbe(Probe):
    """Probe of the exporter, which asks it for its own health."""

    initial_delay_seconds: int | None = 10
    """Seconds between the start of the exporter and the first probe."""
    period_seconds: int | None = 10
    """Seconds between two probes of the exporter."""
    timeout_seconds: int | None = 10
    """Seconds until a probe of the exporter without an answer counts as failed."""


class Exporter(Block):
    """Container that serves the metrics of PgBouncer to Prometheus."""

    resources: Resources = resources("10m", "32Mi", "64Mi")
    """Requests and limits of the exporter."""
    sslmode: Literal["disable", "require", "verify-ca", "verify-full"] = "disable"
    """TLS mode of the connection to PgBouncer, in the same pod."""
    stats_secret_name: str | None = Field(default=None, examples=["pgbouncer-stats"])
    """Name of an existing Secret with a URL of the database `pgbouncer`, for the exporter."""
    stats_secret_key: str | None = Field(default=None, examples=["url"])
    """Key in this Secret; unset means `connection`."""
    stats_secret_annotations: Text = {}
    """Annotations of the Secret with the URL of the exporter, when the chart makes it."""
    security_contexts: ContainerSecurityContext = ContainerSecurityContext()
    """Security context of the exporter."""
    container_lifecycle_hooks: Object | None = Field(
        default=None, examples=[{"preStop": {"exec": {"command": ["sleep", "10"]}}}]
    )
    """Lifecycle hooks of the exporter, through `tpl`."""
    extra_volume_mounts: Named | None = Field(
        default=None, examples=[{"scratch": {"mountPath": "/scratch"}}]
    )
    """Volume mounts of the exporter, as a map by volume name or a list."""
    liveness_probe: ExporterProbe = ExporterProbe()
    """Liveness probe, which restarts an exporter that does not answer."""
    readiness_probe: ExporterProbe = ExporterProbe()
    """Readiness probe: without an answer, the Service has no PgBouncer of this pod, either."""


class PgbouncerService(ScrapedService):
    """Service of PgBouncer."""

    cluster_ip: str | None = Field(default=None, alias="clusterIp", examples=["10.96.0.50"])
    """IP address of the Service in the cluster; unset means any."""


class Certificates(Block):
    """TLS files for the way to the database, as text."""

    ca: str | None = Field(default=None, examples=["-----BEGIN CERTIFICATE-----\n…\n"])
    """Certificates of the authorities that may sign the certificate of the database."""
    cert: str | None = Field(default=None, examples=["-----BEGIN CERTIFICATE-----\n…\n"])
    """Certificate with which PgBouncer logs in to the database."""
    key: str | None = None
    """Private key of the certificate (refused in prod)."""


class Pgbouncer(Helper):
    """PgBouncer, which shares few connections to the database among all pods of Airflow."""

    replicas: int = Field(default=1, ge=0)
    """Number of pods; each has pools of its own."""
    command: list[str] | None = ["pgbouncer", "-u", "nobody", "/etc/pgbouncer/pgbouncer.ini"]
    """Command of the container, with the file of the configuration."""
    resources: Resources = resources("100m", "64Mi", "256Mi")
    """Requests and limits of PgBouncer."""
    container_lifecycle_hooks: Object | None = {
        "preStop": {"exec": {"command": ["/bin/sh", "-c", "killall -INT pgbouncer && sleep 120"]}}
    }
    """Lifecycle hooks, through `tpl`: before SIGTERM, open transactions finish."""
    pod_disruption_budget: Disruption = Disruption()
    """PodDisruptionBudget of PgBouncer."""
    max_client_conn: int = 100
    """Number of connections that clients may have at the same time."""
    metadata_pool_size: int = 10
    """Number of connections to the metadata database, for each user and pod."""
    result_backend_pool_size: int = 5
    """Number of connections to the database of Celery's results, for each user and pod."""
    auth_type: str = Field(default="scram-sha-256", alias="auth_type")
    """Kind of log-in of the clients, as PgBouncer names it."""
    auth_file: str = Field(default="/etc/pgbouncer/users.txt", alias="auth_file")
    """File with the users and their passwords."""
    sslmode: Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] = "prefer"
    """TLS mode of the way to the database."""
    ciphers: str = "normal"
    """TLS ciphers of the way to the database."""
    ssl: Certificates = Certificates()
    """TLS files for the way to the database."""
    verbose: int = 0
    """Verbosity of the log, from 0 to 3."""
    log_connections: int = 0
    """Log each connection of a client: 1 or 0."""
    log_disconnections: int = 0
    """Log the end of each connection of a client: 1 or 0."""
    extra_ini: str | None = Field(default=None, examples=["default_pool_size = 25\n"])
    """Lines to add to the section [pgbouncer] of pgbouncer.ini."""
    extra_ini_metadata: str | None = Field(default=None, examples=["reserve_pool=5"])
    """Parameters to add to the metadata database in pgbouncer.ini."""
    extra_ini_result_backend: str | None = Field(default=None, examples=["reserve_pool=2"])
    """Parameters to add to the database of Celery's results in pgbouncer.ini."""
    config_secret_name: str | None = Field(default=None, examples=["airflow-pgbouncer"])
    """Name of an existing Secret with the keys pgbouncer.ini and users.txt."""
    config_secret_annotations: Text = {}
    """Annotations of the Secret with pgbouncer.ini."""
    certificates_secret_annotations: Text = {}
    """Annotations of the Secret with the TLS files."""
    mount_config_secret: bool = True
    """Mount pgbouncer.ini and users.txt; if false, extraVolumes must."""
    metrics_exporter_sidecar: Exporter = Exporter()
    """Container that serves the metrics of PgBouncer to Prometheus."""
    service: PgbouncerService = PgbouncerService()
    """Service of PgBouncer."""


class Ports(Block):
    """Ports of PgBouncer."""

    pgbouncer: int = 6543
    """TCP port on which PgBouncer listens."""
    pgbouncer_scrape: int = 9127
    """TCP port on which the exporter of PgBouncer serves metrics."""


class Ingress(Block):
    """Ingress of PgBouncer."""

    pgbouncer: IngressRule = IngressRule(path="/metrics")
    """Ingress of the metrics of PgBouncer."""


class Images(Block):
    """Images of PgBouncer."""

    pgbouncer: Image = Image(repository="apache/airflow", tag="airflow-pgbouncer-2025.03.05-1.23.1")
    """Image of PgBouncer."""
    pgbouncer_exporter: Image = Image(
        repository="apache/airflow", tag="airflow-pgbouncer-exporter-2025.03.05-0.18.0"
    )
    """Image of the exporter of PgBouncer."""


COMPONENT = Component(
    key="pgbouncer", values=Pgbouncer, ports=Ports, ingress=Ingress, images=Images
)
