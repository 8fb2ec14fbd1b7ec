"""A new row of the chart's components or secrets needs no change of Terraform's code."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import ROOT
from scripts.terraform.workspace import terraform as program
from tests.terraform.conftest import ready
from tests.terraform.copies import linked
from tests.terraform.refusals import AWS

FILES = "charts/airflow/files"
COMPONENT = {
    "key": "planner",
    "kind": "Deployment",
    "namespace": "release",
    "calls": {},
    "cloud": ["read-logs", "connect"],
}
SECRET = {
    "name": "planner-token",
    "key": "token",
    "readers": ["planner"],
    "values": {"name": "data.plannerTokenSecretName"},
    "stored": "token",
}
KEY = "arn:aws:kms:eu-central-1:111122223333:key/one"
GIVEN = {"environment": "nonprod", "team": "payments"}
OF_IDENTITY = {
    "cluster": {"name": "apps", "account": "111122223333", "region": "eu-central-1"},
    "database": {"resource_id": "db-ABC", "user": "airflow"},
    "logs": {"bucket_arn": "arn:aws:s3:::logs", "kms_key_arn": KEY},
    "secrets": {"kms_key_arn": KEY, "platform": True},
}


def rows(name: str) -> Any:
    return yaml.safe_load((ROOT / FILES / f"{name}.yaml").read_text())


@pytest.fixture
def passes(providing: Callable[[Path], str], tmp_path: Path):
    """Whether a condition holds for a plan of a module, whose chart has the new rows."""

    def act(module: str, variables: dict, condition: str) -> bool:
        folder = f"terraform/modules/{module}"
        check = {"condition": f"${{{condition}}}", "error_message": "The row has no effect."}
        test = {
            "provider": {"aws": {"region": "eu-central-1", **AWS}},
            "variables": GIVEN | variables,
            "run": {"row": {"command": "plan", "assert": check}},
        }
        changed = {
            f"{FILES}/components.yaml": yaml.dump({**rows("components"), "planner": COMPONENT}),
            f"{FILES}/secrets.yaml": yaml.dump([*rows("secrets"), SECRET]),
            f"{folder}/cases/row.tftest.json": json.dumps(test),
        }
        linked(tmp_path, [folder], changed)
        done = subprocess.run(
            [
                program(),
                f"-chdir={tmp_path / folder}",
                "test",
                "-test-directory=cases",
                "-no-color",
            ],
            env={**ready(folder).env, "TF_REATTACH_PROVIDERS": providing(ROOT / folder)},
            capture_output=True,
            text=True,
        )
        print(done.stdout, done.stderr)
        return "1 passed, 0 failed" in done.stdout

    return act


DOCUMENT = 'output.documents["planner"]'


def test_a_new_component_gets_a_role_with_the_permissions_of_its_row(passes):
    wanted = "Connect,DecryptLogs,ListLogs,ReadLogs,ReadPlatformSecrets"
    sids = f"jsondecode({DOCUMENT}).Statement[*].Sid"
    assert passes("identity", OF_IDENTITY, f'join(",", {sids}) == "{wanted}"')


def test_the_role_of_a_new_component_can_read_its_secret(passes):
    secret = "secret:airflow/nonprod/payments/planner-token-"
    assert passes("identity", OF_IDENTITY, f'strcontains({DOCUMENT}, "{secret}")')


def test_a_new_secret_has_a_revision_and_a_name_in_values(passes):
    assert passes(
        "secrets",
        {"delivery": "data_wo", "kms_key_arn": KEY},
        'output.revisions["planner-token"] == "1"'
        ' && output.values.data.plannerTokenSecretName == "airflow-planner-token"',
    )
