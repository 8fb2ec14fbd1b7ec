"""prod refuses a secret as text in any value that could hold one."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import ENVIRONMENTS
from tests.conftest import Render

PROD = yaml.safe_load(Path(ENVIRONMENTS / "prod" / "values.yaml").read_text())
URL = "postgresql://reader:hunter2@db.example.com/sales"
SECRET = {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "x"}}
HIDDEN: dict[str, dict[str, Any]] = {
    "env.SMTP_PASSWORD": {"env": {"SMTP_PASSWORD": "hunter2"}},
    "env.AIRFLOW_CONN_SALES": {"env": [{"name": "AIRFLOW_CONN_SALES", "value": URL}]},
    "workers.env.API_TOKEN": {"workers": {"env": {"API_TOKEN": {"value": "hunter2"}}}},
    "workers.kubernetes.env.API_KEY": {"workers": {"kubernetes": {"env": {"API_KEY": "x"}}}},
    "extraEnv.SMTP_PASSWORD": {"extraEnv": "- {name: SMTP_PASSWORD, value: hunter2}"},
    "config.smtp.smtp_password": {"config": {**PROD["config"], "smtp": {"smtp_password": "x"}}},
    "env.OAUTH_SECRET": {"env": {"OAUTH_SECRET": "hunter2"}},
    "dagProcessor": {"dagProcessor": {"dagBundleConfigList": [{"kwargs": {"repo_url": URL}}]}},
    "airflowLocalSettings": {"airflowLocalSettings": f"SALES = '{URL}'"},
    "extraConfigMaps": {"extraConfigMaps": {"mine": {"data": {"url": URL}}}},
    "extraObjects.json": {"extraObjects": {"json": json.dumps(SECRET)}},
    "extraObjects.map": {"extraObjects": {"map": SECRET}},
    "extraObjects.text": {"extraObjects": {"text": yaml.safe_dump(SECRET)}},
}
# Names that sound like secrets, and are none.
HARMLESS = {
    "env": {
        "SMTP_PASSWORD": {"valueFrom": {"secretKeyRef": {"name": "smtp", "key": "password"}}},
        "AIRFLOW__SMTP__SMTP_PASSWORD_SECRET": "airflow/smtp",
        "AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID": "aws_default",
        "PROXY": "http://proxy.example.com:3128",
    },
    "secret": [{"envName": "API_TOKEN", "secretName": "api"}],
}


@pytest.mark.parametrize("where", HIDDEN)
def test_prod_refuses_a_secret_as_text(refusal: Callable[..., str], where: str):
    said = refusal({**PROD, **HIDDEN[where]})
    assert re.search(
        rf"^prod must not have a secret as text: remove (the password in )?{where} and ", said, re.M
    )


def test_prod_accepts_references_to_secrets(render: Render):
    assert "SMTP_PASSWORD" in render({**PROD, **HARMLESS}).pod("scheduler").main.env


@pytest.mark.parametrize("where", HIDDEN)
def test_other_environments_accept_a_secret_as_text(render: Render, where: str):
    assert render(HIDDEN[where]).pod("scheduler")
