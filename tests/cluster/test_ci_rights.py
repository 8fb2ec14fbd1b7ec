"""CI has the rights of a deployment in the namespaces of teams, and few elsewhere."""

import subprocess
from collections.abc import Iterator

import pytest

from scripts.go_programs import program
from scripts.paths import KUBECONFIG
from tests.terraform.conftest import attached, providing, terraform, written

__all__ = ["attached", "providing", "terraform", "written"]

GROUP = "airflow-prod-ci"
TEAM = "airflow-trial"
NAMESPACE = """
apiVersion: v1
kind: Namespace
metadata:
  name: {0}
  labels: {{environment: prod, pod-security.kubernetes.io/enforce: restricted}}
"""
PRIORITY = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {{name: {0}}}
value: 7
"""
VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {{name: {0}}}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {{storage: 1Gi}}
  {1}
"""
SHARE = "nfs: {server: 192.0.2.1, path: /logs}"
BINDING = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: ci, namespace: {0}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {1}}}
subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: Group, name: airflow-prod-ci}}]
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {{name: trial, namespace: {0}}}\n"


def kubectl(*arguments: str, ci: bool = True, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run kubectl as a member of CI's group, or as the administrator."""
    who = ["--as=ci", f"--as-group={GROUP}", "--as-group=system:authenticated"] if ci else []
    command = [program("kubectl"), f"--kubeconfig={KUBECONFIG}", *who, *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True)


def refused(*arguments: str, stdin: str = "") -> str:
    done = kubectl(*arguments, stdin=stdin)
    assert done.returncode != 0, done.stdout
    return done.stderr


@pytest.fixture(scope="module", autouse=True)
def rights(airflow, written) -> Iterator[None]:
    """The manifests of CI in prod, as an administrator applies them."""
    text = written["kubernetes"]
    made = kubectl("apply", "--filename=-", ci=False, stdin=text)
    assert made.returncode == 0, made.stderr
    try:
        yield
    finally:
        for one in ("namespace", "priorityclass", "persistentvolume"):
            kubectl("delete", one, TEAM, "--ignore-not-found", ci=False)
        kubectl("delete", "--filename=-", "--ignore-not-found", ci=False, stdin=text)


@pytest.fixture(scope="module")
def team(rights) -> str:
    """A team's namespace that CI has made, and where it has given itself its rights."""
    made = kubectl("create", "--filename=-", stdin=NAMESPACE.format(TEAM))
    assert made.returncode == 0, made.stderr
    bound = kubectl("create", "--filename=-", stdin=BINDING.format(TEAM, f"{GROUP}-team"))
    assert bound.returncode == 0, bound.stderr
    return TEAM


def test_ci_deploys_in_a_namespace_that_it_has_made(team):
    made = kubectl("create", "--filename=-", stdin=SECRET.format(team))
    assert made.returncode == 0, made.stderr
    for right in ("create deployments.apps", "get secrets", "delete pods", "create roles"):
        asked = kubectl("auth", "can-i", *right.split(), f"--namespace={team}")
        assert asked.stdout.strip() == "yes", right


def test_ci_cannot_give_itself_more(team):
    admin = BINDING.format(team, "cluster-admin")
    assert "is forbidden" in refused("create", "--filename=-", stdin=admin)


def test_ci_makes_and_deletes_what_is_in_no_namespace(rights):
    for kind, text in (("priorityclass", PRIORITY), ("persistentvolume", VOLUME)):
        made = kubectl("create", "--filename=-", stdin=text.format(TEAM, SHARE))
        assert made.returncode == 0, made.stderr
        gone = kubectl("delete", kind, TEAM)
        assert gone.returncode == 0, gone.stderr


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (NAMESPACE.format("trial"), "makes only namespaces that begin with airflow-"),
        (
            NAMESPACE.format("airflow-other").replace("environment: prod", "environment: nonprod"),
            "with the labels environment=prod",
        ),
        (
            NAMESPACE.format("airflow-other").replace("restricted", "privileged"),
            "pod-security.kubernetes.io/enforce=restricted",
        ),
        (BINDING.format("kube-system", f"{GROUP}-team"), "only what is in its namespaces of prod"),
        (BINDING.format("airflow-payments", f"{GROUP}-team"), "only what is in its namespaces"),
        (PRIORITY.format("trial"), "only objects that begin with airflow-"),
        (VOLUME.format("trial", SHARE), "only objects that begin with airflow-"),
        (VOLUME.format(TEAM, "hostPath: {path: /}"), "makes no volume from a folder of a node"),
    ],
)
def test_ci_makes_nothing_of_others(rights, text, why):
    assert why in refused("create", "--filename=-", stdin=text)


def test_ci_takes_no_protection_from_its_namespace(team):
    label = "pod-security.kubernetes.io/enforce=privileged"
    said = refused("label", "--overwrite", "namespace", team, label)
    assert "pod-security.kubernetes.io/enforce=restricted" in said


def test_ci_deletes_no_namespace_of_another_environment(rights):
    assert "environment=prod" in refused("delete", "namespace", "airflow-payments", "--wait=false")


@pytest.mark.parametrize(
    "right",
    [
        ("get", "secrets", "--namespace=kube-system"),
        ("create", "pods", "--namespace=kube-system"),
        ("create", "clusterroles"),
        ("create", "clusterrolebindings"),
        ("delete", f"validatingadmissionpolicybindings/{GROUP}"),
        ("delete", f"validatingadmissionpolicies/{GROUP}"),
        ("get", "nodes/proxy"),
    ],
    ids=" ".join,
)
def test_ci_has_no_rights_elsewhere(rights, right):
    assert kubectl("auth", "can-i", *right).stdout.strip() == "no"


def test_ci_changes_the_policy_of_a_teams_tasks(rights):
    policy = "validatingadmissionpolicies/airflow-payments-airflow-tasks"
    assert kubectl("auth", "can-i", "patch", policy).stdout.strip() == "yes"
