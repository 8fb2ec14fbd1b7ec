"""Events in Datadog: of a deployment, which graphs show as a vertical line, and of drift."""

import json
import os
from collections.abc import Sequence

import urllib3

from scripts.console import console
from scripts.releases.discovery import Release
from scripts.releases.environment import Environment, Monitoring

# The key of the API is enough; an application key is not needed.
KEY = "DD_API_KEY"
USUAL_SITE = "datadoghq.com"
TIMEOUT_SECONDS = 10


def deployed(release: Release, revision: int) -> None:
    """Send the event of a deployment, if there is a key; a failure is a warning only."""
    _send(
        release.environment,
        f"Airflow {release} was deployed",
        f"Revision {revision} of the release {release} is ready.",
        {"event": "deployment", "team": release.team},
        "success",
    )


def drifted(environment: Environment, differing: Sequence[str]) -> None:
    """Send an event that mentions the recipient of warnings, if there is a key."""
    monitoring = _monitoring(environment)
    recipient = f" {monitoring.notify.warn}" if monitoring else ""
    _send(
        environment,
        f"Airflow in {environment.name} differs from its files",
        f"Different are {', '.join(differing)}: something was changed by hand, or a change was"
        f" merged and not applied. `make drift ENV={environment.name}` shows each line.{recipient}",
        {"event": "drift"},
        "warning",
    )


def _monitoring(environment: Environment) -> Monitoring | None:
    return environment.terraform.monitoring if environment.terraform else None


def _send(
    environment: Environment, title: str, text: str, tags: dict[str, str], alert_type: str
) -> None:
    if not (key := os.environ.get(KEY)):
        return
    tags = {**tags, "env": environment.name, "service": "airflow"}
    monitoring = _monitoring(environment)
    event = {
        "alert_type": alert_type,
        "tags": [f"{name}:{value}" for name, value in tags.items()],
        "text": text,
        "title": title,
    }
    url = f"https://api.{monitoring.site if monitoring else USUAL_SITE}/api/v1/events"
    headers = {"Content-Type": "application/json", "DD-API-KEY": key}
    problem = ""
    try:
        answer = urllib3.request(
            *("POST", url),
            body=json.dumps(event),
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            retries=False,
        )
        if answer.status >= 300:
            problem = f"status {answer.status}"
    except urllib3.exceptions.HTTPError as error:
        problem = type(error).__name__
    if problem:
        console.print(f"[yellow]![/] Datadog has no event of this {tags['event']}: {problem}.")
