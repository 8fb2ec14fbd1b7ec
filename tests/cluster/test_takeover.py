"""`helm upgrade` takes a release of the official chart over.

tests/official_chart stands for the official chart: its objects have the official names, labels and
selectors, and their pods only wait.
"""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client

from scripts.go_programs import program
from scripts.migrate import migrate
from scripts.paths import CHART
from scripts.workshop.cluster import image_store
from scripts.workshop.cluster.images import build, images
from tests.chart.cases import merged
from tests.cluster.airflow import COMPONENTS, Airflow
from tests.cluster.namespace import Namespace
from tests.cluster.second_release import example_dags
from tests.cluster.waiting import wait_until

pytestmark = pytest.mark.slow
OFFICIAL_CHART = Path(__file__).parent.parent / "official_chart"
OFFICIAL_VALUES = Path(__file__).parent / "takeover.yaml"
# The command of docs/from-the-official-chart.md, beside those of every installation.
TAKEN = ("--take-ownership",)
# Secrets that the page keeps, and those of the official chart's hooks.
KEPT = ("airflow-metadata", "airflow-api-secret-key", "airflow-jwt-secret")
HOOKS = ("airflow-fernet-key", "airflow-broker-url", "airflow-redis-password")
KINDS = (
    "configmap,deployment,persistentvolumeclaim,poddisruptionbudget,role,rolebinding,secret,"
    "service,serviceaccount,statefulset"
)
HEALTHY_SECONDS, RUN_SECONDS = 900, 600
Objects = dict[tuple[str, str], dict[str, Any]]


