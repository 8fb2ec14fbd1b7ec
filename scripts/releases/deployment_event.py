"""The event of a deployment in Datadog: graphs of the dashboards show it as a vertical line."""

import json
import os

import urllib3

from scripts.console import console
from scripts.releases.discovery import Release

# The key of the API is enough; an application key is not needed.
KEY, SITE = "DD_API_KEY", "DD_SITE"
TIMEOUT_SECONDS = 10


def send(release: Release, revision: int) -> None:
    """Send the event of a deployment, if there is a key; a failure is a warning only."""
    if not (key := os.environ.get(KEY)):
        return
    tags = {"env": release.environment.name, "team": release.team, "service": "airflow"}
    event = {
        "alert_type": "success",
        "tags": ["event:deployment", *(f"{name}:{value}" for name, value in tags.items())],
        "text": f"Revision {revision} of the release {release} is ready.",
        "title": f"Airflow {release} was deployed",
    }
    url = f"https://api.{os.environ.get(SITE) or 'datadoghq.com'}/api/v1/events"
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
        console.print(f"[yellow]![/] Datadog has no event of this deployment: {problem}.")
