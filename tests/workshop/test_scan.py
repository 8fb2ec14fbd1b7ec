"""Failed checks of checkov have exceptions with reasons."""

from pathlib import Path

import pytest
import yaml

from scripts.errors import Refusal
from scripts.releases import releases
from scripts.releases.render import release_manifests
from scripts.workshop.toolchain import scan

EXCEPTIONS = yaml.safe_load((scan.TOOL / "exceptions.yaml").read_text())
KNOWN = [{"check_id": one, "check_name": "known", "resource": "a"} for one in EXCEPTIONS]
NEW = {"check_id": "CKV_K8S_16", "check_name": "No privileged pods", "resource": "Pod.a.b"}


def test_every_exception_has_a_reason():
    assert EXCEPTIONS
    assert {one: why for one, why in EXCEPTIONS.items() if len(why.split()) < 5} == {}


def test_a_failed_check_without_an_exception_is_reported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scan, "failed_checks", lambda: [*KNOWN, NEW])
    with pytest.raises(Refusal, match=r"CKV_K8S_16 \(No privileged pods\) at Pod\.a\.b"):
        scan.scan()


def test_an_unused_exception_is_reported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scan, "failed_checks", lambda: KNOWN[1:])
    with pytest.raises(Refusal, match=rf"^Remove {KNOWN[0]['check_id']} from"):
        scan.scan()


def test_consecutive_reports_and_lists_of_reports_are_read():
    one = '{"results": {"failed_checks": []}}'
    assert len(list(scan.reports_in(f"{one}\n[{one}, {one}]"))) == 3


def test_an_empty_output_is_an_error():
    with pytest.raises(ValueError, match="no report"):
        list(scan.reports_in(""))


def test_the_pod_of_a_task_is_scanned_in_the_namespace_of_tasks(tmp_path: Path):
    release = next(one for one in releases() if one.environment.name == "prod")
    scan.write_manifests(tmp_path, "one", release_manifests(release))
    pod = yaml.safe_load((tmp_path / "one-task.yaml").read_text())
    assert (pod["kind"], pod["metadata"]["namespace"]) == ("Pod", f"{release.namespace}-tasks")
