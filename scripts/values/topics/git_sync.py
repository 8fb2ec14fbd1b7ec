"""git-sync: Dags from a repository that a sidecar copies into a volume."""

from pydantic import Field

from scripts.values.blocks import Block, Environment, Named, Object, Resources, resources
from scripts.values.pods import SidecarSecurityContext


class StartupProbe(Block):
    """Startup probe of git-sync, with `recommendedProbeSetting`."""

    enabled: bool = True
    """Render the probe; if false, the container has none."""
    initial_delay_seconds: int = 0
    """Seconds between the start of the container and the first probe."""
    period_seconds: int = 5
    """Seconds between two probes."""
    timeout_seconds: int = 1
    """Seconds until a probe without an answer counts as failed."""
    failure_threshold: int = 10
    """Number of consecutive failures after which the container is restarted."""


class GitSync(Block):
    """Dags from a Git repository, by git-sync; a GitDagBundle needs no sidecar."""

    enabled: bool = False
    """Copy the repository in an init container and a sidecar of each pod that reads Dags."""
    repo: str = "https://github.com/apache/airflow.git"
    """URL of the repository, `https://…` or `git@host:path`; the default has sample Dags."""
    ref: str | None = Field(default=None, examples=["main"])
    """Branch, tag or commit to check out; unset means `branch`, or else the default branch."""
    branch: str | None = Field(default=None, examples=["main"])
    """Branch under its name in git-sync 3; version 4 takes it before `ref`."""
    rev: str = "HEAD"
    """Commit or tag under its name in git-sync 3; version 4 takes it before `ref`."""
    depth: int = Field(default=1, ge=0)
    """Number of commits to copy; 0 means all."""
    sub_path: str = "tests/dags"
    """Folder of the Dags in the repository; empty means the whole repository."""
    period: str = "5s"
    """Time between two looks for changes, such as 60s."""
    wait: int | None = None
    """Seconds between two looks under their name in git-sync 3, instead of `period`."""
    max_failures: int = 0
    """Number of consecutive failures after which the container is restarted; -1 means never."""
    credentials_secret: str | None = Field(default=None, examples=["git-credentials"])
    """Secret with GITSYNC_USERNAME, GITSYNC_PASSWORD, and the same under GIT_SYNC_ names."""
    ssh_key: str | None = None
    """Private SSH key as text (refused in prod)."""
    ssh_key_secret: str | None = Field(default=None, examples=["airflow-git-ssh"])
    """Secret with the private SSH key as `gitSshKey`, in each namespace of pods that read Dags."""
    known_hosts: str | None = Field(default=None, examples=["github.com ssh-ed25519 AAAA…\n"])
    """Public keys of the SSH host, as in a file known_hosts; empty means not verified."""
    empty_dir_config: Object | None = Field(default=None, examples=[{"sizeLimit": "1Gi"}])
    """Fields of the emptyDir for the copy of the repository."""
    container_name: str = "git-sync"
    """Name of the sidecar; that of the init container ends in `-init`."""
    uid: int | None = 65533
    """User that runs git-sync; null leaves the choice to the pod."""
    native_sidecar: bool = False
    """Run the sidecar as a native one, which starts before the main container and stops after."""
    env: Environment | None = Field(default=None, examples=[{"GITSYNC_SUBMODULES": "off"}])
    """Environment variables of git-sync, as a list or a map; they override the chart's."""
    env_from: str | None = Field(default=None, examples=["- secretRef: {name: git-proxy}"])
    """Sources of environment variables as YAML text, through `tpl`."""
    extra_volume_mounts: Named | None = Field(
        default=None, examples=[{"certificates": {"mountPath": "/etc/ssl/certs/mine"}}]
    )
    """Volume mounts of git-sync, as a map by volume name or a list."""
    container_lifecycle_hooks: Object | None = Field(
        default=None, examples=[{"postStart": {"exec": {"command": ["sleep", "1"]}}}]
    )
    """Lifecycle hooks of the sidecar, through `tpl`."""
    resources: Resources = resources("10m", "64Mi", "256Mi")
    """Requests and limits of the containers of git-sync."""
    security_contexts: SidecarSecurityContext = SidecarSecurityContext()
    """Security context of the containers of git-sync."""
    recommended_probe_setting: bool = False
    """Probe the HTTP server of git-sync, which answers while the copy is in place."""
    http_port: int = 1234
    """TCP port of that server."""
    startup_probe: StartupProbe = StartupProbe()
    """Startup probe, with `recommendedProbeSetting`."""
    liveness_probe: Object = Field(default={}, examples=[{"periodSeconds": 10}])
    """Liveness probe as Kubernetes defines it; `recommendedProbeSetting` adds the request."""
    readiness_probe: Object = Field(
        default={}, examples=[{"exec": {"command": ["test", "-e", "/git/repo"]}}]
    )
    """Readiness probe as Kubernetes defines it, without `recommendedProbeSetting`."""