class Official:
    """A release of the official chart in a namespace of its own."""

    def __init__(self, airflow: Airflow, helm: str) -> None:
        self.helm = str(program(helm))
        self.airflow = airflow
        self.namespace = airflow.main

    def run(self, *arguments: str, values: Mapping[str, Any] | None = None) -> None:
        done = self.attempt(*arguments, values=values)
        assert done.returncode == 0, done.stderr

    def attempt(
        self, *arguments: str, values: Mapping[str, Any] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run Helm on the release."""
        where = [f"--namespace={self.namespace.name}", *self.airflow.target.arguments()]
        given = ["--values=-"] if values else []
        return subprocess.run(
            [self.helm, *arguments, *given, *where],
            input=yaml.safe_dump(dict(values or {})),
            capture_output=True,
            text=True,
        )

    def install(self, values: Mapping[str, Any]) -> None:
        waits, ends = (images()[name].reference for name in ("pause", "postgres"))
        both = merged(values, {"images": {"waits": waits, "ends": ends}})
        self.run("install", "airflow", str(OFFICIAL_CHART), "--wait", "--timeout=5m", values=both)

    def objects(self) -> Objects:
        """Return the objects of the release, by kind and name."""
        target = self.airflow.target
        command = [str(program("kubectl")), f"--kubeconfig={target.kubeconfig}", "get", KINDS]
        command += ["--selector=release=airflow", "--output=json", f"-n={self.namespace.name}"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)["items"]
        return {(one["kind"], one["metadata"]["name"]): one for one in found}


@pytest.fixture(scope="module")
def official(airflow: Airflow) -> Iterator[Callable[[str, str], Official]]:
    """Make a namespace for a release of the official chart, removed at the end."""
    made: list[Namespace] = []

    def act(team: str, helm: str) -> Official:
        release = replace(airflow.release, team=team)
        found = Official(Airflow(airflow.main.api, release), helm)
        made.append(found.namespace)
        meta = client.V1ObjectMeta(name=found.namespace.name)
        found.namespace.core.create_namespace(client.V1Namespace(metadata=meta))
        wait_until(found.namespace.has_account, 60, "the namespace has no ServiceAccount")
        return found

    for name in ("airflow", "pause", "postgres"):
        image_store.image_import(build(name))
    yield act
    for namespace in made:
        namespace.core.delete_namespace(namespace.name)


class Takeover:
    """A release before and after it was taken over."""

    def __init__(self, official: Official) -> None:
        self.official = official
        self.airflow = official.airflow
        self.airflow.tasks = self.airflow.main
        user = yaml.safe_load(OFFICIAL_VALUES.read_text())["createUserJob"]["defaultUser"]
        self.airflow.user = {"username": user["username"], "password": user["password"]}
        self.before: Objects = {}
        self.secrets: dict[str, dict[str, str]] = {}

    def prepare(self, folder: Path) -> None:
        """Install the official release with a database, which is empty."""
        core, name = self.airflow.main.core, self.airflow.main.name
        core.create_namespaced_config_map(name, example_dags())
        values = yaml.safe_load(OFFICIAL_VALUES.read_text())
        _database(core, name, values["data"]["metadataConnection"])
        self.official.install(values)
        self.before = self.official.objects()
        self.secrets = self.airflow.main.secrets()
        image = images()["airflow"]
        values["images"] = {"airflow": {"repository": image.repository, "tag": image.tag}}
        file = folder / "values.yaml"
        file.write_text(yaml.safe_dump(values))
        # The official chart has made this user; the database of the test is empty.
        self.values = merged(
            yaml.safe_load(migrate(file).text), {"createUserJob": {"enabled": True}}
        )

    def keep_secrets(self) -> None:
        """Do what the page says: Helm does not delete these."""
        for name in KEPT:
            note = {"metadata": {"annotations": {"helm.sh/resource-policy": "keep"}}}
            self.airflow.main.core.patch_namespaced_secret(name, self.airflow.main.name, note)

    def upgrade(self) -> None:
        chart = ("upgrade", "airflow", str(CHART), *TAKEN, "--wait", "--timeout=15m")
        self.official.run(*chart, values=self.values)


def _database(core: client.CoreV1Api, namespace: str, connection: Mapping[str, str]) -> None:
    """Make a database beside the release, as a pod."""
    labels = {"app": "database"}
    variables = {
        "POSTGRES_USER": connection["user"],
        "POSTGRES_PASSWORD": connection["pass"],
        "POSTGRES_DB": connection["db"],
        "PGDATA": "/tmp/data",
    }
    container = {
        "name": "database",
        "image": images()["postgres"].reference,
        "env": [{"name": key, "value": value} for key, value in variables.items()],
    }
    pod = {"metadata": {"name": "database", "labels": labels}, "spec": {"containers": [container]}}
    service = {
        "metadata": {"name": "database"},
        "spec": {"selector": labels, "ports": [{"port": 5432}]},
    }
    core.create_namespaced_pod(namespace, pod)
    core.create_namespaced_service(namespace, service)


@pytest.fixture(scope="module", params=["helm", "helm-4.3"])
def takeover(
    request: pytest.FixtureRequest, official: Callable[..., Official], tmp_path_factory: Any
) -> Takeover:
    """A release of the official chart, upgraded with the values that `migrate-values` writes."""
    made = Takeover(official(f"takeover-{request.param.replace('.', '-')}", request.param))
    made.prepare(tmp_path_factory.mktemp("takeover"))
    made.keep_secrets()
    made.upgrade()
    for component in COMPONENTS:
        made.airflow.main.ready_pod(component, HEALTHY_SECONDS)
    return made


def identities(objects: Objects, *kinds: str) -> dict[tuple[str, str], str]:
    return {key: one["metadata"]["uid"] for key, one in objects.items() if key[0] in kinds}


def test_workloads_accounts_and_services_stay_the_same_objects(takeover: Takeover) -> None:
    kinds = ("Deployment", "StatefulSet", "Service", "PersistentVolumeClaim", "PodDisruptionBudget")
    before, after = (identities(o, *kinds) for o in (takeover.before, takeover.official.objects()))
    assert ("Deployment", "airflow-scheduler") in before
    assert before.items() - after.items() == set()


def test_nothing_of_the_official_chart_is_left_but_secrets(takeover: Takeover) -> None:
    left = {
        key
        for key, one in takeover.official.objects().items()
        if one["metadata"]["labels"].get("chart") == "airflow-1.20.0"
    }
    assert left == {("Secret", name) for name in (*KEPT[1:], *HOOKS)}


def test_secrets_keep_their_content(takeover: Takeover) -> None:
    after = takeover.airflow.main.secrets()
    names = {*KEPT[1:], *HOOKS, "airflow-flows"}
    assert {name: takeover.secrets[name] for name in names} == {name: after[name] for name in names}


def test_airflow_is_healthy_and_runs_a_dag(takeover: Takeover) -> None:
    health = takeover.airflow.api.health
    wait_until(
        lambda: set(health().values()) == {"healthy"}, HEALTHY_SECONDS, lambda: str(health())
    )
    takeover.airflow.run("plain_tasks", RUN_SECONDS)
