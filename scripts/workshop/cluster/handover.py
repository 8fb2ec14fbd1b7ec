"""The end of `make up`: Airflow is healthy, an example Dag has run, its address is printed."""

import base64
from collections.abc import Callable

from scripts.console import console
from scripts.errors import Refusal
from scripts.go_programs import program
from scripts.releases import Release
from scripts.steps import step
from scripts.workshop.airflow_api import AirflowApi, Run
from scripts.workshop.cluster.kubectl import NODE, read
from scripts.workshop.cluster.waiting import wait

EXAMPLE = "plain_tasks"
USER = "airflow-first-user"
# Seconds; everything starts at once, perhaps on two cores.
PATIENCE = 300
DAG_PATIENCE = 180


def wait_until_healthy(url: str, release: Release, target: str = NODE) -> AirflowApi:
    """Wait until Airflow reports that all components are healthy; return its API."""
    with step("Wait until Airflow is healthy") as this:
        airflow = AirflowApi(url, *_first_user(release, target))

        def healthy() -> bool:
            try:
                states = airflow.health()
            except Refusal:
                return False
            ill = [name for name, state in states.items() if state not in ("healthy", None)]
            this.note(", ".join(ill))
            return not ill

        hint = f"See `{command(target)} --namespace {release.namespace} get pods`."
        wait(f"Airflow at {url} did not become healthy", healthy, seconds=PATIENCE, hint=hint)
    return airflow


def run_example(airflow: AirflowApi) -> None:
    """Run an example Dag; raise Refusal when it does not succeed."""
    runs: list[Run] = []
    with step(f"Run the Dag {EXAMPLE}") as this:

        def known() -> bool:
            return EXAMPLE in airflow.dags()

        def started() -> bool:
            runs.append(airflow.trigger(EXAMPLE))
            return True

        def succeeded() -> bool:
            (run,) = runs
            state = airflow.state(run)
            done = [task.task for task in airflow.tasks(run) if task.is_finished]
            this.note(f"{state}, done: {', '.join(done) or 'nothing yet'}")
            if state == "failed":
                raise DagFailed(f"The Dag {EXAMPLE} failed: see {airflow.url}/dags/{EXAMPLE}.")
            return state == "success"

        _wait(f"Airflow did not find the Dag {EXAMPLE}", known)
        _wait(f"The Dag {EXAMPLE} did not start", started)
        _wait(f"The Dag {EXAMPLE} did not succeed", succeeded)


class DagFailed(Refusal):
    """The Dag failed, so waiting longer does not help."""


def _wait(problem: str, check: Callable[[], bool]) -> None:
    """Wait for a check; retry while Airflow does not answer, since a pod may be restarting."""
    refused = ""

    def answered() -> bool:
        nonlocal refused
        try:
            return check()
        except DagFailed:
            raise
        except Refusal as refusal:
            refused = str(refusal)
            return False

    wait(problem, answered, seconds=DAG_PATIENCE, pause=0.5, hint=lambda: refused)


def show(url: str, release: Release, target: str = NODE) -> None:
    """Print the URL of Airflow, the user name, and a command that shows the password."""
    name = read("secret", USER, f"--namespace={release.namespace}", target=target)["data"]
    username = base64.b64decode(name["username"]).decode()
    secret = f"--namespace {release.namespace} get secret {USER}"
    template = "--template='{{.data.password | base64decode}}'"
    console.print(f"\n[bold]Airflow[/]    {url}", soft_wrap=True)
    console.print(f"[bold]User name[/]  {username}", soft_wrap=True)
    console.print(f"[bold]Password[/]   {command(target)} {secret} {template}", soft_wrap=True)


def command(target: str) -> str:
    """Return the kubectl command for a user to type."""
    return f"{program('kubectl')} {target}"


def _first_user(release: Release, target: str) -> tuple[str, str]:
    data = read("secret", USER, f"--namespace={release.namespace}", target=target)["data"]
    username, password = (base64.b64decode(data[key]).decode() for key in ("username", "password"))
    return username, password
