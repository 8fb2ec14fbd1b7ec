"""`helm upgrade` takes a release of the official chart over.

tests/official_chart stands for the official chart: its objects have the official names, labels and
selectors, and their pods only wait.
"""

import json
import re
import shlex
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
from scripts.paths import CHART, ROOT
from scripts.workshop.cluster import image_store
from scripts.workshop.cluster.images import build, images, layer
from tests.chart.cases import merged
from tests.cluster.airflow import COMPONENTS, Airflow
from tests.cluster.namespace import Namespace
from tests.cluster.second_release import example_dags
from tests.cluster.waiting import wait_until

pytestmark = pytest.mark.slow
OFFICIAL_CHART = Path(__file__).parent.parent / "official_chart"
OFFICIAL_VALUES = Path(__file__).parent / "takeover.yaml"
PAGE = (ROOT / "docs" / "from-the-official-chart.md").read_text()
# Secrets that the page keeps without those of values, and those of the official chart's hooks.
KEPT = ("airflow-api-secret-key", "airflow-jwt-secret")
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

    def kubectl(self, *arguments: str) -> str:
        where = [f"--kubeconfig={self.airflow.target.kubeconfig}", f"-n={self.namespace.name}"]
        command = [str(program("kubectl")), *arguments, *where]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def follow(self, verb: str) -> None:
        """Run the commands of the page that begin so."""
        commands = re.findall(rf"^ *kubectl -n airflow ({verb} .+)$", PAGE, re.MULTILINE)
        assert commands
        for command in commands:
            self.kubectl(*shlex.split(command))

    def upgrade(self, values: Mapping[str, Any]) -> None:
        """Run the command of the page, with our values."""
        (command,) = re.findall(r"^ *helm (upgrade airflow .+)$", PAGE, re.MULTILINE)
        given = shlex.split(re.sub(r"--(namespace|values) \S+", "", command))
        self.run(*(str(CHART) if one == "charts/airflow" else one for one in given), values=values)

    def install(self, values: Mapping[str, Any]) -> None:
        waits, ends = (images()[name].reference for name in ("pause", "postgres"))
        both = merged(values, {"images": {"waits": waits, "ends": ends}})
        self.run("install", "airflow", str(OFFICIAL_CHART), "--wait", "--timeout=5m", values=both)

    def objects(self) -> Objects:
        """Return the objects of the release, by kind and name."""
        found = json.loads(self.kubectl("get", KINDS, "--output=json"))["items"]
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
    made.official.follow("annotate")
    made.official.upgrade(made.values)
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
        if (one["metadata"].get("labels") or {}).get("chart") == "airflow-1.20.0"
    }
    assert left == {("Secret", name) for name in (*KEPT, *HOOKS)}


def test_secrets_keep_their_content(takeover: Takeover) -> None:
    after = takeover.airflow.main.secrets()
    names = {*KEPT, *HOOKS, "airflow-flows"}
    assert {name: takeover.secrets[name] for name in names} == {name: after[name] for name in names}


def test_airflow_is_healthy_and_runs_a_dag(takeover: Takeover) -> None:
    health = takeover.airflow.api.health
    wait_until(
        lambda: set(health().values()) == {"healthy"}, HEALTHY_SECONDS, lambda: str(health())
    )
    takeover.airflow.run("plain_tasks", RUN_SECONDS)


def test_a_rollback_gives_the_workloads_back(takeover: Takeover) -> None:
    takeover.official.run("rollback", "airflow", "1")
    after = takeover.official.objects()
    kinds = ("Deployment", "StatefulSet")
    assert identities(after, *kinds) == identities(takeover.before, *kinds)
    charts = {one["metadata"]["labels"]["chart"] for key, one in after.items() if key[0] in kinds}
    assert charts == {"airflow-1.20.0"}


# A release with the bundled database of ours; no pod of Airflow needs to run.
BUNDLED: Mapping[str, Any] = {
    **{name: {"replicas": 0} for name in ("apiServer", "dagProcessor", "scheduler", "triggerer")},
    "networkPolicies": {"enabled": False},
}


@pytest.mark.parametrize("helm", ["helm", "helm-4.3"])
def test_the_bundled_database_is_refused_before_anything_changes(
    official: Callable[..., Official], helm: str
) -> None:
    release = official(f"bundled-{helm.replace('.', '-')}", helm)
    release.install({"executor": "KubernetesExecutor"})
    before = release.objects()
    refused = release.attempt("upgrade", "airflow", str(CHART), values=BUNDLED)
    assert "official-database-cannot-be-taken-over.yaml failed" in refused.stderr
    assert versions(release.objects()) == versions(before)
    release.follow("delete")
    release.upgrade(merged(BUNDLED, layer()))
    assert release.namespace.ready_pod("postgresql")
    # Helm has deleted those that the page keeps; the Job has made others.
    made = release.namespace.secrets()
    assert made["airflow-postgresql"].keys() == {"password"}
    assert {"airflow-metadata", *KEPT} <= made.keys()


def versions(objects: Objects) -> dict[tuple[str, str], Any]:
    """Return numbers that another change of an object would have made larger."""
    # A change of their status counts as a change of these.
    own = ("Deployment", "StatefulSet", "PodDisruptionBudget", "PersistentVolumeClaim")
    return {
        key: one["metadata"].get("generation" if key[0] in own else "resourceVersion")
        for key, one in objects.items()
        if not key[1].startswith("sh.helm.release")
    }
