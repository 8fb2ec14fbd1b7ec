"""Functions in parallel threads."""

import subprocess
import threading
from pathlib import Path

import pytest

from scripts.errors import Refusal
from scripts.workshop.cluster.parallel import children, together


def test_all_functions_have_run_when_it_returns():
    done: list[int] = []
    together(lambda: done.append(1), lambda: done.append(2))
    assert sorted(done) == [1, 2]


def test_functions_run_in_parallel():
    meeting = threading.Barrier(2, timeout=30)
    together(meeting.wait, meeting.wait)


def test_the_first_failure_ends_the_others_and_their_programs():
    started = threading.Event()
    programs: list[subprocess.Popen] = []

    def long() -> None:
        programs.append(subprocess.Popen(["sleep", "60"]))
        started.set()
        programs[0].wait()

    def failing() -> None:
        started.wait()
        raise Refusal("no")

    with pytest.raises(Refusal, match="no"):
        together(long, failing)
    assert programs[0].wait(timeout=30) != 0


def test_a_program_that_was_there_before_continues():
    before = subprocess.Popen(["sleep", "60"])

    def failing() -> None:
        raise Refusal("no")

    try:
        with pytest.raises(Refusal, match="no"):
            together(failing)
        assert before.poll() is None
    finally:
        before.kill()
        before.wait()


def test_a_program_with_its_own_session_continues():
    programs: list[subprocess.Popen] = []

    def starting() -> None:
        programs.append(subprocess.Popen(["sleep", "60"], start_new_session=True))
        raise Refusal("no")

    with pytest.raises(Refusal, match="no"):
        together(starting)
    try:
        assert programs[0].poll() is None
    finally:
        programs[0].kill()
        programs[0].wait()


def test_a_thread_that_ended_while_children_were_listed_has_none(monkeypatch: pytest.MonkeyPatch):
    # No thread has the number 0.
    monkeypatch.setattr(Path, "glob", lambda *_: [Path("/proc/self/task/0/children")])
    assert children() == set()
