"""Configuration of Airflow: airflow.cfg, environment variables, files."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Environment, Named, Scalar, Text

# The list of the official chart and its old name; it has variables that this chart never sets.
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
    "AIRFLOW__WEBSERVER__SECRET_KEY",
]


class SecretReference(Block):
    """An environment variable from a Secret."""

    env_name: str
    """Name of the environment variable."""
    secret_name: str
    """Name of the Secret."""
    secret_key: str = "value"
    """Key in the Secret."""


class Settings(Block):
    """Configuration of Airflow."""

    executor: str = Field(
        default="KubernetesExecutor", examples=["CeleryExecutor,KubernetesExecutor"]
    )
    """Executor of the tasks, or several, separated by commas; the first one is the default.

    KubernetesExecutor, CeleryExecutor, LocalExecutor, or the path of another class.
    """
    airflow_home: str = "/opt/airflow"
    """Path of AIRFLOW_HOME in the image."""
    user_home: str | None = "/home/airflow"
    """Home folder of the image's user.

    Where Dag code runs, `.cache` and `.config` in it are writable; null leaves them read-only.
    """
    config: dict[str, dict[str, Scalar]] = Field(
        default={
            "core": {
                "auth_manager": (
                    "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
                ),
                "load_examples": False,
            },
            "fab": {"enable_proxy_fix": True},
            "kubernetes_executor": {
                "delete_worker_pods_on_failure": True,
                "task_publish_max_retries": -1,
                "worker_pods_creation_batch_size": 16,
            },
            "logging": {"colored_console_log": False, "dag_processor_log_target": "stdout"},
            "scheduler": {
                "enable_health_check": True,
                # A task may wait for the quota or for a node as long as it takes: after ten minutes
                # it is queued again, and fails when that has happened this often.
                "num_stuck_in_queued_retries": 100_000,
                "orphaned_tasks_check_interval": 30,
            },
            "workers": {
                "execution_api_retries": 50,
                "execution_api_retry_wait_max": 10,
                "execution_api_timeout": 60,
            },
        },
        examples=[{"core": {"parallelism": 128}, "logging": {"remote_logging": True}}],
    )
    """Sections of airflow.cfg, through `tpl`; the chart adds the settings that it computes."""
    airflow_config_annotations: Text = {}
    """Annotations of the ConfigMap with airflow.cfg."""
    airflow_local_settings: str | None = Field(
        default=None, examples=["STATE_COLORS = {'failed': 'red'}\n"]
    )
    """Text of airflow_local_settings.py, through `tpl`."""
    env: Environment | None = Field(
        default=None,
        examples=[
            {
                "AIRFLOW__CORE__PARALLELISM": "64",
                "POD_IP": {"valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            }
        ],
    )
    """Environment variables of all Airflow containers, task pods included."""
    extra_env: str | None = Field(default=None, examples=["- {name: LANG, value: C.UTF-8}\n"])
    """Environment variables as a string with a YAML list of EnvVars, through `tpl`."""
    extra_env_from: str | None = Field(
        default=None, examples=["- configMapRef: {name: airflow-variables}\n"]
    )
    """Sources of environment variables as a string with a YAML list, through `tpl`."""
    secret: list[SecretReference] = Field(
        default=[],
        examples=[[{"envName": "WAREHOUSE_URL", "secretName": "warehouse", "secretKey": "url"}]],
    )
    """Environment variables from Secrets (envName, secretName, secretKey), task pods included."""
    enable_built_in_secret_env_vars: dict[SecretVariable, bool] = Field(
        default={}, examples=[{"AIRFLOW__CORE__FERNET_KEY": False}]
    )
    """Variables that the chart sets from its Secrets, by name; false leaves a variable out."""
    volumes: Named | None = Field(
        default=None, examples=[{"certificates": {"secret": {"secretName": "certificates"}}}]
    )
    """Volumes of all Airflow pods, task pods included, as a map by name or a list."""
    volume_mounts: Named | None = Field(
        default=None, examples=[{"certificates": {"mountPath": "/certificates", "readOnly": True}}]
    )
    """Mounts of `volumes` in all Airflow containers, as a map by volume name or a list."""
