"""The UI in a browser: the login page, then the grid with a successful run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.cluster.airflow import Airflow
from tests.cluster.browser import browser
from tests.cluster.examples import Examples
from tests.cluster.waiting import wait_until

DAG = "plain_tasks"
PAGE_SECONDS = 60


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    """A browser without a session."""
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def picture(pytestconfig: pytest.Config, tmp_path: Path) -> Path:
    return pytestconfig.getoption("screenshot") or tmp_path / "grid.png"


def find(page: WebDriver, selector: str) -> WebElement:
    """Wait for the first element of a page that matches a CSS selector, and return it."""

    def seen() -> WebElement | None:
        found = page.find_elements(By.CSS_SELECTOR, selector)
        return next((element for element in found if element.is_displayed()), None)

    return wait_until(seen, PAGE_SECONDS, lambda: f"no {selector} at {page.current_url}")


def log_in(page: WebDriver, airflow: Airflow, password: str) -> None:
    page.get(f"{airflow.url}/dags/{DAG}")
    find(page, "input[name=username]").send_keys(airflow.user["username"])
    field = find(page, "input[name=password]")
    field.send_keys(password)
    field.submit()


def test_a_wrong_password_is_refused(page: WebDriver, airflow: Airflow) -> None:
    log_in(page, airflow, "wrong")
    assert "Invalid login" in find(page, ".alert").text
    assert "/auth/login" in page.current_url


def test_the_generated_password_opens_the_grid_of_a_successful_run(
    page: WebDriver, airflow: Airflow, examples: Examples, picture: Path
) -> None:
    run = examples.runs[DAG]
    log_in(page, airflow, airflow.user["password"])
    for task in airflow.api.tasks(run):
        find(page, f"[data-testid='grid-{run.id}-{task.task}'] [data-testid=task-state-badge]")
    # The chart on the page is animated.
    wait_until(lambda: drawn(page), PAGE_SECONDS, "the page keeps changing")
    picture.parent.mkdir(parents=True, exist_ok=True)
    assert page.save_screenshot(str(picture))
    find(page, f"a[href^='/dags/{DAG}/runs/{run.id}']").click()
    wait_until(
        lambda: find(page, "[data-testid=state-badge]").text == "Success",
        PAGE_SECONDS,
        "the page of the run does not show Success",
    )


def drawn(page: WebDriver) -> bool:
    """Return whether two consecutive pictures are equal."""
    before = page.get_screenshot_as_png()
    find(page, "canvas, [data-testid=trend-count-chart]")
    return before == page.get_screenshot_as_png()
