"""The processes of the node: healthy ones are left alone, others are restarted."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.errors import Refusal
from scripts.workshop.cluster import cgroups, processes
from scripts.workshop.cluster.processes import Part


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Part]:
    """A part outside any namespace; cgroups need root, and are tried on the cluster."""
    monkeypatch.setattr(processes, "PARTS", tmp_path / "parts")
    monkeypatch.setattr(processes, "LOGS", tmp_path / "log")
    monkeypatch.setattr(cgroups, "add", lambda pid: None)
    configuration = tmp_path / "configuration"
    configuration.write_text("one")
    this = Part("sleeper", ("sleep", "60"), inside=False, configuration=(configuration,))
    yield this
    if pid := processes.running(this):
        processes.stop([pid], seconds=0)


def test_a_part_that_runs_is_left_alone(part: Part):
    assert processes.start(part)
    pid = processes.running(part)
    assert (processes.start(part), processes.running(part)) == (False, pid)


def test_a_killed_part_is_started_again(part: Part):
    processes.start(part)
    first = processes.running(part)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    assert processes.running(part) is None
    assert processes.start(part)


def test_a_part_is_started_again_when_its_command_changes(part: Part):
    processes.start(part)
    assert processes.start(replace(part, command=("sleep", "61")))


def test_a_part_is_started_again_when_its_configuration_changes(part: Part):
    processes.start(part)
    part.configuration[0].write_text("two")
    assert not processes.is_up_to_date(part)
    assert processes.start(part)


def test_the_process_id_of_another_process_is_not_used(part: Part):
    """After a reboot the process ids of the records belong to other processes."""
    processes.start(part)
    processes.stop([processes.running(part) or 0], seconds=0)
    text = part.record.read_text()
    part.record.write_text(text.replace(text.split(",")[0], f'{{"pid": {os.getpid()}'))
    assert processes.running(part) is None


def test_a_damaged_record_is_ignored(part: Part):
    processes.start(part)
    pid = processes.running(part)
    part.record.write_text('{"pid": ')
    assert processes.running(part) is None
    processes.stop([pid or 0], seconds=0)


def test_an_ended_process_is_reported_with_its_last_output(part: Part):
    loud = replace(part, command=("sh", "-c", "echo first; echo no such flag >&2; exit 3"))
    processes.start(loud)
    while processes.running(loud):
        pass
    with pytest.raises(Refusal, match="sleeper ended: no such flag"):
        processes.require(loud)
