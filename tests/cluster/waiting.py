"""Waiting for a condition, with a limit and a sentence for the failure."""

import time
from collections.abc import Callable
from typing import TypeVar

from kubernetes.client.exceptions import ApiException
from selenium.common.exceptions import StaleElementReferenceException
from urllib3.exceptions import HTTPError

from scripts.errors import Refusal

T = TypeVar("T")
LOOK_EVERY_SECONDS = 0.5
# Errors of an API that is restarting, and of a page that is being drawn: try again.
NOT_YET = (Refusal, ApiException, HTTPError, OSError, StaleElementReferenceException)


def wait_until(condition: Callable[[], T], timeout: float, why: str | Callable[[], str]) -> T:
    """Return the condition's first true answer; fail with `why` when the time is up."""
    end = time.monotonic() + timeout
    while True:
        try:
            answer, said = condition(), ""
        except NOT_YET as error:
            answer, said = None, f" (last error: {error})"
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"Not within {timeout:.0f} s: {_told(why)}{said}")
        time.sleep(LOOK_EVERY_SECONDS)


def _told(why: str | Callable[[], str]) -> str:
    try:
        return why if isinstance(why, str) else why()
    except NOT_YET as error:
        return str(error)


def stays_true(condition: Callable[[], bool], seconds: float, why: str) -> None:
    """Check a condition repeatedly and fail as soon as it is not true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert condition(), why
        time.sleep(LOOK_EVERY_SECONDS)
