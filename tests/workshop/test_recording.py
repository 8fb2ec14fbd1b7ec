"""Recorded lines of the listener become the series of pictures."""

import json
from pathlib import Path

import pytest

from scripts.datadog.series import captured
from scripts.errors import Refusal
from scripts.workshop.metrics.listener import samples
from scripts.workshop.metrics.recording import recording

COMMON = "env:local,service:airflow,team:payments,version:3.3.2"
LINES = (
    f"airflow.ti.start:1|c|#dag_id:a,task_id:b,run_id:c,{COMMON}|T100",
    f"airflow.ti.start:2|c|#dag_id:a,task_id:b,run_id:d,{COMMON}|T109",
    f"airflow.pool.open_slots:7|g|#pool_name:p,{COMMON}|T101",
    f"airflow.pool.open_slots:5|g|#pool_name:p,{COMMON}|T108",
    f"airflow.task.duration:200|ms|#dag_id:a,task_id:b,{COMMON}|T112",
    f"airflow.task.duration:400|ms|#dag_id:a,task_id:b,{COMMON}|T113",
    f"airflow.serde.load_serializers:1|ms|#{COMMON}|T113",
)


@pytest.fixture
def series(tmp_path: Path) -> dict[str, list[float | None]]:
    """The values of a recording, as prod has them, by the name in Datadog."""
    file = tmp_path / "captured.json"
    file.write_text(recording(samples(LINES)))
    [source] = captured("prod", file)
    return {one.name: list(one.points) for one in source.series}


def test_a_counter_is_summed_in_each_interval_over_runs(series: dict):
    assert series["airflow.ti.start"] == [3, None]


def test_a_gauge_has_its_last_value_in_each_interval(series: dict):
    assert series["airflow.pool.open_slots"] == [5, None]


def test_a_time_has_the_aggregates_of_the_agent(series: dict):
    found = {name: points[1] for name, points in series.items() if "duration" in name}
    assert {name.rpartition(".")[2]: value for name, value in found.items()} == {
        "95percentile": 400,
        "avg": 300,
        "count": 2,
        "max": 400,
        "median": 300,
    }


def test_metrics_that_are_not_in_the_table_are_left_out(series: dict):
    assert [name for name in series if "serde" in name] == []


def test_a_capture_has_the_tag_of_the_environment_that_is_drawn(tmp_path: Path):
    file = tmp_path / "captured.json"
    file.write_text(recording(samples(LINES)))
    tags = [one.tags for one in captured("prod", file)[0].series]
    assert {one["env"] for one in tags} == {"prod"}
    assert {one["team"] for one in tags} == {"payments"}


def test_a_long_recording_has_at_most_sixty_intervals():
    line = f"airflow.scheduler_heartbeat:1|c|#{COMMON}|T%d"
    recorded = json.loads(recording(samples(line % when for when in range(100, 7300, 5))))
    assert (recorded["interval"], recorded["size"]) == (120, 60)


def test_a_recording_without_times_is_refused():
    with pytest.raises(Refusal, match="no metric of the table with a time"):
        recording(samples([f"airflow.ti.start:1|c|#{COMMON}"]))
