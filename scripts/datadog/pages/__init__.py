"""The dashboards of an environment: what each page is for, and what is on it."""

from scripts.datadog.pages.airflow import DAG_PROCESSING, OVERVIEW, TASKS, TRIGGERER
from scripts.datadog.pages.platform import DATABASE, KUBERNETES
from scripts.datadog.pages.scheduler import SCHEDULER

DASHBOARDS = (OVERVIEW, SCHEDULER, DAG_PROCESSING, TASKS, KUBERNETES, TRIGGERER, DATABASE)
