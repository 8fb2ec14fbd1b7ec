"""Helm 3.19, 3.22 and 4.3 render the same objects, and upgrade each other's releases.

No pod runs in these tests: a rollout is a change of the object, which is what Helm makes.
"""

import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from kubernetes import client

from scripts.go_programs import program
from scripts.manifests import identity, is_test
from scripts.paths import CHART, KUBECONFIG
from scripts.releases import find
from scripts.releases.render import KUBE_VERSION
from tests.cluster.namespace import Namespace, new_namespaces
from tests.conftest import EVERYTHING_ON, RELEASES, SHAPES

pytestmark = pytest.mark.slow
PROGRAMS = ("helm-3.19", "helm", "helm-4.3")
FILES = {"defaults": (), EVERYTHING_ON.stem: (EVERYTHING_ON,), SHAPES.stem: (SHAPES,)}
NAMESPACE = "helm-versions"
NOTHING_RUNS: Mapping[str, Any] = {
    **{name: {"replicas": 0} for name in ("apiServer", "dagProcessor", "scheduler", "triggerer")},
    "migrateDatabaseJob": {"enabled": False},
}
# Who installs a release, and who upgrades it then: programs with their options.
SERVER, CLIENT = "--server-side=true", "--server-side=false"
HANDS = {
    "Helm 3 alone": [["helm"], ["helm"]],
    "Helm 4 alone": [["helm-4.3"], ["helm-4.3"]],
    "from Helm 3 to Helm 4 and back": [["helm"], ["helm-4.3"], ["helm"]],
    "from Helm 3 to server-side apply": [["helm"], ["helm-4.3", SERVER], ["helm-4.3"]],
    "from Helm 4 to Helm 3 and back": [["helm-4.3"], ["helm"], ["helm-4.3", CLIENT]],
}


def run(helm: str, *arguments: str, values: Mapping[str, Any] | None = None) -> str:
    done = subprocess.run(
        [str(program(helm)), *arguments, *(["--values=-"] if values else [])],
        input=yaml.safe_dump(dict(values or {})),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{helm}: {done.stderr}"
    return done.stdout


def template(helm: str, name: str) -> str:
    if name in FILES:
        layers, where, version = FILES[name], "airflow", KUBE_VERSION
    else:
        release = find(name)
        layers, where = release.layers, release.namespace
        version = f"{release.environment.kubernetes.version}.0"
    options = [f"--values={layer}" for layer in layers]
    options += [f"--namespace={where}", f"--kube-version={version}"]
    return run(helm, "template", "airflow", str(CHART), *options)


def objects(text: str) -> list[dict[str, Any]]:
    found = [one for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if one]
    return sorted(found, key=lambda one: (identity(one), one["metadata"].get("namespace", "")))


@pytest.mark.parametrize("name", [*FILES, *RELEASES])
def test_every_version_renders_the_same_objects(name: str) -> None:
    oldest, *others = (objects(template(helm, name)) for helm in PROGRAMS)
    assert len(oldest) > 20
    assert [other == oldest for other in others] == [True, True]


@pytest.fixture(scope="module")
def namespace(kubernetes: client.ApiClient) -> Iterator[Namespace]:
    with new_namespaces(kubernetes, NAMESPACE) as (made,):
        yield made


def kubectl(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(program("kubectl")), f"--kubeconfig={KUBECONFIG}", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True)


# The third file is a sample of shapes, which do not fit together.
@pytest.mark.parametrize("name", [*FILES][:2])
def test_server_side_apply_takes_every_object(namespace: Namespace, name: str) -> None:
    """It refuses two items of a list with the same name; client-side apply takes the last one."""
    known = kubectl("api-resources", "--no-headers", "--output=wide").stdout
    kinds = {word for line in known.splitlines() for word in line.split()}
    found = [one for one in objects(template("helm-4.3", name)) if one["kind"] in kinds]
    # Pods of `helm test` need objects that a dry run does not make.
    found = [one for one in found if not is_test(one)]
    for one in found:
        if "namespace" in one["metadata"]:
            one["metadata"]["namespace"] = namespace.name
    applied = kubectl(
        "apply", "--server-side", "--dry-run=server", "-f-", text=yaml.safe_dump_all(found)
    )
    assert applied.returncode == 0, applied.stderr
    assert len(applied.stdout.splitlines()) == len(found) > 20


def values(step: int) -> dict[str, Any]:
    """Values that differ from those of other steps by a variable, which replaces another one."""
    own = {**NOTHING_RUNS["scheduler"], "env": [{"name": f"STEP_{step}", "value": "1"}]}
    return {**NOTHING_RUNS, "scheduler": own}


def scheduler(namespace: Namespace) -> client.V1Deployment:
    return namespace.apps.read_namespaced_deployment("airflow-scheduler", namespace.name)


@pytest.mark.parametrize("who", HANDS)
def test_each_version_upgrades_a_release_of_another_one(namespace: Namespace, who: str) -> None:
    where = [f"--namespace={namespace.name}", f"--kubeconfig={KUBECONFIG}"]
    try:
        for step, (helm, *options) in enumerate(HANDS[who]):
            act = [] if step else ["--install"]
            chart = ["upgrade", *act, "airflow", str(CHART)]
            run(helm, *chart, *where, *options, values=values(step))
            names = [one.name for one in scheduler(namespace).spec.template.spec.containers[0].env]
            assert [name for name in names if name.startswith("STEP_")] == [f"STEP_{step}"]
            before = generations(namespace)
            run(helm, *chart, *where, *options, values=values(step))
            assert generations(namespace) == before
    finally:
        run("helm", "uninstall", "airflow", *where)


def generations(namespace: Namespace) -> dict[str, int]:
    """Numbers of changes of the workloads: a change that changes nothing is none."""
    found = [
        *namespace.apps.list_namespaced_deployment(namespace.name).items,
        *namespace.apps.list_namespaced_stateful_set(namespace.name).items,
    ]
    assert found
    return {one.metadata.name: one.metadata.generation for one in found}
