"""A release in the cluster: its namespaces, its Airflow, and Helm's output about it."""

import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from kubernetes import client

from scripts.releases import Release, helm
from scripts.releases.deploy import deploy
from scripts.releases.target import Target, find_target
from scripts.workshop.airflow_api import AirflowApi, Run
from tests.chart.components import DEPLOYMENTS
from tests.cluster.namespace import Namespace, Pod, is_ready, restarts
from tests.cluster.waiting import wait_until

COMPONENTS = tuple(sorted(one.label for one in DEPLOYMENTS))
DATABASE = "postgresql"
FINISHED = ("success", "failed")


class Airflow:
    """One Airflow of the cluster under test."""

    def __init__(self, kubernetes: client.ApiClient, release: Release) -> None:
        self.release = release
        self.main = Namespace(kubernetes, release.namespace)
        self.tasks = Namespace(kubernetes, release.tasks_namespace)

    @cached_property
    def target(self) -> Target:
        """The cluster, as arguments of Helm."""
        return find_target(self.release, "")

    @cached_property
    def url(self) -> str:
        """The URL of the api-server from outside: its port of the node."""
        service = self.main.core.read_namespaced_service("airflow-api-server", self.main.name)
        node = self.main.core.list_node().items[0]
        address = next(a.address for a in node.status.addresses if a.type == "InternalIP")
        return f"http://{address}:{service.spec.ports[0].node_port}"

    @cached_property
    def user(self) -> dict[str, str]:
        """Username and password that the release has created for its first user."""
        return self.main.secrets()["airflow-first-user"]

    @cached_property
    def api(self) -> AirflowApi:
        return AirflowApi(self.url, **self.user)

    def pods(self) -> list[Pod]:
        """The long-running pods of the release."""
        return [pod for name in (*COMPONENTS, DATABASE) for pod in self.main.pods(name)]

    def identities(self) -> dict[str, tuple[str, int]]:
        """The running pods, and their numbers of restarts."""
        return {pod.metadata.labels["component"]: identity(pod) for pod in self.pods()}

    def wait_until_healthy(self, timeout: float = 300) -> None:
        """Wait until each component has its ready pod, and Airflow reports all as healthy."""
        for component in (DATABASE, *COMPONENTS):
            self.main.ready_pod(component, timeout)
        wait_until(
            lambda: set(self.api.health().values()) == {"healthy"},
            timeout,
            lambda: f"Airflow reports {self.api.health()}",
        )

    def wait_until_settled(self, timeout: float = 300) -> None:
        """Wait until there is one ready pod per component and nothing is being deleted."""

        def settled() -> bool:
            pods = self.main.core.list_namespaced_pod(
                self.main.name, label_selector="release=airflow,tier=airflow"
            ).items
            lasting = [p for p in pods if p.status.phase not in ("Succeeded", "Failed")]
            return len(lasting) == len(COMPONENTS) + 1 and all(map(is_ready, lasting))

        wait_until(settled, timeout, f"the pods of {self.release} keep changing")

    def run(self, dag: str, timeout: float = 300) -> Run:
        """Run a Dag and wait for its success."""
        run = self.start(dag)
        self.wait_for_end([run], timeout)
        self.check_success([run])
        return run

    def start(self, dag: str, timeout: float = 120) -> Run:
        """Start a run as soon as the Dag is known."""
        wait_until(lambda: dag in self.api.dags(), timeout, lambda: self._unknown(dag))
        return self.api.trigger(dag)

    def wait_for_end(self, runs: Iterable[Run], timeout: float) -> None:
        """Wait until started runs have ended, in success or failure."""
        for run in runs:
            wait_until(
                lambda run=run: self.api.state(run) in FINISHED,
                timeout,
                lambda run=run: f"the run of {run.dag} has not ended: {self.api.tasks(run)}",
            )

    def check_success(self, runs: Iterable[Run]) -> None:
        """Fail, with the logs of the tasks, when a run did not end in success."""
        failed = [run for run in runs if self.api.state(run) != "success"]
        assert not failed, "\n".join(self._failure(run) for run in failed)

    def deploy(self, *more: Path) -> None:
        """Deploy the release as CI does, optionally with more layers."""
        release = replace(self.release, layers=(*self.release.layers, *more))
        deploy(release, context="", timeout="10m", owner=release.deployed_by)

    def helm(self, *arguments: str) -> str:
        """Return the output of a Helm command about the release."""
        where = [f"--namespace={self.main.name}", *self.target.arguments()]
        command = [str(helm.executable()), *arguments, *where]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def _unknown(self, dag: str) -> str:
        return f"no Dag {dag}, only {self.api.dags()}; {self.api.import_errors()}"

    def _failure(self, run: Run) -> str:
        tasks = [task for task in self.api.tasks(run) if task.state != "success"]
        logs = [f"{task}\n{self.api.log(run, task)[-3000:]}" for task in tasks if task.try_number]
        return f"{run.dag}: {tasks}\n" + "\n".join(logs)


def identity(pod: Pod) -> tuple[str, int]:
    return pod.metadata.uid, restarts(pod)


def changed(airflow: Airflow, act: Callable[[], None]) -> set[str]:
    """Return the components whose pods were replaced or restarted by an action."""
    before = airflow.identities()
    act()
    airflow.wait_until_settled()
    after = airflow.identities()
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
