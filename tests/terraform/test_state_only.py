"""Stand-ins that only keep state, with the real Terraform."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from scripts.terraform.workspace import terraform as program

CONFIGURATION = """
terraform {
  required_providers {
    datadog    = { source = "datadog/datadog" }
    helm       = { source = "hashicorp/helm" }
    kubernetes = { source = "hashicorp/kubernetes" }
  }
}

variable "password" {
  type      = string
  ephemeral = true
}

resource "kubernetes_secret_v1" "this" {
  metadata {
    name      = "database"
    namespace = "airflow"
  }
  data_wo          = { password = var.password }
  data_wo_revision = 1
}

resource "helm_release" "this" {
  name  = "airflow"
  chart = "airflow"
}

resource "datadog_monitor" "this" {
  name    = "heartbeat"
  type    = "query alert"
  message = "@pagerduty"
  query   = "sum(last_5m):sum:airflow.scheduler_heartbeat{*}.as_count() < 1"
  monitor_thresholds { critical = 1 }
}

resource "datadog_service_level_objective" "this" {
  name        = "heartbeat"
  type        = "monitor"
  monitor_ids = [datadog_monitor.this.id]
  thresholds {
    target    = 99
    timeframe = "30d"
  }
}
"""
PASSWORD = "correct-horse-battery-staple"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("remembered")
    (folder / "main.tf").write_text(CONFIGURATION)
    return folder


@pytest.fixture(scope="module")
def run(folder: Path, attached: str):
    def act(*args: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [program(), f"-chdir={folder}", *args, "-no-color"],
            env={
                "PATH": os.environ["PATH"],
                "TF_REATTACH_PROVIDERS": attached,
                "TF_VAR_password": PASSWORD,
                "CHECKPOINT_DISABLE": "1",
            },
            capture_output=True,
            text=True,
        )

    act("init")
    return act


@pytest.fixture(scope="module")
def applied(run) -> subprocess.CompletedProcess:
    return run("apply", "-auto-approve")


def test_a_plan_after_an_apply_has_no_changes(run, applied):
    assert "4 added" in applied.stdout, applied.stderr
    assert run("plan", "-detailed-exitcode").returncode == 0


def test_a_write_only_value_is_in_no_state(folder, applied):
    state = (folder / "terraform.tfstate").read_text()
    assert "database" in state and PASSWORD not in state + applied.stdout


def test_the_identifier_of_a_monitor_is_accepted_as_a_number(folder, applied):
    resources = json.loads((folder / "terraform.tfstate").read_text())["resources"]
    state = {one["type"]: one["instances"][0]["attributes"] for one in resources}
    level = state["datadog_service_level_objective"]
    assert level["monitor_ids"] == [int(state["datadog_monitor"]["id"])]
