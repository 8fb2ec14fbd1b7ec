"""A client of Airflow's REST API: log in, start Dags, read their results."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from scripts.errors import Refusal

# The first request of a new api-server is slow, since Airflow loads lazily.
TIMEOUT_SECONDS = 60
PAGE = 200


@dataclass(frozen=True)
class Run:
    """A run of a Dag."""

    dag: str
    id: str

    @property
    def path(self) -> str:
        return f"/dags/{self.dag}/dagRuns/{self.id}"


@dataclass(frozen=True)
class TaskInstance:
    """A task of a run, with its current state."""

    task: str
    state: str | None
    try_number: int
    map_index: int

    @property
    def is_finished(self) -> bool:
        return self.state in ("success", "failed", "upstream_failed", "skipped", "removed")


class AirflowApi:
    """An Airflow and a user; requests log in when needed, also when the token has expired."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url.rstrip("/")
        self._credentials = {"username": username, "password": password}
        # Airflow is on this machine or near it: no proxy.
        self._http = httpx.Client(
            base_url=self.url, timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=True
        )
        self._token = ""

    def login(self) -> str:
        """Return a new token; raise Refusal for an unknown user, or if Airflow does not answer."""
        answer = self._send("POST", "/auth/token", json=self._credentials)
        self._token = answer.json()["access_token"]
        return self._token

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the response of `/api/v2` to a GET request."""
        return self._call("GET", path, params=parameters).json()

    def health(self) -> dict[str, str | None]:
        """Return the status of each component, which needs no login."""
        return {name: part["status"] for name, part in self._monitor().items()}

    def heartbeats(self) -> dict[str, datetime]:
        """Return the time of the last heartbeat of each component."""
        found = {}
        for name, part in self._monitor().items():
            for key, value in part.items():
                if key.startswith("latest_") and value:
                    found[name] = datetime.fromisoformat(value)
        return found

    def dags(self) -> list[str]:
        """Return the ids of all Dags."""
        return sorted(dag["dag_id"] for dag in self.get("/dags", limit=PAGE)["dags"])

    def import_errors(self) -> list[str]:
        """Return the import errors of Dag files."""
        errors = self.get("/importErrors", limit=PAGE)["import_errors"]
        return [f"{error['filename']}: {error['stack_trace']}" for error in errors]

    def forget(self, dag: str) -> None:
        """Delete a Dag with all its runs."""
        self._call("DELETE", f"/dags/{dag}")

    def trigger(self, dag: str, conf: dict[str, Any] | None = None) -> Run:
        """Unpause a Dag and start a run of it."""
        self._call("PATCH", f"/dags/{dag}", json={"is_paused": False})
        body = {"logical_date": None, "conf": conf or {}}
        answer = self._call("POST", f"/dags/{dag}/dagRuns", json=body).json()
        return Run(dag, answer["dag_run_id"])

    def fail(self, run: Run) -> None:
        """Mark a run failed."""
        self._call("PATCH", run.path, json={"state": "failed"})

    def delete(self, run: Run) -> None:
        """Delete a run."""
        self._call("DELETE", run.path)

    def fail_task(self, run: Run, task: str) -> None:
        """Mark a task of a run failed."""
        self._call("PATCH", f"{run.path}/taskInstances/{task}", json={"new_state": "failed"})

    def clear(self, run: Run, task: str) -> None:
        """Clear a task of a run, so that it is tried again."""
        body = {"dry_run": False, "dag_run_id": run.id, "task_ids": [task], "only_failed": False}
        self._call("POST", f"/dags/{run.dag}/clearTaskInstances", json=body)

    def state(self, run: Run) -> str:
        """Return the state of a run: queued, running, success or failed."""
        return self.get(run.path)["state"]

    def tasks(self, run: Run) -> list[TaskInstance]:
        """Return every task instance of a run."""
        found = self.get(f"{run.path}/taskInstances", limit=PAGE)["task_instances"]
        return [
            TaskInstance(one["task_id"], one["state"], one["try_number"], one["map_index"])
            for one in found
        ]

    def xcom(self, run: Run, task: str, key: str = "return_value") -> Any:
        """Return an XCom value of a task."""
        path = f"{run.path}/taskInstances/{task}/xcomEntries/{key}"
        return self.get(path, deserialize=True)["value"]

    def log(self, run: Run, task: TaskInstance, attempt: int | None = None) -> str:
        """Return the log of a task instance, of its last attempt by default."""
        answer = self.get(
            f"{run.path}/taskInstances/{task.task}/logs/{attempt or task.try_number}",
            map_index=task.map_index,
            full_content=True,
        )
        return "\n".join(text for line in answer["content"] for text in _log_line(line))

    def _monitor(self) -> dict[str, dict[str, str | None]]:
        parts = self._send("GET", "/api/v2/monitor/health").json()
        return {name: part for name, part in parts.items() if part}

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        token = self._token or self.login()
        answer = self._try(method, f"/api/v2{path}", token, **options)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            answer = self._try(method, f"/api/v2{path}", self.login(), **options)
        return self._checked(answer)

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._checked(self._try(method, path, "", **options))

    def _try(self, method: str, path: str, token: str, **options: Any) -> httpx.Response:
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            return self._http.request(method, path, headers=headers, **options)
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise Refusal(f"Airflow at {self.url} does not answer: {reason}.") from None

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        request = answer.request
        raise Refusal(
            f"Airflow answers {answer.status_code} to {request.method} {request.url.path}:"
            f" {_detail(answer)}"
        )


def _log_line(line: str | dict[str, Any]) -> Iterator[str]:
    """Yield the message of a log line, and its errors."""
    if isinstance(line, str):
        yield line
        return
    yield line["event"]
    for error in line.get("error_detail") or []:
        yield f"{error['exc_type']}: {error['exc_value']}"


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]
