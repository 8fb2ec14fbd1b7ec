"""CI has the rights of a deployment in the namespaces of teams, and few elsewhere."""

import subprocess
from collections.abc import Iterator

import pytest

from scripts.go_programs import program
from scripts.paths import KUBECONFIG
from tests.terraform.conftest import attached, providing, terraform, written

__all__ = ["attached", "providing", "terraform", "written"]

GROUP, PLAN = "airflow-prod-ci", "airflow-prod-plan"
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
metadata: {{name: {2}, namespace: {0}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {1}}}
subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: Group, name: {2}}}]
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {{name: trial, namespace: {0}}}\n"
OWN = SECRET.replace("name: trial", "name: own")


def kubectl(
    *arguments: str, group: str = GROUP, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run kubectl as a member of a group, such as CI's, or as the administrator."""
    who = ["--as=ci", f"--as-group={group}", "--as-group=system:authenticated"] if group else []
    command = [program("kubectl"), f"--kubeconfig={KUBECONFIG}", *who, *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True)


def refused(*arguments: str, group: str = GROUP, stdin: str = "") -> str:
    done = kubectl(*arguments, group=group, stdin=stdin)
    assert done.returncode != 0, done.stdout
    return done.stderr


@pytest.fixture(scope="module", autouse=True)
def rights(airflow, written) -> Iterator[None]:
    """The manifests of CI in prod, as an administrator applies them."""
    text = written["kubernetes"]
    made = kubectl("apply", "--filename=-", group="", stdin=text)
    assert made.returncode == 0, made.stderr
    try:
        yield
    finally:
        for one in ("namespace", "priorityclass", "persistentvolume"):
            kubectl("delete", one, TEAM, "--ignore-not-found", group="")
        kubectl("delete", "--filename=-", "--ignore-not-found", group="", stdin=text)


@pytest.fixture(scope="module")
def team(rights) -> str:
    """A team's namespace that CI has made, and where it has given itself its rights."""
    made = kubectl("create", "--filename=-", stdin=NAMESPACE.format(TEAM))
    assert made.returncode == 0, made.stderr
    bound = kubectl("create", "--filename=-", stdin=BINDING.format(TEAM, f"{GROUP}-team", GROUP))
    assert bound.returncode == 0, bound.stderr
    return TEAM


def test_ci_deploys_in_a_namespace_that_it_has_made(team):
    made = kubectl("create", "--filename=-", stdin=SECRET.format(team))
    assert made.returncode == 0, made.stderr
    for right in ("create deployments.apps", "get secrets", "delete pods", "create roles"):
        asked = kubectl("auth", "can-i", *right.split(), f"--namespace={team}")
        assert asked.stdout.strip() == "yes", right


def test_ci_cannot_give_itself_more(team):
    admin = BINDING.format(team, "cluster-admin", GROUP)
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
        (
            BINDING.format("kube-system", f"{GROUP}-team", GROUP),
            "only what is in its namespaces of prod",
        ),
        (
            BINDING.format("airflow-payments", f"{GROUP}-team", GROUP),
            "only what is in its namespaces",
        ),
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


@pytest.fixture(scope="module")
def compared(team) -> str:
    """The namespace, where CI has given the check for drift its rights, with a Secret."""
    texts = (
        BINDING.format(team, f"{PLAN}-team", PLAN),
        OWN.format(team),
    )
    for text in texts:
        made = kubectl("create", "--filename=-", stdin=text)
        assert made.returncode == 0, made.stderr
    return team


def test_the_check_for_drift_reads_and_tries_changes(compared):
    changed = OWN.format(compared) + "stringData: {key: other}\n"
    tried = kubectl("replace", "--dry-run=server", "--filename=-", group=PLAN, stdin=changed)
    assert tried.returncode == 0, tried.stderr
    read = kubectl("get", "secret", "own", "-o=jsonpath={.data}", f"-n{compared}", group=PLAN)
    assert (read.returncode, read.stdout) == (0, "")


def test_the_check_for_drift_makes_no_change(compared):
    changed = OWN.format(compared) + "stringData: {key: other}\n"
    said = refused("replace", "--filename=-", group=PLAN, stdin=changed)
    assert "it only tries changes" in said


@pytest.mark.parametrize(
    "right",
    [
        ("get", "secrets", "--namespace=kube-system"),
        ("create", "secrets", f"--namespace={TEAM}"),
        ("delete", "deployments.apps", f"--namespace={TEAM}"),
        ("create", "pods", "--subresource=exec", f"--namespace={TEAM}"),
        ("get", "pods", "--subresource=exec", f"--namespace={TEAM}"),
        ("update", "rolebindings.rbac.authorization.k8s.io", "--namespace=kube-system"),
        ("create", "namespaces"),
        # No policy covers these: a trial would be a real change.
        ("update", "validatingadmissionpolicies/airflow-payments-airflow-tasks"),
        ("update", f"validatingadmissionpolicybindings/{PLAN}"),
    ],
    ids=" ".join,
)
def test_the_check_for_drift_has_no_other_rights(compared, right):
    assert kubectl("auth", "can-i", *right, group=PLAN).stdout.strip() == "no"
