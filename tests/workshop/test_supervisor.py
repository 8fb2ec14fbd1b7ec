"""Processes of the node are kept while they are up to date, and restarted otherwise."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.errors import Refusal
from scripts.workshop.cluster import cgroups, supervisor
from scripts.workshop.cluster.supervisor import Part


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Part]:
    """A part outside any namespace, without cgroups, which need root."""
    monkeypatch.setattr(supervisor, "PARTS", tmp_path / "parts")
    monkeypatch.setattr(supervisor, "LOGS", tmp_path / "log")
    monkeypatch.setattr(cgroups, "add", lambda pid: None)
    configuration = tmp_path / "configuration"
    configuration.write_text("one")
    this = Part("sleeper", ("sleep", "60"), inside=False, configuration=(configuration,))
    yield this
    if pid := supervisor.running(this):
        supervisor.stop([pid], seconds=0)


def test_a_running_part_is_kept(part: Part):
    assert supervisor.start(part)
    pid = supervisor.running(part)
    assert (supervisor.start(part), supervisor.running(part)) == (False, pid)


def test_a_killed_part_is_started_again(part: Part):
    supervisor.start(part)
    first = supervisor.running(part)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    assert supervisor.running(part) is None
    assert supervisor.start(part)


def test_a_part_is_started_again_when_its_command_changes(part: Part):
    supervisor.start(part)
    assert supervisor.start(replace(part, command=("sleep", "61")))


def test_a_part_is_started_again_when_its_configuration_changes(part: Part):
    supervisor.start(part)
    part.configuration[0].write_text("two")
    assert not supervisor.is_up_to_date(part)
    assert supervisor.start(part)


def test_a_reused_pid_is_another_process(part: Part):
    """After a reboot, the pids in the records may belong to other processes."""
    supervisor.start(part)
    supervisor.stop([supervisor.running(part) or 0], seconds=0)
    text = part.record.read_text()
    part.record.write_text(text.replace(text.split(",")[0], f'{{"pid": {os.getpid()}'))
    assert supervisor.running(part) is None


def test_a_damaged_record_is_ignored(part: Part):
    supervisor.start(part)
    pid = supervisor.running(part)
    part.record.write_text('{"pid": ')
    assert supervisor.running(part) is None
    supervisor.stop([pid or 0], seconds=0)


def test_an_ended_process_is_reported_with_its_last_output(part: Part):
    loud = replace(part, command=("sh", "-c", "echo first; echo no such flag >&2; exit 3"))
    supervisor.start(loud)
    while supervisor.running(loud):
        pass
    with pytest.raises(Refusal, match="sleeper ended: no such flag"):
        supervisor.require(loud)
