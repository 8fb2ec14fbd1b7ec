"""The table of metrics has the units in which values arrive, which their names do not show."""

import pytest
import yaml

from scripts.datadog.airflow_metrics import pinned_version
from scripts.datadog.metrics import METRICS, Kind, split, unit_of
from scripts.paths import ROOT

LISTED = yaml.safe_load((ROOT / "tests" / "airflow_metrics.yaml").read_text())
# Measured with the listener: a loop of 0.6 s arrived as 0.6, a delay of 1.2 s as 1234.
SECONDS = {
    "scheduler.scheduler_loop_duration",
    "scheduler.critical_section_duration",
    "scheduler.critical_section_query_duration",
    "scheduler.executor_heartbeat_duration",
    "dagrun.dependency-check",
    "kubernetes_executor.pod_creation",
    "kubernetes_executor.pod_deletion",
    "kubernetes_executor.pod_patching",
    "dag_processing.last_duration",
}
MILLISECONDS = {
    "task.duration",
    "task.scheduled_duration",
    "dagrun.duration.success",
    "dagrun.duration.failed",
    "dagrun.schedule_delay",
}


def test_the_list_is_that_of_the_airflow_in_the_image():
    assert LISTED["version"] == pinned_version(), "run `python -m scripts metrics`"


@pytest.mark.parametrize(("names", "unit"), [(SECONDS, "second"), (MILLISECONDS, "millisecond")])
def test_a_time_is_in_the_unit_in_which_it_arrives(names: set[str], unit: str):
    assert {name: METRICS[name].unit for name in names} == dict.fromkeys(names, unit)


def test_the_table_of_units_has_every_timer():
    times = {name for name, metric in METRICS.items() if metric.kind.is_histogram}
    assert times == SECONDS | MILLISECONDS


def test_the_table_agrees_with_airflow_about_each_metric():
    kinds = {
        Kind.COUNTER: "counter",
        Kind.GAUGE: "gauge",
        Kind.TIMER: "timer",
        Kind.TIMING: "timer",
    }
    found = {name: kinds[metric.kind] for name, metric in METRICS.items()}
    assert found == {name: LISTED["metrics"][name] for name in METRICS}


def test_a_dash_in_a_name_is_an_underscore_in_datadog():
    assert METRICS["dagrun.dependency-check"].query_name == "airflow.dagrun.dependency_check"


def test_the_number_of_times_has_no_unit():
    assert unit_of("airflow.task.duration.count") == ""


@pytest.mark.parametrize("name", ["airflow.task.duration", "airflow.pool.open_slots.max"])
def test_only_queries_of_times_use_an_aggregate(name: str):
    with pytest.raises((KeyError, ValueError)):
        split(name)
