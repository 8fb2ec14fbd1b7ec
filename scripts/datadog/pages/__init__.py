"""Dashboards of an environment: purpose and widgets of each page."""

from scripts.datadog.pages.airflow import DAG_PROCESSING, OVERVIEW, TASKS, TRIGGERER
from scripts.datadog.pages.platform import DATABASE, KUBERNETES
from scripts.datadog.pages.scheduler import SCHEDULER

DASHBOARDS = (OVERVIEW, SCHEDULER, DAG_PROCESSING, TASKS, KUBERNETES, TRIGGERER, DATABASE)
