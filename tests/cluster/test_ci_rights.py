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
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {0}}}\n"
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
        kubectl("delete", "namespace", TEAM, "--ignore-not-found", ci=False)
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


def test_ci_makes_no_namespace_of_others(rights):
    said = refused("create", "--filename=-", stdin=NAMESPACE.format("trial"))
    assert "CI of Airflow changes only what begins with airflow-" in said


def test_ci_gives_itself_no_rights_in_a_namespace_of_others(rights):
    said = refused("create", "--filename=-", stdin=BINDING.format("kube-system", f"{GROUP}-team"))
    assert "CI of Airflow changes only what begins with airflow-" in said


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
