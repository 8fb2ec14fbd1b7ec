"""The listener for DogStatsD, and the checks of a capture."""

import socket
import subprocess
import sys
import time
from typing import Any

import pytest

from scripts.datadog.metrics import METRICS
from scripts.paths import ROOT
from scripts.workshop.metrics.capture import PLAUSIBLE, Capture
from scripts.workshop.metrics.listener import NoLine, Sample, parse, samples
from tests.processes import free_port

COMMON = "env:local,service:airflow,team:payments,version:3.3.2"


def captured(*lines: str) -> Capture:
    return Capture.of(samples(lines))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("airflow.a:1|c", ("airflow.a", 1.0, "c", {})),
        ("airflow.a:0.33|ms|#x:1,y:2", ("airflow.a", 0.33, "ms", {"x": "1", "y": "2"})),
        ("airflow.a:128|g|@0.5|#x:a:b,flag", ("airflow.a", 128.0, "g", {"x": "a:b", "flag": ""})),
        (
            "airflow.a:-1e-05|g|#x:1|c:in-123|e:it-false|card:low|T1656581400",
            ("airflow.a", -1e-05, "g", {"x": "1"}),
        ),
    ],
)
def test_a_line_is_a_value_with_its_tags(line: str, expected: tuple[Any, ...]):
    [found] = parse(line)
    assert (found.name, found.value, found.type, dict(found.tags)) == expected


def test_a_line_may_hold_several_values():
    assert [one.value for one in parse("airflow.a:1:2:3|h|#x:1")] == [1, 2, 3]


@pytest.mark.parametrize("line", ["airflow.a", "airflow.a:x|c", "airflow.a:1|z", "airflow.a:1-2|c"])
def test_an_invalid_line_is_refused(line: str):
    with pytest.raises(NoLine):
        parse(line)


@pytest.mark.parametrize(
    "line",
    ["", "_e{1,1}:a|b", "_sc|x|0", "datadog.dogstatsd.client.metrics:1|c|#client:py"],
    ids=["nothing", "an event", "a check", "the client's own"],
)
def test_metrics_of_other_programs_are_ignored(line: str):
    assert list(samples([line])) == []


def test_the_listener_prints_each_line_with_its_time():
    port = free_port(socket.SOCK_DGRAM)
    command = [sys.executable, "-m", "scripts.workshop.metrics.listener", "127.0.0.1", str(port)]
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as listener,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        assert listener.stdout and listener.stdout.readline() == "ready\n"
        client.sendto(b"airflow.a:1|c\nairflow.b:2|g", ("127.0.0.1", port))
        lines = [listener.stdout.readline() for _ in range(2)]
        listener.terminate()
    assert [line.partition("|T")[0] for line in lines] == ["airflow.a:1|c", "airflow.b:2|g"]
    assert [abs(one.time - time.time()) < 60 for one in samples(lines)] == [True, True]


def test_a_missing_metric_is_found():
    everything = {name for name, metric in METRICS.items() if not metric.unseen}
    found = captured(*(f"airflow.{name}:1|g|#{COMMON}" for name in everything - {"ti.finish"}))
    assert found.missing() == {"ti.finish"}


def test_a_missing_tag_is_found():
    whole = f"airflow.ti.finish:1|c|#{COMMON},dag_id:a,task_id:b,state:success"
    bare = "airflow.ti.finish:1|c|#dag_id:a,task_id:b,service:airflow,team:x,version:1"
    assert captured(whole).untagged() == {}
    assert captured(whole, bare).untagged() == {"ti.finish": {"env", "state"}}


def test_a_wrong_type_is_found():
    assert captured(f"airflow.ti.finish:1|g|#{COMMON}").mistyped() == {"ti.finish": {"g"}}


# A client that is right about milliseconds, as that of plain StatsD is.
@pytest.mark.parametrize(
    ("name", "right", "trapped"),
    [
        ("scheduler.scheduler_loop_duration", 0.33, 610),
        ("kubernetes_executor.pod_creation", 0.05, 70),
        ("dag_processing.last_duration", 0.4, 400),
        ("task.duration", 1500, 1.5),
        ("dagrun.duration.success", 20000, 20),
    ],
)
def test_a_time_in_the_wrong_unit_is_found(name: str, right: float, trapped: float):
    found = [captured(f"airflow.{name}:{value}|ms").implausible() for value in (right, trapped)]
    assert found[0] == {}
    assert found[1].keys() == {name}


def test_only_times_have_a_plausible_range():
    assert [name for name in PLAUSIBLE if not METRICS[name].per_second] == []


def test_a_name_with_an_id_is_found():
    found = captured("airflow.ti.finish:1|c", "airflow.dagrun.sales.first_task:1|ms")
    assert found.with_ids({"sales", "load"}) == {"dagrun.sales.first_task"}


def test_a_value_is_kept_unchanged():
    assert captured("airflow.a:1|c").values["a"] == (Sample("airflow.a", 1.0, "c", {}),)
