"""Helm's verbs, with a program instead of Helm that records its arguments."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.errors import Refusal
from scripts.releases import Release, deploy, find, helm
from scripts.releases.target import Target

RELEASE = find("nonprod/payments")
TARGET = Target("blue")
WHERE = f"--namespace={RELEASE.namespace} --kube-context=blue"
HISTORY = [{"revision": 1, "status": "superseded"}, {"revision": 2, "status": "deployed"}]
JOB = (
    "kind: Job\nmetadata:\n  name: airflow-run-airflow-migrations-%s\n"
    "  labels: {component: run-airflow-migrations}\n"
)

Fake = Callable[..., Callable[[], list[str]]]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """Replace Helm by a program; return the command lines that it was called with."""

    def act(stdout: str = "", *, stderr: str = "", version: str = "v4.1.0") -> Callable:
        program, calls = tmp_path / "helm", tmp_path / "calls"
        (tmp_path / "stdout").write_text(stdout)
        (tmp_path / "stderr").write_text(stderr)
        program.write_text(
            "#!/bin/sh\n"
            f'[ "$1" = version ] && echo {version} && exit\n'
            f'echo "$*" >> {calls}\ncat {tmp_path}/stdout; cat {tmp_path}/stderr >&2\n'
            f"[ ! -s {tmp_path}/stderr ]\n"
        )
        program.chmod(0o755)
        monkeypatch.setenv("HELM", str(program))
        return lambda: calls.read_text().splitlines()

    for question in (helm.executable, helm.major_version):
        question.cache_clear()
    monkeypatch.setattr(helm, "LOOK_EVERY_SECONDS", 0.01)
    yield act
    for question in (helm.executable, helm.major_version):
        question.cache_clear()


def upgrade() -> None:
    helm.upgrade(RELEASE, TARGET, timeout="5m", meanwhile=lambda: None)


def safe_revision(release: Release, manifests: str) -> int | None:
    revisions = [helm.Revision(entry["revision"], entry["status"]) for entry in HISTORY]
    return deploy._safe_revision(release, TARGET, revisions, manifests)


def test_the_history_is_read_in_the_namespace_of_the_release(fake):
    calls = fake(json.dumps(HISTORY))
    assert [one.number for one in helm.history(RELEASE, TARGET) if one.is_deployed] == [2]
    assert calls() == [f"history airflow --output=json {WHERE}"]


def test_a_release_that_is_not_installed_has_no_history(fake):
    fake(stderr="Error: release: not found")
    assert helm.history(RELEASE, TARGET) == []


def test_a_history_that_cannot_be_read_is_an_error(fake):
    fake(stderr="Error: Kubernetes cluster unreachable")
    with pytest.raises(helm.Failed, match="nonprod/payments in blue: Kubernetes cluster unreach"):
        helm.history(RELEASE, TARGET)


def test_an_upgrade_reuses_no_values_and_gives_the_layers_in_order(fake):
    calls = fake()
    upgrade()
    (command,) = calls()
    layers = " ".join(f"--values={layer}" for layer in RELEASE.layers)
    assert layers in command
    assert "reuse" not in command


@pytest.mark.parametrize(
    ("version", "options"),
    [("v3.17.0", "--wait --name"), ("v4.1.0", "--wait=legacy --server-side=false")],
)
def test_helm_4_waits_and_applies_as_helm_3_does(fake, version: str, options: str):
    calls = fake(version=version)
    upgrade()
    assert options in calls()[0]


def test_an_upgrade_that_fails_raises_the_message_of_helm(fake):
    fake(stderr="WARNING: old\nError: UPGRADE FAILED: execution error at (a/b.yaml:1:2): set it.")
    with pytest.raises(helm.Failed, match=r"^set it\.$"):
        upgrade()


def test_a_rollback_waits_for_the_revision(fake):
    calls = fake()
    helm.rollback(RELEASE, TARGET, 2, timeout="5m")
    assert calls()[0].startswith("rollback airflow 2 --timeout=5m --wait-for-jobs")


def test_a_revision_with_the_same_migrations_can_be_rolled_back_to(fake):
    fake(JOB % "a")
    assert safe_revision(RELEASE, JOB % "a") == 2


def test_a_revision_before_a_migration_cannot_be_rolled_back_to(fake):
    fake(JOB % "a")
    assert safe_revision(RELEASE, JOB % "b") is None


def test_a_program_that_is_not_helm_is_refused(fake):
    fake(version="hello")
    with pytest.raises(Refusal, match="is not Helm"):
        helm.major_version()


def test_a_helm_that_cannot_be_executed_is_refused(fake, tmp_path, monkeypatch):
    monkeypatch.setenv("HELM", str(tmp_path / "none"))
    with pytest.raises(Refusal, match=r"HELM=.*none is not an executable file"):
        helm.executable()
